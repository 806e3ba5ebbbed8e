"""The sheet for the person and the carer: made from the case as it is, recorded when it is given."""

from collections import defaultdict
from datetime import datetime

from services.discharge.handlers import acts, recording
from services.discharge.handlers.hospital import hospital_now
from services.discharge.model.cover import Hospital
from services.discharge.model.records import Entry, Subject
from services.discharge.rules import sheet as rules
from services.discharge.rules.records import is_here
from services.discharge.store import case_files, lists
from services.discharge.store import records as store
from shared.audit import Trail
from shared.contracts.api.discharge.sheet import GiveSheet, Sheet, SheetContact, SheetDue, SheetsDue
from shared.contracts.cases import CaseState, CaseStatus
from shared.database import Reading, Transaction
from shared.refusals import Refused, not_found


async def sheet(reading: Reading, trust: str, case_id: str, at: datetime) -> Sheet:
    """The sheet as it would be given now. Raises `Refused`: 404 no such case, 409 for one that has ended."""
    found = await lists.listed(reading, lists.Wanted(trust, "", case_ids=(case_id,)))
    if not found:
        raise not_found("case")
    one = found[0]
    if one.case.status not in (CaseStatus.OPEN, CaseStatus.FOLLOWING):
        raise Refused("case-ended", status=409, title="The case has ended")
    _, entries = await recording.record(reading, trust, case_id)
    about = Subject(case_id, one.stay.encounter_id, one.stay.person.person_id)
    sheets = rules.given([entry for entry in entries if is_here(entry, about)])
    people = _contacts(one.case, await hospital_now(reading, trust, at))
    on = one.case.expected_discharge_on if one.case.status is CaseStatus.OPEN else None
    return Sheet(
        case_id=case_id,
        edition=rules.edition(people, on),
        contacts=people,
        expected=rules.expected(one.case),
        expected_on=on,
        awaited=rules.awaited(one.tasks),
        given=len(sheets),
        last_given_at=sheets[-1].written_at if sheets else None,
        out_of_date=rules.out_of_date(sheets, people),
    )


async def give(tx: Transaction, trail: Trail, wish: acts.Wish, asked: GiveSheet) -> Entry:
    """Record that the sheet was given. Raises `Refused`: 409 when it is no longer of the edition that was given."""
    trust = wish.caller.trust
    await case_files.lock(tx, trust, [wish.case_id])
    now = await sheet(tx, trust, wish.case_id, wish.at)
    if now.edition != asked.edition:
        raise Refused(
            "sheet-stale",
            status=409,
            title="The sheet says something else by now",
            detail="Read the sheet again, and give that one.",
        )
    said = rules.snapshot(now.contacts, now.expected_on, asked.given_to, asked.way)
    return await recording.write(tx, trail, wish, said)


async def due(reading: Reading, wanted: lists.Wanted, at: datetime) -> SheetsDue:
    """The cases wanted whose sheet was never given, or is out of date; those out of date first."""
    found = [one for one in await lists.listed(reading, wanted) if one.case.status is CaseStatus.OPEN]
    hospital = await hospital_now(reading, wanted.trust, at)
    sheets: dict[str, list[Entry]] = defaultdict(list)
    people = {one.case.case_id: one.stay.person.person_id for one in found}
    for entry in await store.sheets(reading, wanted.trust, list(people)):
        if entry.about.person_id == people[entry.about.case_id]:
            sheets[entry.about.case_id].append(entry)
    rows = [
        SheetDue(
            case_id=one.case.case_id,
            ward_name=one.case.ward_name,
            bed=one.case.bed,
            given=len(sheets[one.case.case_id]),
            out_of_date=rules.out_of_date(sheets[one.case.case_id], _contacts(one.case, hospital)),
        )
        for one in found
    ]
    waiting = [row for row in rows if row.out_of_date or not row.given]
    ordered = sorted(waiting, key=lambda row: (not row.out_of_date, row.ward_name or "", row.bed or "", row.case_id))
    return SheetsDue(items=tuple(ordered), given=sum(row.given > 0 for row in rows), cases=len(rows))


def _contacts(case: CaseState, hospital: Hospital) -> tuple[SheetContact, ...]:
    cluster = hospital.clusters.get(case.cluster_id or "")
    desk, phone = (cluster.duty_desk, cluster.duty_desk_phone) if cluster else ("The duty desk", None)
    return rules.contacts(case.holding, desk, phone)
