"""A person sets a merge aside, and believes it again: what is shown, what follows, what is kept of it."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.replay import replay
from services.admissions.store.feed_counts import totals
from services.admissions.tables import audited, beliefs, claims, facts, log
from shared.contracts.roles import Role
from tests.services.admissions.hospital import NHS_NUMBER, TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
WHY = {"reason": "The ward rang: they are two people"}
ENGINEER = Role.INTEGRATION_ENGINEER
ONE, TWO = er7(control_id="1", mrn="H1", visit="V1"), er7(control_id="2", mrn="H2", visit="V2", family="TALE")
MERGE = er7("A40", control_id="3", mrn="H1", merged="H2", at="202603020910")


async def sent(house: House, *raws: bytes) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in raws:
            assert b"MSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()


async def _asked(house: House, method: str, path: str, body: object = None, *roles: Role) -> httpx2.Response:
    async with house.caller(*(roles or (ENGINEER,))) as caller:
        return await caller.request(method, path, json=body)


async def merge_id(house: House) -> str:
    """The message id of the newest message about identity."""
    return str((await _asked(house, "GET", "/merges")).json()["items"][0]["message_id"])


async def _numbers(house: House) -> dict[str, str]:
    """Each stay's encounter id by its hospital number and surname."""
    items = (await _asked(house, "GET", "/encounters", None, Role.LEAD)).json()["items"]
    return {one["encounter_id"]: f"{one['person']['mrn']} {one['person']['family']}" for one in items}


async def decided(house: House, message_id: str, word: str, status: int = 200) -> dict[str, Any]:
    answer = await _asked(house, "POST", f"/merges/{message_id}/{word}", WHY)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def _messages(house: House) -> dict[str, str]:
    items = (await _asked(house, "GET", "/messages")).json()["items"]
    return {one["control_id"]: f"{one['outcome']} {one['reason'] or ''}".strip() for one in items}


async def test_two_people_who_were_merged_by_mistake_are_two_again_and_one_again(house: House) -> None:
    await sent(house, ONE, TWO)
    apart = await _numbers(house)
    await sent(house, MERGE)
    merged = await _numbers(house)
    assert sorted(merged.values()) == ["H1 FICTION", "H1 FICTION"]
    message_id = await merge_id(house)
    done = await decided(house, message_id, "set-aside")
    assert await _numbers(house) == apart
    assert done["summary"]["set_aside"] is True
    assert [(one["believed"], one["by"], one["reason"]) for one in done["decisions"]] == [
        (False, "Iris Engineer", WHY["reason"])
    ]
    assert (await _messages(house))["3"] == "no_effect set aside by a person"
    done = await decided(house, message_id, "believe")
    assert await _numbers(house) == merged
    assert [one["believed"] for one in done["decisions"]] == [True, False]
    assert done["summary"]["set_aside"] is False
    assert (await _messages(house))["3"] == "applied"


async def test_nothing_is_taken_away_and_everything_is_announced_once_and_recorded(house: House) -> None:
    await sent(house, ONE, TWO, MERGE)
    message_id = await merge_id(house)
    async with house.database.reading() as reading:
        kept = [row.fact for row in await reading.rows(select(facts.c.fact).order_by(facts.c.id))]
        told = len(await reading.rows(select(log.outbox.c.subject)))
    await decided(house, message_id, "set-aside")
    await decided(house, message_id, "set-aside", 409)
    await decided(house, message_id, "believe")
    await decided(house, message_id, "believe", 409)
    async with house.database.reading() as reading:
        assert [row.fact for row in await reading.rows(select(facts.c.fact).order_by(facts.c.id))] == kept
        rows = await reading.rows(select(beliefs.c.number, beliefs.c.believed, beliefs.c.by).order_by(beliefs.c.number))
        acts = await reading.rows(
            select(audited.c.act, audited.c.subjects, audited.c.reason)
            .where(audited.c.kind == "write")
            .order_by(audited.c.id)
        )
        assert len(await reading.rows(select(log.outbox.c.subject))) == told + 2 * 2
    assert [(row.number, row.believed, row.by) for row in rows] == [(1, False, "p1"), (2, True, "p1")]
    stays = {*await _numbers(house)}
    assert [(row.act, {*row.subjects}, row.reason) for row in acts] == [
        ("merge-set-aside", {message_id, *stays}, WHY["reason"]),
        ("merge-believed", {message_id, *stays}, WHY["reason"]),
    ]


async def test_what_is_set_aside_is_counted_as_without_effect(house: House) -> None:
    await sent(house, ONE, TWO, MERGE)
    message_id = await merge_id(house)
    counted: list[tuple[int, int]] = []
    for word in ("set-aside", "believe"):
        await decided(house, message_id, word)
        async with house.database.reading() as reading:
            (row,) = await totals(reading, TRUST)
        counted.append((row.applied, row.no_effect))
    assert counted == [(2, 1), (3, 0)]


async def test_the_preview_says_what_setting_aside_does_and_keeps_nothing(house: House) -> None:
    await sent(house, ONE, TWO, MERGE)
    message_id = await merge_id(house)
    before = await _numbers(house)
    for word in ("set-aside", "believe"):
        found = (await _asked(house, "GET", f"/merges/{message_id}/preview")).json()
        assert found["set_aside"] is (word == "believe")
        going = [one["encounter_id"] for one in found["stays"] if one["becomes"] == "of-another"]
        assert all(one["is_open"] and one["would_be_open"] for one in found["stays"])
        assert await _numbers(house) == before, "a preview changed something"
        await decided(house, message_id, word)
        after = await _numbers(house)
        assert going == [one for one in after if after[one].split()[0] != before[one].split()[0]] != []
        before = after
    assert [(one["numbers"], one["would_have"]) for one in found["persons"]] == [(1, 2), (1, 0)]
    text = (await _asked(house, "GET", f"/merges/{message_id}/preview")).text
    assert "FICTION" not in text
    assert "H1" not in text


async def test_it_stays_set_aside_whatever_is_told_again_and_a_new_merge_is_believed(house: House) -> None:
    await sent(house, ONE, TWO, MERGE)
    message_id = await merge_id(house)
    await decided(house, message_id, "set-aside")
    apart = await _numbers(house)
    await sent(house, MERGE, er7("A08", control_id="4", mrn="H2", visit="V2", family="TALE", at="202603020930"))
    assert await _numbers(house) == apart
    assert (await _asked(house, "POST", f"/messages/{message_id}/release")).status_code == 200
    await house.interpret()
    assert await _numbers(house) == apart
    assert (await _messages(house))["3"] == "no_effect set aside by a person"
    await replay(house.database, TRUST, house.clock.now())
    assert await _numbers(house) == apart
    assert (await _messages(house))["3"] == "no_effect set aside by a person"
    await sent(house, er7("A40", control_id="5", mrn="H1", merged="H2", at="202603020940"))
    assert {one.split()[0] for one in (await _numbers(house)).values()} == {"H1"}


async def test_the_same_bytes_at_another_door_are_set_aside_with_it(house: House, door: Door) -> None:
    await sent(house, ONE, TWO, MERGE)
    await decided(house, await merge_id(house), "set-aside")
    apart = await _numbers(house)
    await answer(door, MERGE, feed="mllp", received_at=house.clock.now())
    await house.interpret()
    assert await _numbers(house) == apart
    items = (await _asked(house, "GET", "/messages")).json()["items"]
    assert [one["outcome"] for one in items if one["control_id"] == "3"] == ["no_effect"] * 2
    assert [one["set_aside"] for one in (await _asked(house, "GET", "/merges")).json()["items"]] == [True, True]
    await decided(house, await merge_id(house), "believe")
    assert {one.split()[0] for one in (await _numbers(house)).values()} == {"H1"}
    items = (await _asked(house, "GET", "/messages")).json()["items"]
    assert [one["outcome"] for one in items if one["control_id"] == "3"] == ["applied"] * 2


async def test_a_number_that_only_the_merge_gave_is_no_conflict_once_it_is_set_aside(house: House) -> None:
    def numbered(raw: bytes) -> bytes:
        return raw.replace(b"||FICTION", f"~{NHS_NUMBER}^^^NHS^NH||FICTION".encode())

    theirs = numbered(er7(control_id="4", mrn="H9", visit="V9"))
    await sent(house, ONE, TWO, theirs, numbered(MERGE))
    merge = await merge_id(house)
    (conflict,) = (await _asked(house, "GET", "/conflicts")).json()["items"]
    assert (conflict["shared"], conflict["patients"]) == ("nhs-number", 2)
    assert {one["control_id"] for one in conflict["messages"]} == {"3", "4"}
    await decided(house, merge, "set-aside")
    assert (await _asked(house, "GET", "/conflicts")).json()["items"] == []
    async with house.database.reading() as reading:
        rows = await reading.rows(select(claims.c.person_value).where(claims.c.kind == "nhs"))
    assert [row.person_value for row in rows] == ["H9"]
    await replay(house.database, TRUST, house.clock.now())
    assert (await _asked(house, "GET", "/conflicts")).json()["items"] == []
    found = (await _asked(house, "GET", f"/merges/{merge}/preview")).json()
    (other,) = [one for one, said in (await _numbers(house)).items() if said.startswith("H9")]
    changed = [one["encounter_id"] for one in found["stays"] if one["becomes"] == "changed"]
    assert other in changed, "the other's stay would be flagged again"
    await decided(house, merge, "believe")
    await sent(house, numbered(er7("A08", control_id="5", mrn="H9", visit="V9", at="202603021000")))
    (conflict,) = (await _asked(house, "GET", "/conflicts")).json()["items"]
    assert {one["control_id"] for one in conflict["messages"]} == {"3", "4", "5"}, (
        "it is noted again for who comes later"
    )


async def test_what_a_message_says_is_masked_until_asked_for_and_the_list_tells_nothing(house: House) -> None:
    await sent(house, ONE, TWO, MERGE)
    message_id = await merge_id(house)
    listed = (await _asked(house, "GET", "/merges")).json()
    assert [(one["control_id"], one["kinds"], one["parts"]) for one in listed["items"]] == [("3", ["A40"], 1)]
    assert listed["items"][0]["flags"] == ["merge-of-open-stays"]
    masked = (await _asked(house, "GET", f"/merges/{message_id}")).json()
    unmasked = (await _asked(house, "GET", f"/merges/{message_id}?unmasked=true")).json()
    assert masked["says"][0]["patient"] == {"value": "**", "issuer": TRUST}
    assert unmasked["says"][0]["patient"]["value"] == "H1"
    assert [one["value"] for one in unmasked["says"][0]["others"]] == ["H2"]
    assert "H1" not in str(listed) + str(masked)
    async with house.database.reading() as reading:
        acts = [row.act for row in await reading.rows(select(audited.c.act).order_by(audited.c.id))]
    assert acts == ["merge-read", "merge-read-unmasked"]


async def test_pages_of_merges_follow_one_another(house: House) -> None:
    await sent(
        house, *(er7("A40", control_id=str(n), mrn=f"H{n}", merged=f"K{n}", at=f"20260302091{n}") for n in range(5))
    )
    seen: list[str] = []
    query = "?limit=2"
    while len(seen) < 10:
        page = (await _asked(house, "GET", f"/merges{query}")).json()
        seen += [one["control_id"] for one in page["items"]]
        if page["next"] is None:
            break
        query = f"?limit=2&cursor={page['next']}"
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("word", ["", "/preview", "/set-aside", "/believe"])
async def test_what_is_no_message_about_identity_is_not_found(house: House, word: str) -> None:
    await sent(house, ONE)
    other = (await _asked(house, "GET", "/messages")).json()["items"][0]["message_id"]
    method = "POST" if word in ("/set-aside", "/believe") else "GET"
    body = WHY if method == "POST" else None
    for one in (other, "none"):
        assert (await _asked(house, method, f"/merges/{one}{word}", body)).status_code == 404
    assert (await _asked(house, "POST", "/merges/none/set-aside", {})).status_code == 422
