"""A small fictional trust, its people, and stays in it. Monday 4 May 2026 is the day the stories begin."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from services.discharge.handlers.encounters import handle
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import (
    Bay,
    ClusterId,
    DutyDesk,
    RotaPattern,
    Setup,
    Site,
    StaffId,
    StaffMember,
    Trust,
    TrustCode,
    TrustPolicy,
    Ward,
    WardCluster,
    WardId,
    WardKind,
)
from services.discharge.rules.task_templates import PATHWAY_TASKS
from services.discharge.tables.cases import cases, log
from shared.contracts.cases import CaseState, Pathway
from shared.contracts.encounters import EncounterState, EncounterStatus, Location, PatientClass, PersonDisplay
from shared.contracts.envelope import Announcement, EventType
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog import Event
from shared.ids import new_id

TRUST = "RXX"
MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WITHOUT_A_PATHWAY = len(PATHWAY_TASKS[Pathway.P0])
"""How many tasks a case has whose pathway nobody recorded yet."""
_WEEKDAYS = frozenset(range(5))


def _worker(staff: str, name: str, cluster: str, *, role: Role = Role.SOCIAL_WORKER) -> StaffMember:
    return StaffMember(StaffId(staff), name, "HSW", frozenset({role}), (ClusterId(cluster),), phone="01632 960001")


def riverside() -> Setup:
    """Two clusters worked on weekdays, a ward no cluster covers, a cluster nobody works for."""
    wards = [("w1", "Ward 1"), ("w2", "Ward 2"), ("w3", "Ward 3"), ("w4", "Ward 4")]
    return Setup(
        Trust(TrustCode(TRUST), "Riverside"),
        TrustPolicy(escalate_after=(DAY, 3 * DAY)),
        DutyDesk("the duty desk", "01632 960999"),
        (Site("main", "Main site"),),
        (
            *tuple(
                Ward(WardId(ward), name, "main", WardKind.INPATIENT, (ward.upper(),), bays=(Bay("A", ("1", "2", "3")),))
                for ward, name in wards
            ),
            Ward(WardId("th"), "Theatres", "main", WardKind.THEATRE, ("TH",)),
        ),
        (
            WardCluster(ClusterId("north"), "North cluster", (WardId("w1"),)),
            WardCluster(ClusterId("south"), "South cluster", (WardId("w2"),)),
            WardCluster(ClusterId("empty"), "Empty cluster", (WardId("w4"),)),
        ),
        (
            _worker("asha", "Asha Patel", "north"),
            _worker("ben", "Ben Cole", "north"),
            _worker("cara", "Cara Nowak", "south"),
            _worker("lena", "Lena Wolf", "north", role=Role.LEAD),
        ),
        (
            RotaPattern(StaffId("asha"), ClusterId("north"), _WEEKDAYS, time(8), time(17)),
            RotaPattern(StaffId("ben"), ClusterId("north"), _WEEKDAYS, time(8), time(17)),
            RotaPattern(StaffId("cara"), ClusterId("south"), _WEEKDAYS, time(8), time(17)),
        ),
    )


async def set_up(database: Database, setup: Setup | None = None) -> None:
    """Keep the hospital."""
    async with database.transaction() as tx:
        await apply(tx, setup or riverside(), MONDAY)


def stay(number: int = 1, ward: str = "W1", **changes: object) -> EncounterState:
    """An adult admitted on Monday morning."""
    given: dict[str, object] = {
        "encounter_id": f"stay-{number}",
        "trust": TRUST,
        "version": 1,
        "status": EncounterStatus.ADMITTED,
        "patient_class": PatientClass.INPATIENT,
        "inpatient": True,
        "person": PersonDisplay(person_id=f"person-{number}", family="Example", given="Edith", born=date(1941, 2, 3)),
        "location": Location(ward_code=ward, bay="A", bed=str(number)),
        "admitted_at": MONDAY,
        "learned_at": MONDAY,
    }
    return EncounterState.model_validate({**given, **changes})


def left(one: EncounterState, at: datetime) -> EncounterState:
    """The same stay, discharged."""
    return after(one, status=EncounterStatus.DISCHARGED, discharged_at=at)


def after(one: EncounterState, **changes: object) -> EncounterState:
    """The same stay, changed, one version later."""
    return one.model_copy(update={"version": one.version + 1, **changes})


def event(one: EncounterState) -> Event:
    """The stay, announced."""
    body = Announcement[EncounterState](data=one).model_dump_json().encode()
    kind = EventType.ENCOUNTER_CHANGED.value
    return Event(new_id(), kind, one.encounter_id, one.trust, one.version, one.learned_at, body)


async def hear(database: Database, *stays: EncounterState, at: datetime = MONDAY) -> list[str]:
    """Hand these stays to discharge in one batch; the subjects it parked."""
    async with database.transaction() as tx:
        parked = await handle(tx, [event(one) for one in stays], at)
    return [one.subject for one in parked]


async def told(database: Database) -> list[CaseState]:
    """Everything discharge has announced, in order."""
    async with database.reading() as reading:
        rows = await reading.rows(select(log.outbox.c.data).order_by(log.outbox.c.no))
    return [Announcement[CaseState].model_validate_json(row.data).data for row in rows]


async def case_of(database: Database, number: int = 1) -> CaseState:
    """The case of a stay as last announced."""
    return [one for one in await told(database) if one.encounter_id == f"stay-{number}"][-1]


async def case_id_of(database: Database, number: int = 1) -> str:
    """The id of a stay's case."""
    async with database.reading() as reading:
        return str(await reading.value(select(cases.c.case_id).where(cases.c.encounter_id == f"stay-{number}")))


def without_rota(setup: Setup) -> Setup:
    """The hospital with nobody on any rota."""
    return replace(setup, rota=())
