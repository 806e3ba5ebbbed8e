"""Signing in and out. Only in a demonstration are people chosen from a list; elsewhere that is not there."""

from collections.abc import Mapping

from fastapi import Response

from services.discharge.handlers import sign_in
from services.discharge.model.hospital import StaffMember
from shared.clock import Clock
from shared.contracts.api.discharge import (
    DemonstrationPeople,
    DemonstrationPerson,
    Pass,
    Session,
    SessionToken,
    StartSession,
)
from shared.database import Database
from shared.passes import PassSigner
from shared.web import PUBLIC, Router
from shared.words import ROLES


def router(database: Database, clock: Clock, signer: PassSigner, *, demonstration: bool) -> Router:
    """The routes of sign-in. They need no pass: a session's token, in the body, is what they check."""
    routes = Router(prefix="/discharge/v1", tags=["sign-in"])
    if demonstration:
        _demonstration(routes, database, clock)

    @routes.post("/sessions/pass", allow=PUBLIC, response_model=Pass)
    async def make_pass(body: SessionToken) -> Pass:
        """Exchange a session for a pass of a minute."""
        made = await sign_in.make_pass(database, signer, body.token, clock.now())
        return Pass(
            bearer=made.bearer,
            expires_at=made.expires_at,
            staff_id=made.caller.id,
            name=made.caller.name,
            roles=tuple(sorted(made.caller.roles)),
            trust=made.caller.trust,
            profession=made.member.profession,
            clusters=tuple(made.caller.clusters),
            wards=tuple(made.member.wards),
        )

    @routes.post("/sessions/end", allow=PUBLIC, status_code=204, response_class=Response)
    async def sign_out(body: SessionToken) -> Response:
        """Sign out."""
        async with database.transaction() as tx:
            await sign_in.end(tx, body.token, clock.now())
        return Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})

    _ = (make_pass, sign_out)
    return routes


def _demonstration(routes: Router, database: Database, clock: Clock) -> None:
    @routes.get("/demonstration/people", allow=PUBLIC, response_model=DemonstrationPeople)
    async def people() -> DemonstrationPeople:
        """The fictional people one may sign in as."""
        async with database.reading() as reading:
            found = await sign_in.people(reading)
            places = await sign_in.places(reading)
        return DemonstrationPeople(items=tuple(_person(member, places) for _, member in found))

    @routes.post("/sessions", allow=PUBLIC, status_code=201, response_model=Session)
    async def begin(body: StartSession) -> Session:
        """Sign in as one of them."""
        async with database.transaction() as tx:
            begun = await sign_in.begin(tx, body.staff_id, clock.now())
        return Session(token=begun.token, expires_at=begun.expires_at)

    _ = (people, begin)


def _person(member: StaffMember, places: Mapping[str, str]) -> DemonstrationPerson:
    words = ", ".join(ROLES[role] for role in sorted(member.roles))
    where = ", ".join(places.get(one, one) for one in member.clusters or member.wards)
    return DemonstrationPerson(
        staff_id=member.id,
        name=member.name,
        profession=member.profession,
        describes=f"{words}: {where}" if where else words,
        roles=tuple(sorted(member.roles)),
    )
