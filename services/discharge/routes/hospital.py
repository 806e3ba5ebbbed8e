"""What the hospital is like: wards, clusters, staff, and who is at work. Nothing here is about a patient."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from services.discharge.handlers.hospital import hospital_now
from services.discharge.model.hospital import Setup, StaffMember, Ward
from services.discharge.rules.rota import at_work, shifts_between
from services.discharge.store import board
from services.discharge.store import setup as store
from shared.clock import Clock
from shared.contracts.api.discharge import StaffList, StaffView
from shared.contracts.api.hospital import (
    BayView,
    ClusterList,
    ClusterView,
    OnDuty,
    OnDutyList,
    SharedWard,
    UnmappedCode,
    UnmappedCodes,
    WardSetup,
    WardSetupList,
)
from shared.contracts.roles import SIGHT, Role
from shared.database import Database
from shared.refusals import not_found
from shared.web import Caller, Router, the_caller

ANYBODY = SIGHT | {Role.INTEGRATION_ENGINEER, Role.ADMINISTRATOR, Role.SERVICE}
MOMENT = timedelta(microseconds=1)

TheCaller = Annotated[Caller, Depends(the_caller)]


def router(database: Database, clock: Clock) -> Router:
    """`/hospital/wards`, `/hospital/clusters`, `/staff` and `/hospital/on-duty` of the caller's trust."""
    routes = Router(prefix="/discharge/v1", tags=["hospital"])

    @routes.get("/hospital/wards", allow=ANYBODY, response_model=WardSetupList)
    async def wards(caller: TheCaller) -> WardSetupList:
        """Every ward, with its beds and what the PAS calls it."""
        setup = await setup_of(database, caller)
        return WardSetupList(items=tuple(_ward(setup, one) for one in setup.wards))

    @routes.get("/hospital/clusters", allow=ANYBODY, response_model=ClusterList)
    async def clusters(caller: TheCaller) -> ClusterList:
        """Every ward cluster."""
        return _clusters(await setup_of(database, caller))

    @routes.get("/staff", allow=ANYBODY, response_model=StaffList)
    async def staff(caller: TheCaller) -> StaffList:
        """Everybody who works here, by name."""
        setup = await setup_of(database, caller)
        return StaffList(items=tuple(_member(setup, one) for one in setup.staff))

    @routes.get("/hospital/on-duty", allow=ANYBODY, response_model=OnDutyList)
    async def on_duty(
        caller: TheCaller,
        at: Annotated[AwareDatetime | None, Query(description="RFC 3339; now when absent")] = None,
    ) -> OnDutyList:
        """Who is at work at an instant, for each cluster and on the duty desk."""
        return _on_duty(await setup_of(database, caller), at or clock.now())

    @routes.get("/hospital/unmapped-ward-codes", allow=ANYBODY, response_model=UnmappedCodes)
    async def unmapped(caller: TheCaller) -> UnmappedCodes:
        """The ward codes that messages say and that mean no ward today: whoever is there has no ward and no cluster."""
        async with database.reading() as reading:
            known = (await hospital_now(reading, caller.trust, clock.now())).wards_by_code
            found = [one for one in await board.unmapped_codes(reading, caller.trust) if one.code not in known]
        return UnmappedCodes(
            items=tuple(
                UnmappedCode(code=one.code, people=one.people, stays=one.stays, since=one.since) for one in found
            )
        )

    _ = (wards, clusters, staff, on_duty, unmapped)
    return routes


async def setup_of(database: Database, caller: Caller) -> Setup:
    """The setup of the caller's trust. Raises `Refused` (404) where there is none."""
    async with database.reading() as reading:
        found = await store.held(reading, caller.trust)
    if found is None:
        raise not_found("hospital set up for this trust")
    return found


def _on_duty(setup: Setup, instant: datetime) -> OnDutyList:
    names = {one.id: one for one in setup.staff}
    working = at_work(shifts_between(setup.rota, setup.absences, instant, instant + MOMENT), instant)
    return OnDutyList(
        at=instant,
        items=tuple(
            OnDuty(
                staff_id=one.staff,
                name=names[one.staff].name,
                phone=names[one.staff].phone,
                cluster_id=one.cluster,
                until=one.ends,
            )
            for one in working
            if one.staff in names
        ),
        duty_desk=setup.duty_desk.name,
        duty_desk_phone=setup.duty_desk.phone,
    )


def _ward(setup: Setup, ward: Ward) -> WardSetup:
    return WardSetup(
        ward_id=ward.id,
        name=ward.name,
        site=ward.site,
        site_name=next((one.name for one in setup.sites if one.id == ward.site), ward.site),
        kind=ward.kind.value,
        specialty=ward.specialty,
        counts=ward.counts,
        codes=ward.codes,
        cluster_id=next((one.id for one in setup.clusters if ward.id in one.wards), None),
        bays=tuple(BayView(name=one.name, beds=one.beds) for one in ward.bays),
    )


def _clusters(setup: Setup) -> ClusterList:
    names = {one.id: one.name for one in setup.staff}
    return ClusterList(
        items=tuple(
            ClusterView(
                cluster_id=one.id,
                name=one.name,
                wards=one.wards,
                lead_id=one.lead,
                lead_name=names.get(one.lead) if one.lead else None,
                shares=tuple(SharedWard(ward_id=of.ward, by=of.by.value, codes=of.codes) for of in one.shares),
            )
            for one in setup.clusters
        )
    )


def _member(setup: Setup, member: StaffMember) -> StaffView:
    cluster = next((one for one in setup.clusters if one.id in member.clusters), None)
    return StaffView(
        staff_id=member.id,
        name=member.name,
        profession=member.profession,
        roles=tuple(sorted(member.roles)),
        phone=member.phone,
        cluster_id=cluster.id if cluster else None,
        cluster_name=cluster.name if cluster else None,
        wards=member.wards,
    )
