"""Why an alert about a delay ended, as the bed manager reads it: notifications says what discharge worked out."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from services.discharge.model.hospital import Setup
from services.notifications.tables import log
from shared.contracts.alerts import AlertKind, AlertState
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from shared.contracts.envelope import Announcement
from shared.database import Database
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_id_of,
    hear,
    riverside,
    set_up,
    stay,
)
from tests.services.onward.carrying import Carrying, prepare

RAISED = (("raised",), None)
RESOLVED = (("resolved",), "Left hospital")


def _hospital() -> Setup:
    """Riverside, where delays are not counted on Ward 3."""
    given = riverside()
    return replace(given, wards=tuple(replace(one, counts=one.id != "w3") for one in given.wards))


@dataclass(slots=True)
class Delayed:
    """Somebody ready since Monday, delayed since Tuesday, and the alert that says so."""

    door: Door
    carrying: Carrying
    stay: EncounterState

    async def hear(self, **changes: object) -> None:
        """An hour later the stay has changed so."""
        self.door.clock.advance(HOUR)
        self.stay = after(self.stay, **changes)
        await hear(self.door.database, self.stay, at=self.door.clock.now())
        await self.carrying.on()

    async def leave(self) -> None:
        """The stay ends."""
        await self.hear(status=EncounterStatus.DISCHARGED, discharged_at=self.door.clock.now())

    async def come_back(self) -> None:
        """The discharge is taken back."""
        await self.hear(status=EncounterStatus.ADMITTED, discharged_at=None)

    async def review(self, at: datetime, *, meets: bool) -> None:
        """A criteria-to-reside review of `at` is recorded."""
        wish = {"meets_criteria": meets, "encounter_id": "stay-1", "true_from": at.isoformat()}
        async with self.door.as_("asha") as asha:
            path = f"{BASE}/cases/{await case_id_of(self.door.database)}/reviews"
            answer = await asha.post(path, json=wish | ({"criteria": ["CTR03"]} if meets else {}))
        assert answer.status_code == 200, answer.text
        await self.carrying.on()

    async def said(self) -> list[tuple[tuple[str, ...], str | None]]:
        """What was announced of alerts about delays: what became of each, and why it ended."""
        async with self.door.database.reading() as reading:
            rows = await reading.rows(select(log.outbox.c.data).order_by(log.outbox.c.no))
        told = [Announcement[AlertState].model_validate_json(row.data) for row in rows]
        return [(one.changes, one.data.ended_because) for one in told if one.data.kind is AlertKind.DELAYED_TRANSFER]


@pytest.fixture
async def delayed(any_database: Database, tmp_path: Path) -> Delayed:
    await prepare(any_database)
    await set_up(any_database, _hospital())
    at_the_door = door(any_database, tmp_path / "keys")
    one = Delayed(at_the_door, Carrying(any_database, TRUST, at_the_door.clock), stay())
    await hear(any_database, one.stay)
    await one.review(MONDAY, meets=False)
    at_the_door.clock.set(MONDAY + DAY + HOUR)
    await one.carrying.look()
    assert await one.said() == [RAISED]
    return one


async def test_moved_to_where_delays_are_not_counted(delayed: Delayed) -> None:
    await delayed.hear(location=Location(ward_code="W3", bed="1"))
    assert await delayed.said() == [RAISED, (("retracted",), "Delays are not counted on Ward 3")]


async def test_why_it_ended_is_still_said_when_something_else_happens_before_anybody_heard(delayed: Delayed) -> None:
    on_ward_3 = Location(ward_code="W3", bed="1")
    delayed.stay = after(delayed.stay, location=on_ward_3)
    await hear(delayed.door.database, delayed.stay, at=delayed.door.clock.now())
    await delayed.hear(location=on_ward_3.model_copy(update={"bed": "2"}))
    assert await delayed.said() == [RAISED, (("retracted",), "Delays are not counted on Ward 3")]


async def test_the_trust_allows_longer(delayed: Delayed) -> None:
    given = _hospital()
    await set_up(delayed.door.database, replace(given, policy=replace(given.policy, delay_after=9 * DAY)))
    await delayed.carrying.look()
    assert await delayed.said() == [RAISED, (("retracted",), "The time that the trust allows is longer now")]


async def test_reviewed_again(delayed: Delayed) -> None:
    await delayed.review(MONDAY + HOUR, meets=True)
    assert await delayed.said() == [RAISED, (("retracted",), "No longer ready to leave")]
    await delayed.review(MONDAY + DAY, meets=False)
    assert len(await delayed.said()) == 2, "ready again, and within the limit"


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"status": EncounterStatus.CANCELLED, "inpatient": False}, "The admission was undone"),
        (
            {"status": EncounterStatus.MERGED_AWAY, "inpatient": False, "merged_into": "stay-2"},
            "The stay is part of another",
        ),
        ({"inpatient": False}, "The stay is not one that is co-ordinated"),
    ],
)
async def test_withdrawn(delayed: Delayed, changes: dict[str, object], because: str) -> None:
    await delayed.hear(**changes)
    assert await delayed.said() == [RAISED, (("retracted",), because)]


async def test_left_and_back_and_still_delayed(delayed: Delayed) -> None:
    await delayed.leave()
    await delayed.come_back()
    assert await delayed.said() == [RAISED, RESOLVED, RAISED]


async def test_left_and_back_and_no_longer_ready(delayed: Delayed) -> None:
    await delayed.leave()
    await delayed.review(MONDAY + HOUR, meets=True)
    assert await delayed.said() == [RAISED, RESOLVED]
    await delayed.come_back()
    because = "In hospital again, and no longer ready to leave"
    assert await delayed.said() == [RAISED, RESOLVED, (("retracted",), because)]


async def test_left_and_back_to_where_delays_are_not_counted(delayed: Delayed) -> None:
    await delayed.leave()
    moved = {"location": Location(ward_code="W3", bed="1")}
    await delayed.hear(status=EncounterStatus.ADMITTED, discharged_at=None, **moved)
    because = "In hospital again, and delays are not counted on Ward 3"
    assert await delayed.said() == [RAISED, RESOLVED, (("retracted",), because)]


async def test_left_and_never_admitted_after_all(delayed: Delayed) -> None:
    await delayed.leave()
    await delayed.hear(status=EncounterStatus.CANCELLED, discharged_at=None, inpatient=False)
    assert await delayed.said() == [RAISED, RESOLVED, (("retracted",), "The admission was undone")]


async def test_died_by_mistake(delayed: Delayed) -> None:
    person = delayed.stay.person
    await delayed.hear(person=person.model_copy(update={"deceased": True}))
    await delayed.hear(person=person, location=Location(ward_code="W3", bed="1"))
    because = "In hospital again, and delays are not counted on Ward 3"
    died = (("resolved",), "The person has died")
    assert await delayed.said() == [RAISED, died, (("retracted",), because)]
