"""A ward cluster at work, as its lead and its members see it."""

from datetime import datetime

from services.discharge.handlers.handing_over import notes_of
from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.showing import summaries
from services.discharge.model.readers import Reader
from services.discharge.rules.hand_over_notes import in_a_line
from services.discharge.rules.shifts import Duty, duties
from services.discharge.store import clusters as store
from services.discharge.store import cover, lists
from services.discharge.store import hospital as setup
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.api.discharge.clusters import ClusterAtWork, WorkerLoad
from shared.contracts.roles import TAKERS
from shared.database import Reading
from shared.refusals import not_found


async def at_work(
    reading: Reading, trust: str, reader: Reader, cluster_id: str, at: datetime, *, leads: bool
) -> ClusterAtWork:
    """The cluster at `at`. Raises `Refused` (404) for no such cluster."""
    cluster = next((one for one in await setup.clusters(reading, trust) if one.id == cluster_id), None)
    if cluster is None:
        raise not_found("cluster")
    staff = await setup.staff(reading, trust)
    uncovered = await store.uncovered(reading, trust, cluster_id, nowhere=leads)
    waiting, given = await store.waiting(reading, trust, cluster_id)
    wanted = lists.Wanted(trust, reader.id, clusters=reader.clusters, case_ids=(*uncovered, *waiting, *given))
    rows = {row.case_id: row for row in await summaries(reading, wanted, reader, at)}
    to_accept = [rows[one] for one in waiting if one in rows]
    notes = await notes_of(reading, trust, to_accept, at)
    lead = staff.get(cluster.lead) if cluster.lead else None
    return ClusterAtWork(
        cluster_id=cluster.id,
        name=cluster.name,
        lead_id=cluster.lead,
        lead_name=lead.name if lead else None,
        uncovered=tuple(sorted((rows[one] for one in uncovered if one in rows), key=_since)),
        waiting=tuple(sorted(to_accept, key=_since)),
        notes={case_id: in_a_line(note) for case_id, (note, _) in notes.items()},
        given=tuple(sorted((rows[one] for one in given if one in rows), key=_since)),
        workers=await _workers(reading, trust, cluster_id, at),
        data_as_of=await lists.learned_at(reading, trust),
        at=at,
    )


def _since(row: CaseSummary) -> tuple[datetime, str]:
    """Since when it waits."""
    raised = row.hand_over.raised_at if row.hand_over is not None else None
    return row.holding.uncovered_since or raised or row.holding.since, row.case_id


async def _workers(reading: Reading, trust: str, cluster_id: str, at: datetime) -> tuple[WorkerLoad, ...]:
    """The members who co-ordinate, and whoever else is named for somebody of the cluster; the fullest first."""
    staff = await setup.staff(reading, trust)
    named = await store.named_in(reading, trust, cluster_id)
    ours = {
        one.id: one for one in staff.values() if one.id in named or (cluster_id in one.clusters and one.roles & TAKERS)
    }
    load = (await cover.caseload(reading, trust, ours)).load
    carried = await store.carried(reading, trust, [*ours])
    on = duties(await hospital_now(reading, trust, at), at)
    found: list[WorkerLoad] = []
    for staff_id, member in ours.items():
        has, duty = carried.get(staff_id, store.Carried(0, 0)), on.get(staff_id, Duty(None, None))
        found.append(
            WorkerLoad(
                staff_id=staff_id,
                name=member.name,
                phone=member.phone,
                people=has.people,
                can_go=has.can_go,
                load=load.get(staff_id, 0.0),
                capacity=member.capacity,
                on_duty_until=duty.ends,
                next_from=None if duty.ends else duty.starts_again,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.load, one.name, one.staff_id)))
