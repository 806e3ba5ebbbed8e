"""Who may sign in to the frozen hospital, and the sessions and passes they are given."""

import json
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.api.discharge import DemonstrationPeople, DemonstrationPerson, Pass, Session
from tests.screens.checklists import NOW
from tests.screens.responses import json_of, problem

PEOPLE = {
    "staff-morgan": ("Morgan Hale", "Hospital social worker", ("social_worker",), ("north",), ()),
    "staff-sam": ("Sam Okoro", "Cluster lead", ("lead", "social_worker"), ("north",), ()),
    "staff-priya": ("Priya Shah", "Bed manager", ("bed_manager",), (), ()),
    "staff-lee": ("Lee Brandt", "Ward sister", ("ward_staff",), (), ("ash",)),
    "staff-kim": ("Kim Doyle", "Integration engineer", ("integration_engineer",), (), ()),
}


async def made_pass(request: Request, state: object) -> Response:
    token = json.loads(await request.body())["token"]
    staff_id = token.removeprefix("token-")
    if staff_id not in PEOPLE:
        return problem(401, {})
    name, profession, roles, clusters, wards = PEOPLE[staff_id]
    return json_of(
        Pass(
            bearer=f"pass-{staff_id}",
            expires_at=NOW + timedelta(seconds=60),
            staff_id=staff_id,
            name=name,
            roles=roles,
            trust="RX9",
            profession=profession,
            clusters=clusters,
            wards=wards,
        )
    )


async def session(request: Request, state: object) -> Response:
    staff_id = json.loads(await request.body())["staff_id"]
    return json_of(Session(token=f"token-{staff_id}", expires_at=NOW + timedelta(hours=12)), 201)


def chosen(request: Request, state: object) -> Response:
    items = [
        DemonstrationPerson(staff_id=key, name=one[0], profession=one[1], describes=", ".join(one[2]), roles=one[2])
        for key, one in PEOPLE.items()
    ]
    return json_of(DemonstrationPeople(items=tuple(items)))
