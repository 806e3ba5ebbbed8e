"""What a person decides about a message that says who is who: that it is set aside, or is believed again.

The message and its facts are kept as they are, and so is every decision. What follows is folded as it always is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.admissions.handlers.folding import Loaded, fold, load, refold
from services.admissions.handlers.interpret import SET_ASIDE
from services.admissions.model import Fact, Interpretation, Pins, Rivals
from services.admissions.rules.believing import believed, beyond, both, claimants, may_be_set_aside, message_of
from services.admissions.rules.foreseeing import Foreseen, foreseen
from services.admissions.rules.interpreting import rivals_of
from services.admissions.store import beliefs as store
from services.admissions.store import facts as fact_store
from services.admissions.store import feed_counts
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from services.admissions.store.feed_counts import Change, sender_of
from shared import audit
from shared.callers import Caller
from shared.contracts.api.admissions import Outcome
from shared.database import Reading, Transaction
from shared.refusals import Refused, not_found

_NO_PINS = Pins()


@dataclass(frozen=True, slots=True)
class Case:
    """A message about identity, and what it has a say in: its facts, their files, and those of their rivals.

    `noted` are the claims that are kept of the numbers it names.
    """

    digest: str
    facts: Sequence[Fact]
    files: Sequence[str]
    concerned: Sequence[str]
    noted: Rivals
    decisions: Sequence[store.Decision]

    @property
    def set_aside(self) -> bool:
        """Whether it is set aside now."""
        return bool(self.decisions) and not self.decisions[-1].believed


async def case_of(reading: Reading, trust: str, message_id: str) -> Case:
    """The case of a message. Raises Refused (404) if there is none, or if it says nothing of identity."""
    told = await fact_store.facts_told_by(reading, trust, message_id)
    facts = [fact for _, fact in told]
    if not may_be_set_aside(facts):
        raise not_found("message")
    files = sorted({file for file, _ in told})
    noted = await fact_store.rivals_of(reading, trust, rivals_of(facts))
    others = (await fact_store.files_of(reading, trust, claimants(noted))).values()
    digest = message_of(facts[0])
    decided = (await store.decisions(reading, trust, [digest])).get(digest, [])
    return Case(digest, facts, files, sorted({*files, *others}), noted, decided)


async def decide(
    tx: Transaction, trail: audit.Trail, caller: Caller, act: audit.Act, message_id: str, *, believe: bool
) -> None:
    """Set a message about identity aside or believe it again, because of `act.reason`; what follows is announced.

    Raises Refused: 404 if there is none or it is not about identity, 409 if it stands as asked already.
    """
    await feed_store.take_turn(tx, caller.trust, wait=True)
    case = await case_of(tx, caller.trust, message_id)
    if case.set_aside is not believe:
        raise _stands_already(believe=believe)
    decision = store.Decision(believe, act.reason or "", act.at, caller.name)
    await store.keep(tx, caller.trust, case.digest, message_id, len(case.decisions) + 1, caller, decision)
    loaded = await load(tx, caller.trust, case.files)
    if believe:
        await fact_store.keep_claims(tx, caller.trust, rivals_of(case.facts), case.noted)
    else:
        await fact_store.forget_claims(tx, caller.trust, _claimed_by_it_alone(case, loaded))
    done = await refold(tx, caller.trust, case.concerned, {}, act.at)
    outcome, reason = (Outcome.APPLIED, None) if believe else (Outcome.NO_EFFECT, SET_ASIDE)
    repeats = {fact.message_id for fact in _told(case, loaded) if message_of(fact) == case.digest}
    before = await message_store.re_conclude(tx, caller.trust, repeats, outcome, reason)
    changes = [Change(sender_of(row), row.received_at, Outcome(row.outcome), outcome) for row in before]
    await feed_counts.count(tx, caller.trust, changes)
    stays = [one.now.encounter_id for one in done.changed]
    await audit.record_write(tx, trail, caller, replace(act, subjects=[*act.subjects, *stays]))


def _stands_already(*, believe: bool) -> Refused:
    code, word = ("believed-already", "believed") if believe else ("set-aside-already", "set aside")
    return Refused(code, status=409, title=f"The message is {word} already")


async def foresee(reading: Reading, trust: str, case: Case, at: datetime) -> Foreseen:
    """What would change, as at `at` (aware), if the message were set aside or, where it is, were believed again."""
    now = await load(reading, trust, case.concerned)
    if case.set_aside:
        then = replace(
            now,
            set_aside=now.set_aside - {case.digest},
            rivals=both(both(now.rivals, case.noted), rivals_of(case.facts)),
        )
    else:
        without = replace(now, set_aside=now.set_aside | {case.digest})
        then = replace(without, rivals=beyond(now.rivals, _claimed_by_it_alone(case, without)))
    return foreseen(_folded(now, case.concerned, at), _folded(then, case.concerned, at))


def _claimed_by_it_alone(case: Case, loaded: Loaded) -> Rivals:
    """Who claims what by the message and by nothing else; whoever claims has all their facts in these files."""
    others = believed(_told(case, loaded), {*loaded.set_aside, case.digest})
    return beyond(rivals_of(case.facts), rivals_of(others))


def _told(case: Case, loaded: Loaded) -> list[Fact]:
    return [one.fact for file in case.files for one in loaded.kept[file]]


def _folded(loaded: Loaded, files: Sequence[str], at: datetime) -> list[Interpretation]:
    return [
        fold([one.fact for one in loaded.kept[file]], loaded.pins.get(file, _NO_PINS), loaded, at) for file in files
    ]
