"""Who has a case from now: handed over together until a day, read before, accepted, taken over early; declined."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest_asyncio
from playwright.async_api import expect

from shared.london import LONDON
from tests.processes.forms import LEAD, Forms, opened

SURGERY = "leroy-campbell"


@pytest_asyncio.fixture(scope="module")
async def forms() -> AsyncGenerator[Forms]:
    """The hospital, for every test here."""
    async with opened() as made:
        yield made


async def test_a_hand_over_is_written_read_accepted_together_and_taken_over(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Moveson"]
    giver = (await rest.case(case))["summary"]["holding"]["coordinator_id"]
    day = datetime.now(LONDON) + timedelta(days=3)
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/hand-over/note?edit=1")
    await expect(desk.page.get_by_label("What matters to the person")).to_have_value(
        "Nobody has recorded yet what matters to this person."
    )
    await desk.fill("Risks", "Falls at night")
    await desk.check("Together until a day")
    await desk.fill_day(day)
    await desk.press("Hand over", said="handed")

    await desk.sign_in(SURGERY)
    await desk.open("/cluster")
    await expect(desk.row("MOVESON")).to_contain_text("Note of")
    await desk.open(f"/cases/{case}/hand-over/note")
    await expect(desk.page.get_by_text("Falls at night")).to_be_visible()
    await desk.press("Accept hand-over", said="joint")
    joint = (await rest.case(case))["summary"]
    assert (joint["holding"]["coordinator_id"], joint["hand_over"]["taker_id"]) == (giver, SURGERY)
    assert joint["hand_over"]["joint_until"] == str(day.date())

    await desk.open(f"/cases/{case}/hand-over/note")
    await desk.press("Take over now", said="accepted")
    taken = await rest.case(case)
    assert (taken["summary"]["holding"]["coordinator_id"], taken["summary"]["hand_over"]) == (SURGERY, None)
    assert "Hand-over note: added" in json.dumps(taken["timeline"])
    await desk.open("/shift")
    await expect(desk.page.get_by_role("heading", name="Shift hand-over")).to_be_visible()


async def test_a_case_is_declined_and_somebody_else_is_named_or_a_lead_decides(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Planson"]
    named = (await rest.case(case))["summary"]["holding"]["coordinator_id"]
    await desk.sign_in(named)
    await desk.open(f"/cases/{case}")
    await desk.page.get_by_role("link", name="I cannot take this case").click()
    await desk.fill("Why?", "She was my teacher")
    await desk.press("Decline", said="declined")
    after = await rest.case(case)
    another = after["summary"]["holding"]["coordinator_id"] != named
    assert another != bool(after["summary"]["declined_since"]), "who is on the rota at this hour decides which"
    assert [(one["by_id"], one["reason"], one["undecided"]) for one in after["declines"]] == [
        (named, "She was my teacher", not another)
    ]
