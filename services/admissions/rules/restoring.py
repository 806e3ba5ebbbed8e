"""What a cancelled change gives back: the consultant before an A54, the expected day before an A16."""

from collections.abc import Collection, Iterable, Sequence

from services.admissions.model import Fact, Trigger
from services.admissions.rules.claims import TARGETS

RESTORES = {Trigger.CANCEL_CONSULTANT: "consultant", Trigger.CANCEL_PENDING_DISCHARGE: "expected_discharge_on"}
"""The detail of the stay that each of these cancels is about."""


def restored(facts: Sequence[Fact], standing: Collection[Fact], cancel: Fact, now: str | None) -> str | None:
    """What the detail is after `cancel`, one of the standing facts of a stay (`facts`, told order); before it: `now`.

    A cancel may repeat what it takes back, or say what holds again; messages between may have repeated what it takes
    back, for they are snapshots. Otherwise what was told since the change stands.
    """
    detail = RESTORES[cancel.trigger]
    before = facts[: facts.index(cancel)]
    gone = [fact for fact in before if fact.trigger in TARGETS[cancel.trigger] and fact not in standing]
    taken_back = {_said(fact, detail) for fact in gone} - {None, ""}
    says = _said(cancel, detail)
    if says is not None and says not in taken_back:
        return says or None
    if now is None or now not in taken_back:
        return now
    until = next(number for number, fact in enumerate(before) if fact in gone and _said(fact, detail) in taken_back)
    return _last(_said(fact, detail) for fact in before[:until] if fact in standing)


def _said(fact: Fact, detail: str) -> str | None:
    said: str | None = getattr(fact.stay, detail)
    return said


def _last(said: Iterable[str | None]) -> str | None:
    told = [one for one in said if one is not None]
    return (told[-1] or None) if told else None
