"""Any day of several patients, all the way: one final state, whatever the order, the repeats, the links, the restarts.

The messages are made up without regard for sense: hospitals correct, cancel and contradict themselves.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.admissions.arrivals import of_er7
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.keeping import Stored
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up as set_up_feeds
from shared.contracts.alerts import AlertKind
from shared.contracts.cases import CaseStatus
from shared.database import Database
from tests.services.admissions.hospital import er7
from tests.services.admissions.test_stories import in_ward_language
from tests.services.discharge.door import Door, door
from tests.services.discharge.riverside import set_up
from tests.services.onward.carrying import Carrying, prepare
from tests.services.onward.test_stories import active_alerts, become_delayed, check_places, hospital, kept_cases

BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)
AT = BEGAN + timedelta(days=2)
LINKS = 3
_TRUSTS = count()

hours = st.integers(0, 12).map(lambda hour: BEGAN + timedelta(hours=hour))


@dataclass(frozen=True, slots=True)
class _Told:
    """One message of a day, and who says it is about whom."""

    trigger: str
    person: int
    visit: int
    at: datetime
    admitted: datetime
    ward: str
    patient_class: str
    other: int

    def raw(self, number: int) -> bytes:
        """The message; its control id is its `number`."""
        swapped = f"PID|2||H{self.other}^^^RXX^MR\rPV1|2|I|F21^B1^2" if self.trigger == "A17" else ""
        return er7(
            self.trigger,
            control_id=str(number),
            at=f"{self.at:%Y%m%d%H%M}",
            mrn=f"H{self.person}",
            visit=f"V{self.person}{self.visit}",
            ward=self.ward,
            admitted=f"{self.admitted:%Y%m%d%H%M}",
            family=f"FICTION{self.person}",
            patient_class=self.patient_class,
            merged=f"H{self.other}" if self.trigger == "A40" else "",
            extra=swapped,
        )


_TRIGGERS = ("A01", "A01", "A02", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A08", "A11", "A12", "A13")
_RARER = ("A17", "A21", "A22", "A31", "A40", "A52", "A53")
told = st.builds(
    _Told,
    trigger=st.sampled_from(_TRIGGERS) | st.sampled_from(_RARER),
    person=st.integers(1, 4),
    visit=st.integers(1, 2),
    at=hours,
    admitted=hours,
    ward=st.sampled_from(["B47", "F21", "C10", "X99"]),
    patient_class=st.sampled_from(["I", "I", "I", "E", "O"]),
    other=st.integers(1, 4),
)


@pytest.fixture
async def at_the_door(sqlite_database: Database, tmp_path: Any) -> Door:
    await prepare(sqlite_database)
    return door(sqlite_database, tmp_path / "keys")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.lists(told, min_size=2, max_size=14), seed=st.integers(0, 2**32 - 1), is_staffed=st.booleans())
async def test_a_day_ends_in_one_way(at_the_door: Door, day: list[_Told], seed: int, *, is_staffed: bool) -> None:
    messages = [one.raw(number) for number, one in enumerate(sorted(day, key=lambda one: one.at))]
    ends: list[object] = []
    for choose in (None, random.Random(seed)):  # noqa: S311  # a seed, not a secret
        at_the_door.clock.set(AT)
        carrying = Carrying(at_the_door.database, f"Y{next(_TRUSTS):05}", at_the_door.clock)
        await set_up(carrying.database, hospital(carrying.trust, is_staffed=is_staffed))
        async with carrying.database.transaction() as tx:
            await set_up_feeds(tx, carrying.trust, AT, {})
        await (_as_it_happened(carrying, messages) if choose is None else _in_any_way(carrying, messages, choose))
        ends.append(await _end(at_the_door, carrying, is_staffed=is_staffed))
    assert ends[0] == ends[1]


async def _offer(intake: Intake, trust: str, messages: Sequence[bytes]) -> None:
    """Offer messages, those of one link after each other, on several links at once."""
    links = [messages[link::LINKS] for link in range(LINKS)]

    async def on_one(several: Sequence[bytes]) -> None:
        for raw in several:
            fate = await intake.offer(of_er7(raw, trust=trust, feed="mllp", received_at=AT, processing_id="P"))
            assert isinstance(fate, Stored)

    await asyncio.gather(*(on_one(several) for several in links))


async def _as_it_happened(carrying: Carrying, messages: Sequence[bytes]) -> None:
    intake = Intake(carrying.database, deadline=30, woken=lambda: None)
    for raw in messages:
        await _offer(intake, carrying.trust, [raw])
        await interpret_waiting(carrying.database, carrying.trust, AT)
        await carrying.on()
    await intake.close()


async def _in_any_way(carrying: Carrying, messages: Sequence[bytes], choose: random.Random) -> None:
    """Shuffled and repeated, on several links, understood and handed on in batches; begun anew now and then."""
    order = [*messages, *choose.choices(messages, k=choose.randint(0, 3))]
    choose.shuffle(order)
    while order:
        most = choose.randint(1, 6)
        some, order = order[:most], order[most:]
        intake = Intake(carrying.database, deadline=30, woken=lambda: None)
        await _offer(intake, carrying.trust, some)
        await intake.close()
        if choose.random() < 0.6:
            await interpret_waiting(carrying.database, carrying.trust, AT, most=choose.choice((1, 2, 100)))
        if choose.random() < 0.6:
            await carrying.on(choose.choice((1, 2, 100)))
        if choose.random() < 0.3:
            await carrying.again()
    while (await interpret_waiting(carrying.database, carrying.trust, AT, most=choose.choice((1, 3, 100)))).messages:
        pass
    await carrying.on()


async def _end(at_the_door: Door, carrying: Carrying, *, is_staffed: bool) -> object:
    """Stays, cases and alerts, without their ids; each case that is held is held once, and no other is; and of nobody
    who is in hospital the timeline last tells another ward than theirs.

    Where people are on a rota, whoever was named stays named though the ward they were named on turns out to be one
    that nobody covers: who is uncovered then hangs on what was known when.
    """
    stays = await in_ward_language(carrying.database, carrying.trust)
    found = await kept_cases(carrying)
    for one in found:
        is_held = one.state.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING)
        assert one.current == (1 if is_held else 0), one.state
    await check_places(carrying, found)
    held = sorted(
        (one.state.status, str(one.stay.location), one.stay.person.family or "") for one in found if one.current
    )
    assert len(held) == stays["open_cases"], (held, stays)
    before = await active_alerts(carrying)
    await become_delayed(at_the_door, carrying)
    after = await active_alerts(carrying)
    here = sum(one.state.status is CaseStatus.OPEN for one in found)
    assert is_staffed or Counter(kind for kind, *_ in after)[AlertKind.UNCOVERED] == here
    alerts = [one for one in (*before, *after) if not is_staffed or one[0] is AlertKind.DELAYED_TRANSFER]
    told = sorted(json.dumps(one, sort_keys=True) for one in stays["encounters"])
    return told, stays["flags"], held, alerts
