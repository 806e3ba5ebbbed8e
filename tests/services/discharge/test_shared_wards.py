"""A ward that two clusters share: whose somebody is, is told by their specialty or where they live, and in words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import ClusterId, Setup, SharedBy, WardId, WardShare
from services.discharge.tables.cases import timeline
from shared.contracts.encounters import Location, PersonDisplay
from shared.database import Database
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.files import filed, look
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_of, hear, set_up, stay


def _shared(by: SharedBy, *codes: str) -> Setup:
    """Ward 1 is North's; some of its people are South's."""
    share = WardShare(WardId("w1"), by, codes)
    clusters = tuple(replace(one, shares=(share,)) if one.id == "south" else one for one in filed().clusters)
    return replace(filed(), clusters=clusters)


@pytest.fixture
async def by_specialty(riverside_database: Database) -> Database:
    await set_up(riverside_database, _shared(SharedBy.SPECIALTY, "430", "GER"))
    return riverside_database


def _lives(number: int, council: str | None) -> PersonDisplay:
    return PersonDisplay(person_id=f"person-{number}", council=council)


async def _named(database: Database, number: int) -> tuple[str | None, str | None, str]:
    """The cluster, who is named, and the first step of the choice."""
    case = await case_of(database, number)
    assert case.holding is not None
    return case.cluster_id, case.holding.coordinator_id, case.holding.explanation[0]


@pytest.mark.parametrize(
    ("specialty", "cluster", "says"),
    [
        ("430", "south", "South cluster covers Ward 1 for specialty 430."),
        (" ger ", "south", "South cluster covers Ward 1 for specialty GER."),
        (
            "300",
            "north",
            "North cluster covers Ward 1 for every specialty that no other cluster has there, such as 300.",
        ),
        (None, "north", "North cluster covers Ward 1 for everybody whose specialty is not known."),
    ],
)
async def test_the_specialty_tells_whose_somebody_is(
    by_specialty: Database, specialty: str | None, cluster: str, says: str
):
    await hear(by_specialty, stay(1, specialty=specialty))
    found = await _named(by_specialty, 1)
    assert (found[0], found[2]) == (cluster, says)
    assert found[1] in ({"cara"} if cluster == "south" else {"asha", "ben"})


@pytest.mark.parametrize(
    ("council", "cluster", "says"),
    [
        ("E06000018", "south", "South cluster covers Ward 1 for people who live in the area of council E06000018."),
        (
            "E10000024",
            "north",
            "North cluster covers Ward 1 for people of every council that no other cluster has there.",
        ),
        (None, "north", "North cluster covers Ward 1 for everybody of whom it is not known where they live."),
    ],
)
async def test_the_council_tells_whose_somebody_is_and_anothers_is_not_repeated(
    riverside_database: Database, council: str | None, cluster: str, says: str
):
    await set_up(riverside_database, _shared(SharedBy.RESIDENCE, "E06000018"))
    await hear(riverside_database, stay(1, person=_lives(1, council)))
    found = await _named(riverside_database, 1)
    assert (found[0], found[2]) == (cluster, says)


async def test_a_ward_nobody_shares_is_told_as_before(by_specialty: Database):
    await hear(by_specialty, stay(1, ward="W2", specialty="300"))
    assert await _named(by_specialty, 1) == ("south", "cara", "South cluster covers Ward 2.")


async def test_who_comes_under_another_specialty_is_handed_over_and_told_why(by_specialty: Database):
    one = stay(1, specialty="300")
    await hear(by_specialty, one)
    await hear(by_specialty, after(one, specialty="430"), at=MONDAY + HOUR)
    case = await case_of(by_specialty)
    assert case.hand_over is not None
    assert (case.cluster_id, case.hand_over.to_cluster) == ("south", "south")
    assert case.hand_over.reason == "South cluster covers Ward 1 for specialty 430."
    assert case.holding is not None
    assert case.holding.coordinator_id in ("asha", "ben")
    async with by_specialty.reading() as reading:
        texts = [row.text for row in await reading.rows(select(timeline.c.text).order_by(timeline.c.learned_at))]
    assert texts[-1] == "South cluster covers Ward 1 for specialty 430."
    back = after(one, specialty="300", version=3)
    await hear(by_specialty, back, at=MONDAY + 2 * HOUR)
    case = await case_of(by_specialty)
    assert (case.cluster_id, case.hand_over) == ("north", None)


async def test_who_moves_within_their_cluster_is_not_handed_over(by_specialty: Database):
    one = stay(1, specialty="430")
    await hear(by_specialty, one)
    await hear(by_specialty, after(one, location=Location(ward_code="W2", bay="A", bed="1")), at=MONDAY + HOUR)
    case = await case_of(by_specialty)
    assert (case.ward_id, case.cluster_id, case.hand_over) == ("w2", "south", None)


async def test_a_ward_that_is_shared_from_now_on_hands_over_those_it_concerns(at_the_door: Door):
    database = at_the_door.database
    await set_up(database, filed())
    await hear(database, stay(1, specialty="430"), stay(2, specialty="300"))
    await set_up(database, _shared(SharedBy.SPECIALTY, "430"))
    await look(at_the_door, MONDAY + HOUR)
    clusters = [(await case_of(database, number)).cluster_id for number in (1, 2)]
    assert clusters == ["south", "north"]
    async with at_the_door.as_("asha") as asha:
        listed = (await asha.get(f"{BASE}/hospital/clusters")).json()["items"]
    (south,) = [one for one in listed if one["cluster_id"] == ClusterId("south")]
    assert (south["wards"], south["shares"]) == (["w2"], [{"ward_id": "w1", "by": "specialty", "codes": ["430"]}])


async def test_what_is_shared_is_held_as_the_file_says_it(by_specialty: Database):
    async with by_specialty.transaction() as tx:
        assert (await apply(tx, _shared(SharedBy.SPECIALTY, "GER", "430"), MONDAY)).changes == ()
        assert (await apply(tx, filed(), MONDAY)).changes == ("cluster south changed",)
