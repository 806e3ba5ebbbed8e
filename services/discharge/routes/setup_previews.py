"""What a setup would change. Of the people whose cases it concerns nothing is said but where their case is."""

from fastapi import Request

from services.discharge.handlers import setup_preview
from services.discharge.routes.desk import Desk, TheCaller
from services.discharge.routes.setup_files import BODY_LIMIT, setup_in
from shared.contracts.api.setups import PreviewSetup, SetupPreview
from shared.contracts.roles import SETTERS_UP
from shared.refusals import not_valid
from shared.web import Router


def router(desk: Desk) -> Router:
    """`/discharge/v1/setup/previews`."""
    routes = Router(prefix="/discharge/v1", tags=["setup"])

    @routes.post("/setup/previews", allow=SETTERS_UP, body_limit=BODY_LIMIT)
    async def preview(caller: TheCaller, request: Request, body: PreviewSetup) -> SetupPreview:
        """What would change if this file were loaded now: in the setup, and for every case that is held.

        It is loaded, the cases are looked at, and all of that is undone; until then nobody is named in the trust.
        """
        setup = await setup_in(body.file)
        if setup.trust.code != caller.trust:
            raise not_valid("body.file", "another-trust", "The file is of another trust.")
        async with desk.database.rehearsal() as tx:
            found = await setup_preview.foresee(tx, setup, desk.clock.now())
        await desk.saw(caller, "setup-previewed", [one.case_id for one in found.items], request)
        return found

    _ = preview
    return routes
