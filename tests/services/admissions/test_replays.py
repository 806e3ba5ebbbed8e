"""Chosen messages are read again: first a look at what that would change, then exactly that, and it is recorded."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from services.admissions.handlers import reading_again
from services.admissions.handlers.answer import Door
from services.admissions.handlers.reading_again import MOST
from services.admissions.store.feed_counts import totals
from services.admissions.store.selecting import chosen
from services.admissions.tables import audited, log, messages
from shared.contracts.api.replays import ReplaySelection
from shared.contracts.encounters import PatientClass
from shared.contracts.roles import Role
from shared.database import Reading
from tests.services.admissions.hospital import MRN, NHS_NUMBER, TRUST, er7
from tests.services.admissions.test_feed_terms import said
from tests.services.admissions.test_rest import ER7, House, house
from tests.services.admissions.test_stories import check_announced, states

_ = house
ALL: dict[str, object] = {"received_from": "2026-03-01T00:00:00Z"}
WHY = "Class Q is an inpatient here"
TOLD = (
    er7(control_id="1"),
    er7(control_id="2", mrn="H2", visit="V2", family="TALE", patient_class="Q"),
    er7("A02", control_id="3", at="202603021000", ward="W9"),
)
TWO_NUMBERS = er7(control_id="4", mrn="H3", visit="V3").replace(b"^MR||FICTION", b"^MR~K3^^^^MR||FICTION")
"""Readable only where a number without an issuer is known to be another's than the hospital's."""


async def sent(house: House, *raws: bytes) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in raws:
            assert b"MSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()


async def asked(house: House, path: str, body: object, status: int = 200, *roles: Role) -> dict[str, Any]:
    async with house.caller(*(roles or (Role.INTEGRATION_ENGINEER,))) as caller:
        answer: httpx2.Response = await caller.post(path, json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def looked(house: House, selection: Mapping[str, object], query: str = "", status: int = 200) -> dict[str, Any]:
    return await asked(house, f"/replays/preview{query}", selection, status)


async def done(house: House, selection: Mapping[str, object], stamp: str, status: int = 200) -> dict[str, Any]:
    return await asked(house, "/replays", {"selection": selection, "stamp": stamp, "reason": WHY}, status)


async def kept(house: House) -> dict[str, list[Any]]:
    """Every row of every table but the audit's, as it stands."""

    async def rows(reading: Reading, name: str) -> list[Any]:
        table = log.outbox.metadata.tables[name]
        return sorted(map(repr, await reading.rows(select(table))))

    async with house.database.reading() as reading:
        return {name: await rows(reading, name) for name in log.outbox.metadata.tables if "audit" not in name}


async def outcomes(house: House) -> dict[str, str]:
    async with house.database.reading() as reading:
        rows = await reading.rows(select(messages.c.control_id, messages.c.outcome))
    return {row.control_id: row.outcome for row in rows}


async def written(house: House) -> list[Any]:
    """What the audit holds of changes and of looks, but of no single message."""
    async with house.database.reading() as reading:
        rows = await reading.rows(
            select(audited.c.act, audited.c.kind, audited.c.caller, audited.c.subjects, audited.c.reason)
            .where(audited.c.act.like("%repla%"))
            .order_by(audited.c.id)
        )
    return [(row.act, row.kind, row.caller, row.subjects, row.reason) for row in rows]


async def test_a_look_shows_what_a_dialect_changes_and_the_replay_does_that_and_nothing_more(
    house: House, door: Door
) -> None:
    await sent(house, *TOLD)
    was = await states(house.database, TRUST)
    (concerned,) = [one for one in was if was[one].patient_class is PatientClass.UNKNOWN]
    await said(house, door, "classes: {Q: inpatient}")
    before = await kept(house)
    shown = await looked(house, ALL)
    assert await kept(house) == before, "a look kept something"
    assert shown["in_words"] == "3 messages read: 1 message has another result, 1 stay changes, nothing else."
    (stay,) = shown["stays"]
    assert (stay["encounter_id"], stay["becomes"], stay["is_open"]) == (concerned, "changed", True)
    changes = {one["name"]: (one["was"], one["would_be"]) for one in stay["changes"]}
    assert changes == {
        "patient_class": ("unknown", "inpatient"),
        "inpatient": ("no", "yes"),
        "flags": ("class-unknown", None),
    }
    (message,) = shown["changed_messages"]
    assert (message["control_id"], message["was"], message["would_be"]) == ("2", "applied", "applied")
    assert message["changes"] == [{"name": "flags", "was": "class-unknown", "would_be": None}]
    result = await done(house, ALL, shown.pop("stamp"))
    assert result == shown
    now, after = await states(house.database, TRUST), await kept(house)
    assert [one for one in now if now[one] != was[one]] == [concerned]
    differing = {name for name, rows in after.items() if rows != before[name]}
    assert differing == {
        "admissions_encounters",
        "admissions_facts",
        "admissions_outbox",
        "admissions_lanes",
    }
    assert len(after["admissions_outbox"]) == len(before["admissions_outbox"]) + 1
    await check_announced(house.database, TRUST)


async def test_what_was_quarantined_for_how_its_sender_writes_is_released_once_the_setup_says_so(
    house: House, door: Door
) -> None:
    await sent(house, *TOLD, TWO_NUMBERS)
    assert (await outcomes(house))["4"] == "quarantined"
    held = {"outcome": "quarantined"}
    assert (await looked(house, held))["in_words"] == "1 message read: nothing changes."
    await said(house, door, "default_issuer: OLDPAS")
    shown = await looked(house, held)
    assert shown["in_words"] == "1 message read: 1 message has another result, 1 stay appears, nothing else."
    (message,) = shown["changed_messages"]
    assert (message["was"], message["would_be"]) == ("quarantined", "applied")
    changes = {one["name"]: one["would_be"] for one in message["changes"]}
    assert changes == {"reason": None, "encounter_ids": "new"}
    (stay,) = shown["stays"]
    assert (stay["encounter_id"], stay["becomes"], stay["would_be_open"]) == (None, "new", True)
    named = {one["name"]: one["would_be"] for one in stay["changes"]}
    assert (named["person.mrn"], named["person.person_id"]) == ("***", "new")
    assert (named["location.ward_code"], named["status"]) == ("WARD1", "admitted")
    await done(house, held, shown["stamp"])
    assert (await outcomes(house))["4"] == "applied"
    async with house.database.reading() as reading:
        counted = await totals(reading, TRUST)
    assert (sum(row.applied for row in counted), sum(row.quarantined for row in counted)) == (4, 0)
    (other,) = [one for one in (await states(house.database, TRUST)).values() if one.person.mrn == "K3"]
    assert other.location is not None
    assert other.location.ward_code == "WARD1"


async def test_what_would_do_something_else_by_now_is_not_done_and_shown_instead(house: House, door: Door) -> None:
    await sent(house, *TOLD)
    await said(house, door, "classes: {Q: inpatient}")
    stamp = (await looked(house, ALL))["stamp"]
    assert (await looked(house, ALL))["stamp"] == stamp, "the same would be done: the same stamp"
    await sent(house, er7(control_id="5", mrn="H5", visit="V5", patient_class="Q"))
    await said(house, door, "classes: {Q: day_case}")
    before = await kept(house)
    refused = await done(house, ALL, stamp, 409)
    assert await kept(house) == before
    assert refused["type"].endswith(":does-otherwise")
    assert refused["preview"] == await looked(house, ALL)
    await done(house, ALL, refused["preview"]["stamp"])
    classes = sorted(one.patient_class for one in (await states(house.database, TRUST)).values())
    assert classes == [PatientClass.DAY_CASE, PatientClass.DAY_CASE, PatientClass.INPATIENT]
    again = await done(house, ALL, refused["preview"]["stamp"], 409)
    assert again["preview"]["in_words"] == "4 messages read: nothing changes."
    before = await kept(house)
    await done(house, ALL, again["preview"]["stamp"])
    assert await kept(house) == before, "reading again what is read already changed something"


async def test_who_read_what_again_and_why_is_recorded_and_no_identifier_with_it(house: House, door: Door) -> None:
    await sent(house, *TOLD)
    await said(house, door, "classes: {Q: inpatient}")
    wanted = {"patient": {"value": "H2", "issuer": TRUST}, "feed": "http"}
    shown = await looked(house, wanted)
    await done(house, wanted, shown["stamp"])
    (stay,) = shown["stays"]
    ids = sorted([stay["encounter_id"], shown["changed_messages"][0]["message_id"]])
    how = "[1 message: feed http, one patient]"
    assert await written(house) == [
        ("replay-previewed", "read", "p1", ids, how),
        ("messages-replayed", "write", "p1", ids, f"{WHY} {how}"),
    ]


async def test_identifiers_are_masked_until_they_are_asked_for_which_is_recorded(house: House, door: Door) -> None:
    await sent(house, *TOLD, TWO_NUMBERS)
    await said(house, door, "default_issuer: OLDPAS")
    masked, open_ = await looked(house, ALL), await looked(house, ALL, "?unmasked=true")
    assert (masked["masked"], open_["masked"], masked["stamp"]) == (True, False, open_["stamp"])
    for word in ("K3", "FICTION", "ANN", "1940"):
        assert word not in str(masked["stays"])
        assert word in str(open_["stays"])
    assert [one[0] for one in await written(house)] == ["replay-previewed", "replay-previewed-unmasked"]
    assert "K3" not in str(await done(house, ALL, masked["stamp"]))


SELECTIONS: list[tuple[dict[str, object], list[str]]] = [
    (ALL, ["1", "2", "3", "4"]),
    ({**ALL, "feed": "http"}, ["1", "2", "3", "4"]),
    ({**ALL, "feed": "mllp"}, []),
    ({**ALL, "sending_application": "PAS", "sending_facility": TRUST}, ["1", "2", "3", "4"]),
    ({**ALL, "sending_application": "LAB"}, []),
    ({**ALL, "sending_facility": "RZZ"}, []),
    ({**ALL, "outcome": "applied"}, ["1", "2", "3"]),
    ({**ALL, "outcome": "no_effect"}, []),
    ({"outcome": "quarantined"}, ["4"]),
    ({**ALL, "trigger": "A02"}, ["3"]),
    ({"control_id": "3"}, ["3"]),
    ({"control_id": "3", "outcome": "quarantined"}, []),
    ({"patient": {"value": MRN, "issuer": TRUST}}, ["1", "3"]),
    ({"patient": {"value": MRN}, "trigger": "A01"}, ["1"]),
    ({"patient": {"value": MRN, "issuer": "RZZ"}}, []),
    ({"received_from": "2026-03-02T09:00:00Z", "received_until": "2026-03-02T09:00:01Z"}, ["1", "2", "3", "4"]),
    ({"received_from": "2026-03-02T09:00:01Z"}, []),
    ({**ALL, "received_until": "2026-03-02T09:00:00Z"}, []),
]


async def test_a_selection_finds_the_messages_that_are_all_of_what_is_given(house: House) -> None:
    await sent(house, *TOLD, TWO_NUMBERS)
    async with house.database.reading() as reading:
        ids = {row.id: row.control_id for row in await reading.rows(select(messages.c.id, messages.c.control_id))}
        for asked_for, expected in SELECTIONS:
            selection = reading_again.selection_of(ReplaySelection.model_validate(asked_for))
            found = await chosen(reading, TRUST, selection, 10)
            assert sorted(ids[one.id] for one in found) == expected, asked_for
            first = await chosen(reading, TRUST, selection, 1)
            rest = await chosen(reading, TRUST, selection, 10, first[0]) if first else []
            assert [*first, *rest] == found, asked_for
            assert await chosen(reading, "RZZ", selection, 10) == []


async def test_what_waits_or_was_discarded_is_not_read_again(house: House) -> None:
    await sent(house, TWO_NUMBERS)
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(control_id="9"), headers=ER7)
    (first,) = ((await looked(house, ALL))["messages"],)
    assert first == 1
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        listed = (await engineer.get("/messages?outcome=quarantined")).json()["items"]
        await engineer.post(f"/messages/{listed[0]['message_id']}/discard", json={"reason": "A test"})
    assert (await looked(house, ALL))["messages"] == 0


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ({}, "too-wide"),
        ({"feed": "http", "outcome": "applied"}, "too-wide"),
        ({"received_from": "2026-03-01T00:00:00"}, "timezone_aware"),
        ({"outcome": "waiting", **ALL}, "literal_error"),
        ({"patient": {"issuer": TRUST}}, "missing"),
        ({"nhs_number": NHS_NUMBER}, "extra_forbidden"),
    ],
)
async def test_a_selection_that_cannot_be_is_refused(house: House, selection: dict[str, object], code: str) -> None:
    refused = await looked(house, selection, status=422)
    assert [one["code"] for one in refused["errors"]] == [code]
    assert NHS_NUMBER not in str(refused)
    body = {"selection": selection, "stamp": "0" * 64, "reason": WHY}
    assert [one["code"] for one in (await asked(house, "/replays", body, 422))["errors"]] == [code]


async def test_more_than_can_be_read_at_once_are_refused_with_how_many_can(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(house, *TOLD)
    monkeypatch.setattr(reading_again, "MOST", 2)
    refused = await looked(house, ALL, status=422)
    assert refused["type"].endswith(":too-many-messages")
    assert "At most 2" in refused["detail"]
    assert (await looked(house, {"control_id": "2"}))["messages"] == 1
    assert MOST == 500
