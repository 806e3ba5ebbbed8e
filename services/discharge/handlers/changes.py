"""What changed since a caller last looked: on one case, and over all their people."""

from datetime import datetime

from services.discharge.rules.changes import Change, changes_since
from services.discharge.rules.stop_first import banner
from services.discharge.store import lists
from shared.contracts.api.discharge.changes import CaseChanges, ChangeView, MyChanges
from shared.database import Reading
from shared.refusals import not_found


async def of_case(reading: Reading, trust: str, reader: str, case_id: str, at: datetime) -> CaseChanges:
    """What changed on the case since `reader` last looked. Raises `Refused` (404) for no such case."""
    found = await lists.listed(reading, lists.Wanted(trust, reader, case_ids=(case_id,)))
    if not found:
        raise not_found("case")
    return _view(found[0], _changes(found[0], reader, at))


async def of_mine(reading: Reading, wanted: lists.Wanted, at: datetime) -> MyChanges:
    """The cases wanted that changed, ordered by the most important change of each, then by ward and bed."""
    changed = [(one, _changes(one, wanted.reader, at)) for one in await lists.listed(reading, wanted)]
    ordered = sorted(
        ((one, found) for one, found in changed if found),
        key=lambda pair: (pair[1][0].rank, pair[0].case.ward_name or "", pair[0].case.bed or "", pair[0].case.case_id),
    )
    return MyChanges(items=tuple(_view(one, found) for one, found in ordered))


def _changes(one: lists.Listed, reader: str, at: datetime) -> tuple[Change, ...]:
    return changes_since(one.seen, one.case, one.tasks, reader, at)


def _view(one: lists.Listed, changes: tuple[Change, ...]) -> CaseChanges:
    return CaseChanges(
        case_id=one.case.case_id,
        version=one.case.version,
        seen_at=one.seen.at if one.seen else None,
        stop_first=banner(one.case),
        items=tuple(ChangeView(short=change.short, told=change.told) for change in changes),
    )
