"""Cases changed: their conditions become alerts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.notifications.handlers.announce import announce
from services.notifications.rules.alert_life import Change, Nothing, decide
from services.notifications.rules.conditions import condition_of
from services.notifications.store import alerts as store
from shared.contracts.alerts import AlertKind, AlertState
from shared.contracts.cases import CaseState
from shared.contracts.envelope import Announcement
from shared.database import Transaction
from shared.eventlog import Event, ParkedSubject
from shared.faults import why
from shared.ids import new_id

CaseAnnounced = Announcement[CaseState]
Held = Mapping[tuple[str, AlertKind], AlertState]


async def fold_cases(tx: Transaction, batch: Sequence[Event], at: datetime) -> Sequence[ParkedSubject]:
    """Bring the alerts of these cases to what the cases say now, learned at `at` (UTC).

    Of several versions of a case only the newest counts: alerts are about what is so, not what was for a moment.
    Answers the cases whose event could not be read or decided; the others are kept.
    """
    newest = {event.subject: event for event in batch}
    held = await store.lock_newest(tx, newest)
    changes: list[Change] = []
    parked: list[ParkedSubject] = []
    read: list[CaseState] = []
    for event in newest.values():
        try:
            case = CaseAnnounced.model_validate_json(event.data).data
            changes += _changes(case, held, at)
            read.append(case)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one case, the others are kept
            parked.append(ParkedSubject(event.subject, why(error)))
    await store.keep(tx, [store.Kept(change.alert, change.text) for change in changes])
    await store.note_heard(tx, _newest_facts(read))
    announce(tx, [(change.alert, (type(change).__name__.lower(),)) for change in changes])
    return parked


def _changes(case: CaseState, held: Held, at: datetime) -> list[Change]:
    decisions = [
        decide(
            held.get((case.case_id, kind)),
            condition_of(case, kind),
            case,
            kind=kind,
            alert_id=new_id(),
            at=at,
        )
        for kind in AlertKind
    ]
    return [decision for decision in decisions if not isinstance(decision, Nothing)]


def _newest_facts(cases: Iterable[CaseState]) -> Mapping[str, datetime]:
    """By trust, when the newest fact of the hospital in these was learned: an act or the clock makes no data newer."""
    newest: dict[str, datetime] = {}
    for case in cases:
        if case.learned_at is not None:
            newest[case.trust] = max(case.learned_at, newest.get(case.trust, case.learned_at))
    return dict(sorted(newest.items()))
