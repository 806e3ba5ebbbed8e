"""The morning the past ends in: what each list shows as news."""

from datetime import timedelta

import httpx2

from services.simulator.channels.rest import Reception
from services.simulator.handlers.acts import Team
from services.simulator.handlers.morning import look_at_all_but_the_news
from services.simulator.handlers.wards import Workers
from services.simulator.rules.looking import is_news
from services.simulator.rules.sharing import Worker
from tests.screens import hospital
from tests.screens.answers import Answers, app
from tests.screens.checklists import NOW, ago

EVENING = NOW - timedelta(hours=16)


def test_news_is_who_came_left_died_or_became_ready_since_the_evening() -> None:
    person = hospital.DIED.person.model_copy(update={"mrn": "S2", "deceased": False, "deceased_at": None})
    moments = hospital.case(6).moments.model_copy(update={"admitted": ago(days=4)})
    known = hospital.case(6).model_copy(update={"person": person, "moments": moments, "ready_since": None})
    assert not is_news(known, EVENING)
    assert is_news(known.model_copy(update={"ready_since": ago(hours=2)}), EVENING)
    assert is_news(known.model_copy(update={"left_at": ago(hours=2)}), EVENING)
    assert is_news(known.model_copy(update={"moments": moments.model_copy(update={"admitted": ago(hours=2)})}), EVENING)
    died = person.model_copy(update={"deceased": True, "deceased_at": ago(days=3)})
    assert not is_news(known.model_copy(update={"person": died}), EVENING)
    assert is_news(known.model_copy(update={"person": died.model_copy(update={"deceased_at": ago(hours=1)})}), EVENING)


async def test_whoever_holds_people_has_looked_at_all_but_the_news() -> None:
    answers = Answers()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app(answers)), base_url="http://x") as client:
        team = Team(Reception(client, "http://x", "http://x"), lambda at: at, "staff-sam")
        await look_at_all_but_the_news(team, Workers((Worker("staff-morgan", "older"),), {}), NOW)
    looked = {
        path.split("/")[-2] for method, path, _, _ in answers.asked if method == "POST" and path.endswith("/seen")
    }
    listed = [one for one in hospital.people() if one.hand_over is None]
    assert looked == {one.case_id for one in listed if not is_news(one, EVENING)}
    assert 0 < len(looked) < len(listed)
