"""The record on a case: the summary told once, notes, contacts, the team, the joint plan, sheets given out.

One shape an entry, told apart by `kind`. Every entry is kept with all its earlier states and the person it was
written about.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.shape import Asked, DayOfOurTime, Instant, InstantOfOurTime, LongText, Published, ShortText


class SummarySection(StrEnum):
    """What is told once, in the order it is read: the person's own goals stand first."""

    GOALS = "goals"
    WHO_THEY_ARE = "who_they_are"
    WHAT_MATTERS = "what_matters"
    HOME = "home"
    CARERS = "carers"
    CONSENT = "consent"
    COMMUNICATION = "communication"
    RISKS = "risks"


class ContactWay(StrEnum):
    """How somebody was spoken to."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    LETTER = "letter"
    EMAIL = "email"
    MESSAGE = "message"


class OrganisationKind(StrEnum):
    """Where a member of the team works."""

    WARD = "ward"
    GP_PRACTICE = "gp_practice"
    COUNCIL = "council"
    HOUSING = "housing"
    PROVIDER = "provider"
    VOLUNTARY_GROUP = "voluntary_group"
    OTHER_HEALTH = "other_health"


class PlanStatus(StrEnum):
    """Where a line of the joint plan stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    MET = "met"
    NOT_NEEDED = "not_needed"


class SummaryEntry(Asked):
    """Something about the person, told once. It is kept with the person and seen on their next stay.

    `need_kinds` are the kinds of need it says: the trust may have a profession that fits, which is offered the case.
    """

    kind: Literal["summary"]
    section: SummarySection
    text: LongText
    need_kinds: tuple[NeedKind, ...] = ()


class CaseNote(Asked):
    """A note on the case."""

    kind: Literal["note"]
    text: LongText


class ContactMade(Asked):
    """Who was spoken to, how, when, and what came of it. `reached` is false for a call nobody answered."""

    kind: Literal["contact"]
    with_whom: ShortText
    way: ContactWay
    spoken_at: InstantOfOurTime
    reached: bool = True
    outcome: LongText


class TeamMember(Asked):
    """Somebody of the team round the person, from any organisation. Both days are included; no `until_on`: still."""

    kind: Literal["team"]
    name: ShortText
    profession: ShortText
    organisation_kind: OrganisationKind
    organisation: ShortText | None = None
    phone: ShortText | None = None
    from_on: DayOfOurTime
    until_on: DayOfOurTime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError("until_on may not be before from_on")
        return self


class PlanLine(Asked):
    """A line of the joint plan. A need may be written down before anybody knows what to do about it.

    `before_leaving`: it has to be met before the person leaves. `not_needed` needs `note`. `need_kinds` as in a
    summary.
    """

    kind: Literal["plan"]
    need: LongText
    goal: LongText | None = None
    action: LongText | None = None
    owner: ShortText | None = None
    review_on: DayOfOurTime | None = None
    status: PlanStatus = PlanStatus.PLANNED
    before_leaving: bool = True
    note: LongText | None = None
    need_kinds: tuple[NeedKind, ...] = ()

    @model_validator(mode="after")
    def _said_why(self) -> Self:
        if self.status is PlanStatus.NOT_NEEDED and self.note is None:
            raise ValueError("say in note why it is not needed")
        return self


class SheetGiven(Asked):
    """What the sheet said that somebody was given, as it was then."""

    kind: Literal["sheet"]
    given_to: Literal["person", "carer"]
    way: Literal["printed", "posted", "read_out"]
    coordinator_name: str | None = None
    coordinator_phone: str | None = None
    cover_name: str | None = None
    cover_phone: str | None = None
    expected_on: date | None = None


class HandOverNote(Asked):
    """What whoever takes a person has to know of them, in five parts. It is written by who hands the case over."""

    kind: Literal["hand_over"] = "hand_over"
    situation: LongText
    matters: LongText
    open_tasks: LongText
    risks: LongText
    next_step: LongText


Written = Annotated[SummaryEntry | CaseNote | ContactMade | TeamMember | PlanLine, Field(discriminator="kind")]
Content = Annotated[
    SummaryEntry | CaseNote | ContactMade | TeamMember | PlanLine | SheetGiven | HandOverNote,
    Field(discriminator="kind"),
]


class WriteEntry(Asked):
    """Add an entry to the record."""

    content: Written


class EditEntry(Asked):
    """Change an entry; what it said before is kept. The kind stays."""

    content: Written
    reason: ShortText | None = None


class WithdrawEntry(Asked):
    """Withdraw an entry, with a reason; what it said is kept in its history."""

    reason: ShortText


class PlaceEntry(Asked):
    """Say of an entry that was written about somebody else whether it is about the person now on the case."""

    is_about_this_person: bool
    reason: ShortText


class EntryView(Published):
    """An entry as it now is. `version` goes into If-Match to change it.

    `confirmed_at` and `confirmed_by` say when and by whom it was last said to be still so: by writing it, changing it
    or confirming it. Ask again only with a reason.
    """

    entry_id: str
    version: int
    content: Content
    written_at: Instant
    written_by: str
    changed_at: Instant
    changed_by: str
    confirmed_at: Instant
    confirmed_by: str
    edited: bool = False
    withdrawn: bool = False


class EntryHistory(Published):
    """One state of an entry. `act`: written, edited, withdrawn, confirmed, placed or set_aside."""

    version: int
    act: str
    at: Instant
    by: str
    reason: str | None = None
    content: Content


class CaseRecord(Published):
    """The record as the team reads it: the summary in the order of its sections, the rest newest first.

    `team` are those of today; `former_team` those whose time is over or has not begun. `misplaced` counts the entries
    of this case that were written about somebody else: they are hidden until somebody says where they belong.
    """

    case_id: str
    person_id: str
    summary: tuple[EntryView, ...] = ()
    notes: tuple[EntryView, ...] = ()
    contacts: tuple[EntryView, ...] = ()
    hand_overs: tuple[EntryView, ...] = ()
    team: tuple[EntryView, ...] = ()
    former_team: tuple[EntryView, ...] = ()
    plan: tuple[EntryView, ...] = ()
    misplaced: int = 0


class MisplacedCase(Published):
    """A case with entries that were written about somebody else, and how many."""

    case_id: str
    ward_name: str | None = None
    entries: int


class MisplacedCases(Published):
    """The worklist after a moved visit, a join or a split. Nobody is named here."""

    items: tuple[MisplacedCase, ...]


class MisplacedEntries(Published):
    """The entries of a case that were written about somebody else."""

    items: tuple[EntryView, ...]
