"""What a case's page is told of where the person is, when the hospital takes a move back; on SQLite and PostgreSQL."""

from datetime import datetime

from shared.contracts.api.discharge import CaseDetail
from shared.contracts.encounters import EncounterState, Location, Movement
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_id_of, hear, left, stay

MOVED, AGAIN = "Moved to Ward 2", "The move to Ward 2 was taken back; on Ward 1 again"


def _moved(one: EncounterState, *places: tuple[str, int]) -> EncounterState:
    """The stay with these movements: the code of a ward, and since how many hours after Monday 10am in London."""
    moves = tuple(
        Movement(location=Location(ward_code=code, bed="1"), since=MONDAY + hours * HOUR) for code, hours in places
    )
    return after(one, movements=moves, location=moves[-1].location)


async def _told(door: Door) -> list[tuple[str, datetime, datetime]]:
    async with door.as_("asha") as asha:
        answer = await asha.get(f"{BASE}/cases/{await case_id_of(door.database)}")
    assert answer.status_code == 200
    found = CaseDetail.model_validate_json(answer.content)
    hospital = [one for one in found.timeline if one.kind == "hospital" and one.text != "Admitted to hospital"]
    return [(one.text, one.at, one.learned_at) for one in hospital]


async def test_a_move_taken_back_is_told_above_it_and_so_is_where_they_went_instead(at_the_door: Door) -> None:
    here = _moved(stay(), ("W1", 0))
    there = _moved(here, ("W1", 0), ("W2", 1))
    await hear(at_the_door.database, here)
    await hear(at_the_door.database, there, at=MONDAY + 2 * HOUR)
    moved = (MOVED, MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert await _told(at_the_door) == [moved]
    back = _moved(there, ("W1", 0))
    await hear(at_the_door.database, back, at=MONDAY + 3 * HOUR)
    again = (AGAIN, MONDAY + 3 * HOUR, MONDAY + 3 * HOUR)
    assert await _told(at_the_door) == [again, moved]
    instead = _moved(back, ("W1", 0), ("W3", 1))
    await hear(at_the_door.database, instead, at=MONDAY + 4 * HOUR)
    learned = ("Moved to Ward 3 on Monday 4 May at 11am", MONDAY + 4 * HOUR, MONDAY + 4 * HOUR)
    assert await _told(at_the_door) == [learned, again, moved]


async def test_leaving_once_more_is_told_above_that_they_had_not_left(at_the_door: Door) -> None:
    here = _moved(stay(), ("W1", 0))
    gone = left(here, MONDAY + HOUR)
    back = _moved(here.model_copy(update={"version": gone.version}), ("W1", 0))
    once_more = left(back, MONDAY + 2 * HOUR)
    for hours, one in enumerate((here, gone, back, once_more)):
        await hear(at_the_door.database, one, at=MONDAY + 2 * hours * HOUR)
    texts = [text for text, *_ in await _told(at_the_door)]
    assert texts == [
        "Left hospital on Monday 4 May at midday",
        "In hospital again, on Ward 1: the discharge or the cancellation was taken back",
        "Left hospital",
    ]
