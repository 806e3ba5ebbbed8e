"""The bed manager's figures, and the wards with a row a bed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.showing import summaries
from services.discharge.model.cases import Cover, Task
from services.discharge.model.cover import Hospital
from services.discharge.model.hospital import Ward
from services.discharge.model.readers import Reader
from services.discharge.rules.absence import answered, off_duty
from services.discharge.rules.delay import told_of_waiting, waiting_for
from services.discharge.rules.figures import Counted, differences, figures
from services.discharge.rules.midnight import figures_then, stood
from services.discharge.rules.words import initials
from services.discharge.store import board, lists
from services.discharge.store import hospital as store
from shared.contracts.api.discharge import BedRow, BoardView, CaseSummary, WardList, WardSummary, WardView
from shared.contracts.api.discharge.board import Answering, AtTheDesk, InOwnWords
from shared.contracts.cases import CaseState, Holding
from shared.database import Reading
from shared.london import london_date, midnight_before
from shared.refusals import not_found


@dataclass(frozen=True, slots=True)
class Standing:
    """The four figures, their change since midnight, and how old the newest hospital fact is.

    Where nobody was known to be in hospital at midnight, on the first day, there is nothing to compare with.

    `alarming` are the cases that are delayed or have nobody named.
    """

    now: Mapping[str, int]
    since_midnight: Mapping[str, int]
    data_as_of: datetime | None
    alarming: Mapping[str, CaseState]


async def standing(reading: Reading, trust: str, at: datetime) -> Standing:
    """The figures at `at`."""
    midnight = midnight_before(at)
    cases = await board.open_cases(reading, trust)
    changed = await board.changed_since(reading, trust, midnight)
    reviewed = await board.reviewed_since(reading, trust, midnight)
    today = london_date(at)
    now = figures([Counted(case, case.case_id in reviewed) for case in cases], today)
    before = {**{case.case_id: stood(case) for case in cases}, **changed}.values()
    stood_then = [one for one in before if one is not None]
    since: Mapping[str, int] = differences(now, figures_then(stood_then, today)) if stood_then else {}
    alarming = {
        one.case_id: one
        for one in cases
        if one.delay is not None or (one.holding is not None and one.holding.uncovered_since is not None)
    }
    return Standing(now, since, await lists.learned_at(reading, trust), alarming)


async def board_view(reading: Reading, trust: str, at: datetime) -> BoardView:
    """The figures at `at`, the initials of those an alert may be about, and who answers for whom."""
    found = await standing(reading, trust, at)
    people = await board.persons_and_tasks(reading, trust, list(found.alarming))
    hospital = await hospital_now(reading, trust, at)
    absent = off_duty(hospital, at)
    return BoardView(
        counts=dict(found.now),
        since_midnight=dict(found.since_midnight),
        initials={case_id: initials(person) for case_id, (person, _) in people.items()},
        answering={
            case_id: one for case_id, case in found.alarming.items() if (one := _answering(case.holding, absent, at))
        },
        in_own_words={
            case_id: one
            for case_id, (_, tasks) in people.items()
            if (one := _in_own_words(found.alarming[case_id], tasks, at))
        },
        desk=_desk(hospital),
        limit=hospital.policy.delay_after,
        levels=hospital.policy.escalate_after,
        data_as_of=found.data_as_of,
        at=at,
    )


def _answering(holding: Holding | None, absent: Mapping[str, Cover], at: datetime) -> Answering | None:
    held = answered(holding, absent, at) if holding is not None else None
    if held is None or held.covered_by is None or held.cover_until is None:
        return None
    return Answering(name=held.covered_by, phone=held.covered_by_phone, until=held.cover_until)


def _desk(hospital: Hospital) -> AtTheDesk | None:
    """The trust's duty desk, which every cluster has; none where there is no cluster."""
    cluster = next(iter(hospital.clusters.values()), None)
    return AtTheDesk(name=cluster.duty_desk, phone=cluster.duty_desk_phone) if cluster else None


def _in_own_words(case: CaseState, tasks: Sequence[Task], at: datetime) -> InOwnWords | None:
    """What people typed about the wait that is told of `case`; None if it is told in full, or is another by now."""
    name = case.holding.coordinator_name if case.holding else None
    told, typed = told_of_waiting(tasks, name, at), waiting_for(tasks, name, at)
    same = case.delay is not None and (case.delay.waiting_for, case.delay.held_by) == (told.waiting_for, told.held_by)
    return InOwnWords(waiting_for=typed.waiting_for, held_by=typed.held_by) if same and typed != told else None


async def ward_list(reading: Reading, trust: str, at: datetime) -> WardList:
    """All wards of the trust with how many people they have at `at`."""
    sites = {site.id: site.name for site in await store.sites(reading, trust)}
    clusters = {one.id: one.name for one in await store.clusters(reading, trust)}
    covering = await store.clusters_of_wards(reading, trust)
    tallies = await lists.tallies(reading, trust)
    none = lists.Tally(0, 0)
    return WardList(
        items=tuple(
            WardSummary(
                ward_id=ward.id,
                ward_name=ward.name,
                kind=ward.kind.value,
                site_name=sites.get(ward.site),
                cluster_id=covering.get(ward.id),
                cluster_name=clusters.get(covering[ward.id]) if ward.id in covering else None,
                people=tallies.get(ward.id, none).people,
                can_go=tallies.get(ward.id, none).can_go,
            )
            for ward in await store.wards(reading, trust)
        ),
        data_as_of=await lists.learned_at(reading, trust),
        at=at,
    )


async def ward_view(reading: Reading, trust: str, reader: Reader, ward_id: str, at: datetime) -> WardView:
    """A ward as one row a bed. Raises `Refused` (404) for no such ward."""
    ward = next((one for one in await store.wards(reading, trust) if one.id == ward_id), None)
    if ward is None:
        raise not_found("ward")
    sites = {site.id: site.name for site in await store.sites(reading, trust)}
    clusters = {one.id: one.name for one in await store.clusters(reading, trust)}
    cluster = await store.cluster_for_ward(reading, trust, ward_id)
    wanted = lists.Wanted(trust, reader.id, clusters=reader.clusters, ward_id=ward_id, statuses=("open",))
    rows = await summaries(reading, wanted, reader, at)
    since = midnight_before(at)
    return WardView(
        ward_id=ward.id,
        ward_name=ward.name,
        site_name=sites.get(ward.site),
        cluster_name=clusters.get(cluster) if cluster else None,
        beds=beds(ward, rows),
        counts={
            "beds": sum(len(bay.beds) for bay in ward.bays),
            "people": len(rows),
            "can_go": sum(row.ready_since is not None for row in rows),
            "not_reviewed_today": sum(row.reviewed_at is None or row.reviewed_at < since for row in rows),
        },
        data_as_of=await lists.learned_at(reading, trust),
        at=at,
    )


def beds(ward: Ward, rows: Sequence[CaseSummary]) -> tuple[BedRow, ...]:
    """The beds in the order they stand, then the people who are in none of them. Two people in one bed are two rows."""
    left = list(rows)
    found: list[BedRow] = []
    for bay in ward.bays:
        for bed in bay.beds:
            here = [row for row in left if row.bed == bed]
            left = [row for row in left if row.bed != bed]
            found += [BedRow(bay=bay.name, bed=bed, case=row) for row in here] or [BedRow(bay=bay.name, bed=bed)]
    return (*found, *(BedRow(bed=row.bed, case=row) for row in left))
