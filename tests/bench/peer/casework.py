"""The peer's event handling: one event a transaction, objects all the way."""

import datetime as dt

import hl7
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from tests.bench.peer.models import Case, Coordinator, ProcessedEvent, Task

CHECKLIST = tuple(f"T{number:02}" for number in (1, 2, 3, 4, 5, 6, 40, 41, 42, 43, 44, 45, 47, 51))


def parsed(raw: bytes) -> hl7.Message:
    """The message of an event, as python-hl7 reads it."""
    return hl7.parse(raw.decode())


async def handle(opened: AsyncSession, event_id: str, message: hl7.Message) -> Case | None:
    """Admit, move or discharge; name the least loaded co-ordinator of the ward; lay out the checklist."""
    if await opened.get(ProcessedEvent, event_id) is not None:
        return None
    trigger = str(message.segment("MSH")[9][0][1])
    visit = str(message.segment("PV1")[19][0][0])
    ward = str(message.segment("PV1")[3][0][0])
    case = (
        await opened.execute(select(Case).where(Case.visit == visit).options(selectinload(Case.tasks)))
    ).scalar_one_or_none()
    now = dt.datetime.now(dt.UTC)
    if case is None:
        case = Case(
            visit=visit,
            mrn=str(message.segment("PID")[3][0][0]),
            name=str(message.segment("PID")[5]),
            ward=ward,
            tasks=[Task(code=code, title=code, due_at=now + dt.timedelta(hours=24)) for code in CHECKLIST],
        )
        opened.add(case)
    case.ward = ward
    case.status = "discharged" if trigger == "A03" else "open"
    if case.coordinator_id is None:
        loads = (
            select(Coordinator, func.count(Case.id).label("load"))
            .outerjoin(Case, (Case.coordinator_id == Coordinator.id) & (Case.status == "open"))
            .where(Coordinator.ward == ward, Coordinator.on_duty)
            .group_by(Coordinator.id)
            .order_by("load", Coordinator.id)
        )
        first = (await opened.execute(loads)).first()
        if first is not None:
            case.coordinator, case.named_at = first[0], now
    opened.add(ProcessedEvent(event_id=event_id))
    await opened.commit()
    await opened.refresh(case)
    return case
