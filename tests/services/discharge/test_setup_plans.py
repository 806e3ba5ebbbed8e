"""A setup is planned over REST and takes effect at its time; what it was not made for is not overwritten unseen."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import Table, func, select

from services.discharge.handlers.setup import apply
from services.discharge.handlers.setup_plans import DUE, take_due
from services.discharge.model.hospital import Absence, Setup, StaffId
from services.discharge.rules.setup_file import write_setup
from services.discharge.schedules import due_cases
from services.discharge.store import setup as setups
from services.discharge.tables.cases import audited
from services.discharge.tables.cases import timers as timers_table
from services.discharge.tables.hospital import setup_revisions
from shared import timers
from shared.contracts.roles import Role
from shared.database import Database, StatementRefused
from shared.timers import Timer
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.files import covering, filed, look
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, case_of, hear, set_up, stay

PLANS = f"{BASE}/setup/plans"
THURSDAY = datetime.fromisoformat("2026-05-07T08:00:00+01:00")


@pytest.fixture
async def there(at_the_door: Door) -> Door:
    """Riverside as its file says it, with Asha's person on ward 1."""
    await set_up(at_the_door.database, filed())
    await hear(at_the_door.database, stay(1))
    await look(at_the_door, MONDAY)
    return at_the_door


def _moved() -> Setup:
    """Ward 1 is South's, and North has ward 3 for it."""
    return covering(north="w3", south="w1 w2")


def _two_desks(setup: Setup, name: str = "the night desk") -> Setup:
    return replace(setup, duty_desk=replace(setup.duty_desk, name=name))


async def _plan(door: Door, setup: Setup | str, at: datetime = THURSDAY, path: str = "p-1") -> httpx2.Response:
    file = setup if isinstance(setup, str) else write_setup(setup)
    body = {"file": file, "effective_at": at.isoformat(), "reason": "Ward 1 moves"}
    async with door.as_("ida", Role.ADMINISTRATOR) as ida:
        return await ida.put(f"{PLANS}/{path}", json=body)


async def _act(door: Door, act: str, version: int, path: str = "p-1") -> httpx2.Response:
    async with door.as_("ida", Role.ADMINISTRATOR) as ida:
        said = {"reason": "It is so"}
        return await ida.post(f"{PLANS}/{path}/{act}", json=said, headers={"If-Match": f'"{version}"'})


async def _listed(door: Door) -> list[tuple[str, str, list[str]]]:
    """Each plan: its id, how it stands, what changed meanwhile."""
    async with door.as_("ida", Role.ADMINISTRATOR) as ida:
        items = (await ida.get(PLANS)).json()["items"]
    return [(one["plan_id"], one["stands"], one["meanwhile"]) for one in items]


async def _held(database: Database) -> Setup:
    async with database.reading() as reading:
        found = await setups.held(reading, TRUST)
    assert found is not None
    return found


async def _load(door: Door, setup: Setup) -> tuple[str, ...]:
    async with door.database.transaction() as tx:
        return (await apply(tx, setup, door.clock.now())).changes


async def _handed_to(door: Door) -> str | None:
    case = await case_of(door.database)
    return case.hand_over.to_cluster if case.hand_over else None


async def test_a_ward_changes_its_cluster_on_thursday_at_eight_and_not_before(there: Door):
    answer = await _plan(there, _moved())
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    told = answer.json()
    assert {name: told[name] for name in ("effective_at", "stands", "changes", "meanwhile", "by", "reason")} == {
        "effective_at": "2026-05-07T07:00:00Z",
        "stands": "waiting",
        "changes": ["cluster north changed", "cluster south changed"],
        "meanwhile": [],
        "by": "Ida",
        "reason": "Ward 1 moves",
    }
    assert told["file"] == write_setup(_moved())
    await look(there, THURSDAY - timedelta(seconds=1))
    assert (await _handed_to(there), (await _held(there.database)).clusters) == (None, setups.ordered(filed()).clusters)
    await look(there, THURSDAY)
    assert (await _handed_to(there), await _held(there.database)) == ("south", setups.ordered(_moved()))
    async with there.as_("ida", Role.ADMINISTRATOR) as ida:
        (one,) = (await ida.get(PLANS)).json()["items"]
        acts = (await ida.get(f"{PLANS}/p-1/history")).json()
    async with there.database.reading() as reading:
        newest = await reading.value(select(func.max(setup_revisions.c.revision)))
        audit = await reading.rows(select(audited.c.caller, audited.c.act).order_by(audited.c.at))
    assert (one["stands"], one["revision"], one["by"]) == ("applied", newest, "Homeward")
    assert one["changes"] == ["cluster north changed", "cluster south changed"]
    assert [(act["act"], act["by"]) for act in acts] == [("applied", "Homeward"), ("planned", "Ida")]
    assert [(row.caller, row.act) for row in audit] == [
        ("ida", "setup-plan-planned"),
        ("homeward-clock", "setup-plan-applied"),
    ]


async def test_what_is_sent_twice_is_planned_once_and_stays_what_it_is(there: Door):
    both = [await _plan(there, _moved()), await _plan(there, _moved())]
    other, later = await _plan(there, covering(empty="w4 w3")), await _plan(there, _moved(), THURSDAY + HOUR)
    assert [one.status_code for one in (*both, other, later)] == [201, 200, 409, 409]
    assert both[0].json() == both[1].json()
    assert [one for one, _, _ in await _listed(there)] == ["p-1"]


@pytest.mark.parametrize(
    ("file", "at", "status", "says"),
    [
        (write_setup(filed()), THURSDAY, 422, "changes-nothing"),
        (write_setup(_moved()), MONDAY, 422, "still to come"),
        (write_setup(_moved()), MONDAY + 800 * DAY, 422, "within two years"),
        (write_setup(_moved()).replace("RXX", "RZZ"), THURSDAY, 422, "another trust"),
        (write_setup(_moved()).replace("id: south", "id: South"), THURSDAY, 422, "line 89: south"),
        (f"\n\n{write_setup(_moved())}".replace("RXX", "rxx"), THURSDAY, 422, "line 3: rxx"),
        (write_setup(_moved()) + "feeds: []\n", THURSDAY, 422, "is loaded with `homeward setup FILE`"),
        ("wards: [", THURSDAY, 422, "is not YAML"),
    ],
)
async def test_what_cannot_be_planned_is_refused_by_its_line_and_keeps_nothing(
    there: Door, file: str, at: datetime, status: int, says: str
):
    answer = await _plan(there, file, at)
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert await _listed(there) == []


async def test_two_setups_for_one_time_are_refused_for_which_comes_first_could_not_be_told(there: Door):
    await _plan(there, _moved())
    answer = await _plan(there, _two_desks(_moved()), path="p-2")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:homeward:problem:time-taken")


async def test_a_plan_that_is_withdrawn_does_nothing_at_its_time(there: Door):
    await _plan(there, _moved())
    assert (await _act(there, "withdraw", 7)).status_code == 412
    withdrawn = await _act(there, "withdraw", 1)
    assert (withdrawn.json()["stands"], withdrawn.headers["etag"]) == ("withdrawn", '"2"')
    assert [(await _act(there, act, 2)).status_code for act in ("withdraw", "confirm")] == [409, 409]
    assert (await _act(there, "withdraw", 1, "p-9")).status_code == 404
    await look(there, THURSDAY)
    assert (await _handed_to(there), await _listed(there)) == (None, [("p-1", "withdrawn", [])])


async def test_after_two_days_away_plans_are_applied_late_and_in_order_of_time(there: Door):
    second = _two_desks(_moved())
    await _plan(there, _moved())
    assert (await _plan(there, second, THURSDAY + DAY, "a-2")).json()["changes"] == ["duty desk changed"]
    assert [one for one, _, _ in await _listed(there)] == ["p-1", "a-2"]
    await look(there, THURSDAY + 2 * DAY)
    assert await _held(there.database) == setups.ordered(second)
    async with there.database.reading() as reading:
        rows = await reading.rows(
            select(setup_revisions.c.changes).order_by(setup_revisions.c.revision.desc()).limit(2)
        )
    assert [row.changes for row in rows] == [["duty desk changed"], ["cluster north changed", "cluster south changed"]]
    assert {stands for _, stands, _ in await _listed(there)} == {"applied"}


async def test_a_plan_for_another_hospital_than_is_held_is_refused_at_its_time_and_says_why(there: Door):
    """Ben is away from Tuesday: the plan was written before that, and would take his absence back."""
    away = replace(filed(), absences=(Absence(StaffId("ben"), MONDAY.date(), MONDAY.date() + DAY),))
    await _plan(there, _moved())
    await _load(there, away)
    because = ["absences changed: 1, were 0"]
    assert await _listed(there) == [("p-1", "overtaken", because)]
    await look(there, THURSDAY)
    assert (await _listed(there), await _handed_to(there)) == ([("p-1", "refused", because)], None)
    assert await _held(there.database) == setups.ordered(away)
    again = await _plan(there, replace(_moved(), absences=away.absences), THURSDAY + HOUR, "p-2")
    assert again.json()["changes"] == ["cluster north changed", "cluster south changed"]
    await look(there, THURSDAY + HOUR)
    assert (await _listed(there))[0] == ("p-2", "applied", [])
    assert await _handed_to(there) == "south"


async def test_a_plan_that_is_overtaken_is_applied_once_somebody_has_looked_and_confirms_it(there: Door):
    await _plan(there, _moved())
    await _load(there, _two_desks(filed()))
    confirmed = await _act(there, "confirm", 1)
    assert (confirmed.json()["stands"], confirmed.json()["version"]) == ("waiting", 2)
    assert confirmed.json()["changes"] == ["duty desk changed", "cluster north changed", "cluster south changed"]
    await look(there, THURSDAY)
    assert await _held(there.database) == setups.ordered(_moved())


async def test_a_plan_counts_on_the_one_before_it_and_is_overtaken_without_it(there: Door):
    await _plan(there, _moved())
    await _plan(there, _two_desks(_moved()), THURSDAY + DAY, "p-2")
    assert [stands for _, stands, _ in await _listed(there)] == ["waiting", "waiting"]
    await _act(there, "withdraw", 1)
    lost = ["cluster north changed", "cluster south changed"]
    assert await _listed(there) == [("p-2", "overtaken", lost), ("p-1", "withdrawn", [])]
    await look(there, THURSDAY + DAY)
    assert (await _listed(there))[0] == ("p-2", "refused", lost)


async def test_a_plan_put_between_two_others_overtakes_the_later(there: Door):
    await _plan(there, _two_desks(filed()), THURSDAY + DAY)
    await _plan(there, _moved(), THURSDAY, "p-2")
    assert [(one, stands) for one, stands, _ in await _listed(there)] == [("p-2", "waiting"), ("p-1", "overtaken")]


async def test_a_ward_code_that_people_mapped_meanwhile_overtakes_nothing(there: Door):
    await _plan(there, _moved())
    async with there.as_("kim", Role.INTEGRATION_ENGINEER) as kim:
        said = {"code": "W9", "ward_id": "w2", "valid_from": "2026-05-05"}
        assert (await kim.put(f"{BASE}/hospital/ward-mappings/m-1", json=said)).status_code == 201
    await look(there, THURSDAY)
    assert (await _listed(there), await _handed_to(there)) == ([("p-1", "applied", [])], "south")


async def test_a_plan_is_applied_with_all_it_causes_or_not_at_all(there: Door):
    """Its row of the audit cannot be written: nothing of it is kept, and its time is still due."""
    await _plan(there, _moved())
    nowhere = Table("discharge_no_such_table", audited.metadata.__class__(), *(one._copy() for one in audited.columns))
    broken = replace(there.trail, table=nowhere)
    async with there.database.reading() as reading:
        due = await timers.due(reading, timers_table, THURSDAY, 100)
    with pytest.raises(StatementRefused):
        await take_due(there.database, broken, due, THURSDAY)
    assert await _held(there.database) == setups.ordered(filed())
    assert await _listed(there) == [("p-1", "waiting", [])]
    await look(there, THURSDAY)
    assert (await _listed(there), await _handed_to(there)) == ([("p-1", "applied", [])], "south")


async def test_of_two_clocks_that_find_a_plan_due_one_applies_it(there: Door):
    await _plan(there, _moved())
    async with there.database.reading() as reading:
        due = await timers.due(reading, timers_table, THURSDAY, 100)
    await asyncio.gather(*(take_due(there.database, there.trail, due, THURSDAY) for _ in range(3)))
    async with there.as_("ida", Role.ADMINISTRATOR) as ida:
        acts = (await ida.get(f"{PLANS}/p-1/history")).json()
    assert [act["act"] for act in acts] == ["applied", "planned"]


async def test_nobody_but_an_administrator_of_the_trust_sees_or_plans(there: Door):
    await _plan(there, _moved())
    async with there.as_("ida", Role.ADMINISTRATOR, trust="RZZ") as elsewhere:
        answers = [await elsewhere.get(path) for path in (PLANS, f"{PLANS}/p-1", f"{PLANS}/p-1/history")]
    assert [one.status_code for one in answers] == [404, 404, 404]
    async with there.as_("lena", Role.LEAD) as lena:
        assert (await lena.get(PLANS)).status_code == 403


async def test_a_look_before_its_time_applies_nothing_and_waits_for_it(there: Door):
    """A clock that was put back finds the timer due, and the plan not yet."""
    await _plan(there, _moved())
    await take_due(there.database, there.trail, [Timer(DUE, TRUST, MONDAY)], THURSDAY - HOUR)
    assert await _listed(there) == [("p-1", "waiting", [])]
    async with there.database.reading() as reading:
        assert (DUE, TRUST, THURSDAY) in [
            (one.rule, one.subject, one.due_at) for one in await timers.due(reading, timers_table, THURSDAY, 100)
        ]


async def test_what_is_planned_after_an_overtaken_plan_does_not_count_on_it(there: Door):
    await _plan(there, _moved())
    await _load(there, _two_desks(filed()))
    later = await _plan(there, _two_desks(filed(), "the weekend desk"), THURSDAY + DAY, "p-2")
    assert later.json()["changes"] == ["duty desk changed"]
    assert [(one, stands) for one, stands, _ in await _listed(there)] == [("p-1", "overtaken"), ("p-2", "waiting")]
    await look(there, THURSDAY + DAY)
    assert [stands for _, stands, _ in await _listed(there)] == ["applied", "refused"]


async def test_the_service_itself_applies_it_and_looks_at_the_cases(there: Door):
    await _plan(there, _moved())
    there.clock.set(THURSDAY)
    stop = asyncio.Event()
    working = asyncio.ensure_future(due_cases(there.database, there.clock, there.trail)(stop))
    async with asyncio.timeout(20):
        while await _handed_to(there) != "south":  # noqa: ASYNC110  # looked at from outside
            await asyncio.sleep(0.02)
    stop.set()
    await working
    assert await _listed(there) == [("p-1", "applied", [])]
