"""Writes the messages of one person's story, with what goes wrong in real feeds: late, twice, out of order, odd."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from services.simulator.model import Adt, Person, Place, Quirk, Sent

_ODD = (
    (Quirk.MINUTES_ONLY, 0.10),
    (Quirk.LATIN_1, 0.05),
    (Quirk.NULLS, 0.03),
    (Quirk.LF_ENDINGS, 0.02),
    (Quirk.NO_EVN, 0.02),
    (Quirk.UNDECLARED_CHARSET, 0.02),
    (Quirk.CR_LF_ENDINGS, 0.015),
    (Quirk.NO_LAST_CR, 0.015),
)
REUSED = 0.006
REPEATED, LATE, SOON_AFTER = 0.02, 0.015, 0.01


@dataclass(slots=True)
class Pen:
    """What the PAS knows of the stay, and the next message's number. `truth` is who `person` is, if that may have been
    mistyped; `keyed` is when the last message was recorded. `told` says that one was written by this pen.
    """

    random: Random
    story: int
    person: Person
    visit: str
    truth: Person | None = None
    patient_class: str = "I"
    place: Place | None = None
    prior: Place | None = None
    admitted: datetime | None = None
    admission_method: str | None = None
    specialty: str | None = None
    application: str = "PAS"
    number: int = 0
    keyed: datetime | None = None
    told: bool = False

    def says(self, trigger: str, at: datetime, occurred: datetime | None = None, **more: object) -> Iterator[Sent]:
        """The message for `trigger`, keyed at `at` about what happened at `occurred`; perhaps late, perhaps twice."""
        reused = self.told and self.random.random() < REUSED
        self.number += not reused
        self.keyed, self.told = max(at, self.keyed or at), True
        adt = replace(self._adt(trigger, at, occurred or at, reused=reused), **more)  # type: ignore[arg-type]
        delay = timedelta(0)
        if self.random.random() < LATE:
            delay = timedelta(minutes=self.random.randint(5, 90))
        elif self.random.random() < SOON_AFTER:
            delay = timedelta(seconds=self.random.randint(20, 200))
        yield Sent(at + delay, self.story, adt)
        if self.random.random() < REPEATED:
            yield Sent(at + delay + timedelta(minutes=self.random.randint(1, 240)), self.story, adt)

    def _adt(self, trigger: str, at: datetime, occurred: datetime, *, reused: bool) -> Adt:
        odd = {quirk for quirk, share in _ODD if self.random.random() < share}
        return Adt(
            control_id=f"{self.application[0]}{self.story:07d}{self.number:03d}",
            trigger=trigger,
            person=self.person,
            recorded=at,
            occurred=occurred,
            application=self.application,
            visit=self.visit,
            patient_class=self.patient_class,
            place=self.place,
            prior=self.prior if trigger in ("A02", "A12") else None,
            admitted=self.admitted,
            admission_method=self.admission_method,
            specialty=self.specialty,
            quirks=frozenset(odd | {Quirk.REUSED_ID} if reused else odd),
        )
