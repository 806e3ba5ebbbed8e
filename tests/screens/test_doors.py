"""The doors: who may open them, what they never give away, and how they close."""

import asyncio

import httpx2
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import cases
from services.screens.pages import people
from services.screens.pages.security import same_site
from services.screens.service import assemble
from shared.clock import SettableClock
from shared.settings import Settings
from shared.web import PermissionMissing
from stack.ports import free_port
from tests.screens.checklists import NOW
from tests.screens.conftest import Screens, bound
from tests.screens.listening import listen

SAME = {"Sec-Fetch-Site": "same-origin"}


def client(screens: Screens, who: str | None = None) -> httpx2.Client:
    """An HTTP client, signed in as somebody."""
    cookies = {"homeward": f"token-{who}"} if who else {}
    return httpx2.Client(base_url=screens.url, cookies=cookies, trust_env=False)


async def test_where_it_is_no_demonstration_nobody_is_chosen(screens: Screens) -> None:
    base = f"http://127.0.0.1:{screens.answers.port}"
    settings = Settings(demonstration=False, admissions_url=base, discharge_url=base, notifications_url=base)
    app = assemble(settings, screens.clock).app
    there = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=there, base_url="http://127.0.0.1:8000", headers=SAME) as http:
        shown = await http.get("/sign-in")
        started = await http.post("/sign-in", data={"staff_id": "staff-morgan"})
    assert (shown.status_code, started.status_code) == (404, 404)
    assert "Morgan" not in shown.text
    assert "set-cookie" not in started.headers


def test_a_page_that_says_not_who_may_open_it_stops_the_start(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgotten(_: Request) -> Response:
        return Response()

    monkeypatch.setattr(people, "ROUTES", [Route("/forgotten", forgotten)])
    with pytest.raises(PermissionMissing, match="/forgotten"):
        assemble(Settings(), screens.clock)


@pytest.mark.parametrize("path", ["/", "/people", "/wards", "/delays", "/messages", "/cases/case-001", "/live"])
def test_without_a_sign_in_nothing_but_sign_in(screens: Screens, path: str) -> None:
    with client(screens) as http:
        answer = http.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        assert http.get("/healthz").json() == {"status": "alive"}


def test_a_session_that_ended_leads_to_sign_in_and_loses_its_cookie(screens: Screens) -> None:
    with client(screens, "gone") as http:
        answer = http.get("/people")
        assert answer.headers["location"] == "/sign-in?after=/people"
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert http.get("/people", headers={"HX-Request": "true"}).headers["hx-redirect"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("staff-kim", "/people", 403),
        ("staff-kim", "/cases/case-001", 403),
        ("staff-morgan", "/messages", 403),
        ("staff-morgan", "/cases/case-001/coordinator", 403),
        ("staff-priya", "/cases/case-001/review", 403),
        ("staff-morgan", "/cases/none", 404),
        ("staff-morgan", "/cases/%2e%2e", 404),
        ("staff-morgan", "/cases/%2e%2e%2fstaff", 404),
        ("staff-morgan", "/cases/case-001/tasks/none", 404),
        ("staff-morgan", "/nowhere", 404),
    ],
)
def test_a_shut_door_says_so_plainly(screens: Screens, who: str, path: str, status: int) -> None:
    with client(screens, who) as http:
        answer = http.get(path)
        assert answer.status_code == status
        assert "<h1" in answer.text
        assert "No patient data on this page" in answer.text


def test_a_page_that_could_not_be_made_claims_no_age_of_data(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    screens.answers.refuse = (409, {"title": "Somebody else took it"})
    screens.answers.away.add("/discharge/v1/wards")
    monkeypatch.setattr(cases, "people", broken)
    with client(screens, "staff-morgan") as http:
        shut = [
            http.post("/cases/case-001/hand-over", headers=SAME),
            http.post("/cases/case-001/review", content=b"{}", headers=SAME | {"Content-Type": "application/json"}),
            http.get("/wards"),
            http.get("/people"),
        ]
    assert [answer.status_code for answer in shut] == [409, 400, 503, 500]
    for answer in shut:
        assert "No patient data on this page" in answer.text
        assert "Data as of" not in answer.text


@pytest.mark.parametrize("path", ["/messages", "/messages/message-1", "/messages/identity", "/messages/refused"])
def test_while_nobody_can_tell_how_old_messages_are_the_page_says_so(screens: Screens, path: str) -> None:
    screens.answers.away.add("/admissions/v1/feeds")
    with client(screens, "staff-kim") as http:
        answer = http.get(path)
    assert answer.status_code == 200
    assert "How old this data is cannot be told now" in answer.text
    assert "Nothing heard" not in answer.text


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("watcher", 200), ("a-ward", 403), ("nobody", 401), ("odd", 503)]
)
def test_metrics_are_for_whom_discharge_lets_read_them(screens: Screens, token: str | None, status: int) -> None:
    with client(screens) as http:
        answer = http.get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})
        assert answer.status_code == status
        assert ("homeward_" in answer.text) == (status == 200)
        screens.answers.away.add("/metrics")
        assert http.get("/metrics", headers={"Authorization": "Bearer watcher"}).status_code == 503


def test_every_answer_is_dressed_and_never_stored(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        first, second = http.get("/people"), http.get("/people")
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_a_change_asked_from_elsewhere_is_not_made(screens: Screens, headers: dict[str, str]) -> None:
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-001/hand-over", headers=headers)
    assert answer.status_code == 403
    assert not [one for one in screens.answers.asked if "hand-over" in one[1]]


def test_an_old_browser_is_known_by_its_origin() -> None:
    assert same_site(Headers({"origin": "https://a.example", "host": "a.example"}))
    assert not same_site(Headers({"origin": "null", "host": "a.example"}))


def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(screens: Screens) -> None:
    with client(screens) as http:
        answer = http.post("/sign-in", data={"staff_id": "staff-morgan", "after": "//evil.example"}, headers=SAME)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.headers["location"] == "/"


def test_a_body_too_large_is_refused(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-001/review", content=b"note=" + b"x" * 70_000, headers=SAME)
    assert answer.status_code == 413


def test_a_service_away_is_named_and_the_rest_goes_on(screens: Screens) -> None:
    screens.answers.away.add("/notifications")
    with client(screens, "staff-priya") as http:
        board, wards = http.get("/delays"), http.get("/wards")
    assert board.status_code == 200
    assert "Delays are not available now" in board.text
    assert ">22<" in board.text
    assert wards.status_code == 200
    screens.answers.away.add("/discharge/v1/wards")
    with client(screens, "staff-priya") as http:
        answer = http.get("/wards")
    assert answer.status_code == 503
    assert "Try again" in answer.text


def test_the_screens_are_ready_when_the_services_are(screens: Screens) -> None:
    with client(screens) as http:
        assert (ready := http.get("/readyz")).status_code == 200
        assert ready.json()["checks"] == {"admissions": True, "discharge": True, "notifications": True}
        screens.answers.away.add("/readyz")
        assert (waiting := http.get("/readyz")).status_code == 503
        assert waiting.json()["checks"] == {"admissions": False, "discharge": False, "notifications": False}


def test_the_screens_say_which_service_is_away(screens: Screens) -> None:
    here, nobody = f"http://127.0.0.1:{screens.answers.port}", f"http://127.0.0.1:{free_port()}"
    settings = Settings(admissions_url=here, discharge_url=nobody, notifications_url=here)
    alone = listen(assemble(settings, screens.clock).app, bound())
    answer = httpx2.get(f"http://127.0.0.1:{alone.port}/readyz", trust_env=False)
    alone.stop()
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"admissions": True, "discharge": False, "notifications": True}


def test_a_pass_is_asked_for_again_before_it_ends(screens: Screens) -> None:
    with client(screens, "staff-lee") as http:
        http.get("/wards")
        asked = len([one for one in screens.answers.asked if one[1].endswith("/sessions/pass")])
        http.get("/wards")
        assert len([one for one in screens.answers.asked if one[1].endswith("/sessions/pass")]) == asked


def test_the_region_alone_is_given_to_a_live_page(screens: Screens) -> None:
    with client(screens, "staff-priya") as http:
        answer = http.get("/delays", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="region"')
    assert "<html" not in answer.text


def test_what_is_searched_for_stands_in_no_address(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post("/messages/search", data={"by": "nhs_number", "value": "999 000 0018"}, headers=SAME)
    assert answer.status_code == 200
    assert "3 messages with that NHS number" in answer.text
    ((method, path, body, _),) = [one for one in screens.answers.asked if one[1].endswith("/search")]
    assert (method, path, body) == ("POST", "/admissions/v1/messages/search", {"nhs_number": "999 000 0018"})
    assert not [part for part in answer.text.split('="/')[1:] if "999" in part.split('"')[0]]


@pytest.mark.parametrize("typed", [{"by": "visit", "value": " "}, {}])
def test_a_search_for_nothing_is_said_at_its_field(screens: Screens, typed: dict[str, str]) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post("/messages/search", data=typed, headers=SAME)
    assert answer.status_code == 422
    assert "Enter what to look for" in answer.text
    assert 'href="#value"' in answer.text


def test_a_lead_sees_which_ward_codes_to_map_and_a_ward_does_not(screens: Screens) -> None:
    with client(screens, "staff-sam") as http:
        assert "SDEC2" in http.get("/wards").text
    with client(screens, "staff-lee") as http:
        assert "SDEC2" not in http.get("/wards").text
    with client(screens, "staff-kim") as http:
        text = http.get("/messages").text
        screens.answers.away.add("/discharge/v1/hospital")
        without = http.get("/messages")
    assert "SDEC2" in text
    assert ">17<" in text
    assert without.status_code == 200
    assert "SDEC2" not in without.text


def test_a_page_makes_few_calls_and_no_address_holds_a_person(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        text = http.get("/people").text
    addresses = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert not [one for one in addresses if "MARSDEN" in one.upper() or "999" in one]


async def test_live_streams_end_at_once_when_the_screens_stop(screens: Screens) -> None:
    base = f"http://127.0.0.1:{screens.answers.port}"
    settings = Settings(demonstration=True, admissions_url=base, discharge_url=base, notifications_url=base)
    service = assemble(settings, SettableClock(NOW))
    own = listen(service.app, bound())
    stop = asyncio.Event()
    closing = asyncio.ensure_future(service.tasks["close-streams"](stop))
    async with (
        httpx2.AsyncClient(cookies={"homeward": "token-staff-priya"}, trust_env=False, timeout=20) as http,
        http.stream("GET", f"http://127.0.0.1:{own.port}/live?on=alerts") as answer,
    ):
        lines = answer.aiter_lines()
        while "event: ready" not in await anext(lines):
            pass
        stop.set()
        await closing
        own.server.should_exit = True
        ended = [line async for line in lines]
        assert not [line for line in ended if "changed" in line]
    await asyncio.to_thread(own.stop)
