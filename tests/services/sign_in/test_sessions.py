"""Setting a hospital up, signing in, and what is then known of the hospital, on a real database."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import MetaData, delete, update

from services.discharge.handlers import setup as setting_up
from services.discharge.model.hospital import Setup
from services.discharge.routes import hospital, sign_in
from services.discharge.rules.setup_file import read_setup
from services.discharge.store import setup as store
from services.discharge.tables import hospital as t
from services.discharge.tables import metadata
from shared import tokens
from shared.clock import SettableClock
from shared.database import Database
from shared.passes import ensure_keys, load_reader, load_signer
from shared.web import Verifier, create_app

EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "fictional-hospital.yaml"
HOSTS = frozenset({"127.0.0.1"})
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TABLES = (
    t.sessions, t.setup_revisions, t.absences, t.rota, t.cluster_wards, t.ward_codes, t.staff, t.clusters, t.wards,
    t.sites, t.trusts,
)  # fmt: skip


def example() -> Setup:
    setup = read_setup(EXAMPLE.read_text())
    assert isinstance(setup, Setup)
    return setup


@pytest.fixture
async def database(any_database: Database) -> Database:
    await any_database.create_all(metadata)
    async with any_database.transaction() as tx:
        for table in TABLES:
            await tx.execute(delete(table).where(table.c.trust.in_(["RZZ", "RYY"])))
        await setting_up.apply(tx, example(), MONDAY)
    return any_database


@dataclass
class Door:
    client: httpx2.AsyncClient
    clock: SettableClock
    database: Database

    async def begin(self, staff: str) -> str:
        response = await self.client.post("/discharge/v1/sessions", json={"staff_id": staff})
        assert response.status_code == 201
        return response.json()["token"]

    async def exchange(self, token: str) -> httpx2.Response:
        return await self.client.post("/discharge/v1/sessions/pass", json={"token": token})


@pytest.fixture
async def door(database: Database, tmp_path: Path) -> AsyncIterator[Door]:
    async for one in _door(database, tmp_path, demonstration=True):
        yield one


async def _door(database: Database, keys: Path, *, demonstration: bool) -> AsyncIterator[Door]:
    ensure_keys(keys)
    clock = SettableClock(MONDAY)
    table = tokens.make("unused", MetaData())
    app = create_app(
        title="discharge",
        service="discharge",
        routers=[
            sign_in.router(database, clock, load_signer(keys), demonstration=demonstration),
            hospital.router(database, clock),
        ],
        verifier=Verifier(clock, database, table, load_reader(keys)),
        hosts=HOSTS,
    )
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8002") as client:
        yield Door(client, clock, database)


async def test_setting_up_twice_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        again = await setting_up.apply(tx, example(), MONDAY)
        assert await store.held(tx, "RZZ") == store.ordered(example())
    assert (again.revision, again.changes) == (None, ())


async def test_a_changed_setup_says_what_changed_and_deletes_nobody(database: Database) -> None:
    text = EXAMPLE.read_text().replace("Oak ward (respiratory)", "Oak ward (chest)")
    start = text.index("  - id: zainab-malik")
    changed = read_setup(text[:start] + text[text.index("\n\n", start) :])
    assert isinstance(changed, Setup)
    async with database.transaction() as tx:
        kept = await setting_up.apply(tx, changed, MONDAY)
        row = await tx.row(t.staff.select().where(t.staff.c.staff == "zainab-malik"))
    assert (kept.revision, kept.changes) == (2, ("ward oak changed", "member of staff zainab-malik removed"))
    assert row is not None
    assert row.active is False


async def test_a_person_signs_in_and_is_known_to_every_route(door: Door) -> None:
    people = (await door.client.get("/discharge/v1/demonstration/people")).json()["items"]
    assert {"amara-okafor", "bronwen-hughes", "owen-carter"} <= {one["staff_id"] for one in people}
    described = {one["staff_id"]: one["describes"] for one in people}
    assert described["rhiannon-evans"] == "social worker: Medicine"
    assert described["hannah-cohen"] == "ward staff: Oak ward (respiratory)"
    given = (await door.exchange(await door.begin("rhiannon-evans"))).json()
    assert (given["name"], given["trust"], given["clusters"]) == ("Rhiannon Evans", "RZZ", ["medicine"])
    headers = {"Authorization": f"Bearer {given['bearer']}"}
    on_duty = await door.client.get("/discharge/v1/hospital/on-duty", headers=headers)
    at_work = {(one["staff_id"], one["cluster_id"]) for one in on_duty.json()["items"]}
    assert ("rhiannon-evans", "medicine") in at_work
    assert ("jamal-hussain", "medicine") not in at_work
    wards = (await door.client.get("/discharge/v1/hospital/wards", headers=headers)).json()["items"]
    oak = next(one for one in wards if one["ward_id"] == "oak")
    assert oak["codes"] == ["OAK", "W11"]
    assert oak["cluster_id"] == "medicine"
    assert oak["bays"][0] == {"name": "A", "beds": ["A1", "A2", "A3", "A4", "A5", "A6"]}
    for path in ("hospital/clusters", "staff"):
        assert (await door.client.get(f"/discharge/v1/{path}", headers=headers)).status_code == 200


async def test_a_weekend_is_the_duty_desks(door: Door) -> None:
    given = (await door.exchange(await door.begin("bronwen-hughes"))).json()
    response = await door.client.get(
        "/discharge/v1/hospital/on-duty",
        params={"at": "2026-03-08T12:00:00Z"},
        headers={"Authorization": f"Bearer {given['bearer']}"},
    )
    at_work = {(one["staff_id"], one["cluster_id"]) for one in response.json()["items"]}
    assert at_work == {
        ("grace-adeyemi", None),
        ("mei-ling-chan", "front-door"),
        ("blessing-mutasa", "older-people"),
    }


async def test_the_last_pass_is_good_for_less_than_a_minute_after_signing_out(door: Door) -> None:
    token = await door.begin("amara-okafor")
    headers = {"Authorization": f"Bearer {(await door.exchange(token)).json()['bearer']}"}
    assert (await door.client.post("/discharge/v1/sessions/end", json={"token": token})).status_code == 204
    door.clock.advance(timedelta(seconds=59))
    assert (await door.client.get("/discharge/v1/staff", headers=headers)).status_code == 200
    door.clock.advance(timedelta(seconds=1))
    assert (await door.client.get("/discharge/v1/staff", headers=headers)).status_code == 401
    assert (await door.exchange(token)).status_code == 401


async def test_a_session_that_is_not_used_ends(door: Door) -> None:
    token = await door.begin("amara-okafor")
    door.clock.advance(timedelta(minutes=14, seconds=59))
    assert (await door.exchange(token)).status_code == 200
    door.clock.advance(timedelta(minutes=14, seconds=59))
    assert (await door.exchange(token)).status_code == 200
    door.clock.advance(timedelta(minutes=15))
    assert (await door.exchange(token)).status_code == 401


async def test_a_session_ends_after_a_shift_however_used(door: Door) -> None:
    token = await door.begin("amara-okafor")
    for _ in range(71):
        door.clock.advance(timedelta(minutes=10))
        assert (await door.exchange(token)).status_code == 200
    door.clock.advance(timedelta(minutes=9, seconds=30))
    last = (await door.exchange(token)).json()
    assert datetime.fromisoformat(last["expires_at"]) == MONDAY + timedelta(hours=12)
    door.clock.advance(timedelta(seconds=30))
    assert (await door.exchange(token)).status_code == 401


async def test_signing_out_ends_it(door: Door) -> None:
    token = await door.begin("amara-okafor")
    for _ in range(2):
        response = await door.client.post("/discharge/v1/sessions/end", json={"token": token})
        assert response.status_code == 204
    assert (await door.exchange(token)).status_code == 401


async def test_somebody_who_left_gets_no_more_passes(door: Door) -> None:
    token = await door.begin("amara-okafor")
    async with door.database.transaction() as tx:
        await tx.execute(update(t.staff).where(t.staff.c.staff == "amara-okafor").values(active=False))
    assert (await door.exchange(token)).status_code == 401


async def test_nobody_begins_as_somebody_who_is_not_there(door: Door) -> None:
    response = await door.client.post("/discharge/v1/sessions", json={"staff_id": "nobody"})
    assert response.status_code == 404


async def test_a_sessions_token_is_not_kept(door: Door) -> None:
    token = await door.begin("amara-okafor")
    async with door.database.reading() as reading:
        rows = await reading.rows(t.sessions.select())
    assert token not in json.dumps([str(row) for row in rows])


async def test_people_are_not_chosen_where_it_is_no_demonstration(database: Database, tmp_path: Path) -> None:
    async for door in _door(database, tmp_path, demonstration=False):
        people = await door.client.get("/discharge/v1/demonstration/people")
        begun = await door.client.post("/discharge/v1/sessions", json={"staff_id": "amara-okafor"})
        assert (people.status_code, begun.status_code) == (404, 404)
