"""The fictional hospital in words the rules share. Nobody here exists; every NHS number is of the 999 range."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

WardKind = Literal["emergency", "assessment", "base", "critical", "children", "lounge"]


@dataclass(frozen=True, slots=True)
class Place:
    """A bed as the PAS names it. The ward's code is written as it stands, unescaped."""

    ward: str
    bay: str = ""
    bed: str = ""


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward by its PAS code, with its beds."""

    code: str
    kind: WardKind
    places: tuple[Place, ...]
    specialty: str = "300"


@dataclass(frozen=True, slots=True)
class Hospital:
    """A trust with its wards."""

    trust: str
    site: str
    wards: tuple[Ward, ...]

    def of_kind(self, kind: WardKind) -> tuple[Ward, ...]:
        """The wards of this kind, in the order they were given."""
        return tuple(ward for ward in self.wards if ward.kind == kind)


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person. `sex` is in HL7 UK coding: 1 male, 2 female, 9 not specified."""

    mrn: str
    nhs_number: str
    family: str
    given: str
    title: str
    born: date
    sex: str
    phone: str

    def age_on(self, day: date) -> int:
        """Whole years on `day`."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


class Quirk(StrEnum):
    """What real feeds do to a message."""

    LF_ENDINGS = "lf_endings"
    CR_LF_ENDINGS = "cr_lf_endings"
    NO_LAST_CR = "no_last_cr"
    NO_EVN = "no_evn"
    LATIN_1 = "latin_1"
    UNDECLARED_CHARSET = "undeclared_charset"
    NULLS = "nulls"
    MINUTES_ONLY = "minutes_only"
    REUSED_ID = "reused_id"
    NOT_HL7 = "not_hl7"
    NO_PATIENT = "no_patient"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Adt:
    """An ADT message before it is written. Times are UTC here; `recorded` is EVN-2 and MSH-7, `occurred` EVN-6."""

    control_id: str
    trigger: str
    person: Person
    recorded: datetime
    occurred: datetime
    application: str = "PAS"
    visit: str | None = None
    patient_class: str | None = None
    place: Place | None = None
    prior: Place | None = None
    admitted: datetime | None = None
    discharged: datetime | None = None
    admission_method: str | None = None
    discharge_method: str | None = None
    discharge_destination: str | None = None
    specialty: str | None = None
    expected: datetime | None = None
    retired_mrn: str | None = None
    died: datetime | None = None
    quirks: frozenset[Quirk] = frozenset()


@dataclass(frozen=True, slots=True)
class Review:
    """A criteria-to-reside review; `true_from` is when it was so."""

    meets: bool
    criteria: tuple[str, ...]
    true_from: datetime


@dataclass(frozen=True, slots=True)
class Expect:
    """An expected date of discharge is set."""

    on: datetime


@dataclass(frozen=True, slots=True)
class ChoosePathway:
    """A discharge pathway is set."""

    pathway: str


@dataclass(frozen=True, slots=True)
class TaskBecomes:
    """The task of this code gets this status; `waiting_on` and `note` where the status needs them."""

    code: str
    status: Literal["started", "done", "waiting_external", "blocked", "not_needed"]
    waiting_on: str | None = None
    note: str | None = None


Act = Review | Expect | ChoosePathway | TaskBecomes


@dataclass(frozen=True, slots=True)
class Sent:
    """At `at` the PAS sends this message. `story` numbers the person it belongs to: what must keep its order."""

    at: datetime
    story: int
    adt: Adt


@dataclass(frozen=True, slots=True)
class Done:
    """At `at` somebody records this about the person with this hospital number. `key` is the same in every run."""

    at: datetime
    story: int
    mrn: str
    key: str
    act: Act


Step = Sent | Done


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `story_from` on, story time goes by `speed` minutes a minute of the wall's, beginning at `wall_from`."""

    story_from: datetime
    wall_from: datetime
    speed: float

    def wall(self, at: datetime) -> datetime:
        """The real instant of the story's `at`."""
        return self.wall_from + (at - self.story_from) / self.speed
