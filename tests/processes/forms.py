"""A desk before a running hospital whose people are made for its forms."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.processes import books, desks, programs
from tests.processes.adt import COVERED, NOWHERE, ago, somebody
from tests.processes.asking import Rest
from tests.processes.desks import Desk
from tests.processes.sending import deliver

LEAD = "parveen-akhtar"
PEOPLE = ("Taskson", "Planson", "Moveson", "Roundson", "Stepson", "Lostson")
CEDAR = "CED^A^01"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Forms:
    """A desk at a running hospital with a case for each of `PEOPLE`, and REST to hold it against.

    Moveson moved to a ward of another cluster; on Lostson's ward nobody is named.
    """

    desk: Desk
    rest: Rest
    cases: dict[str, str]


@asynccontextmanager
async def opened() -> AsyncGenerator[Forms]:
    """The hospital, running, until the block ends."""
    async with AsyncExitStack() as stack:
        hospital = await stack.enter_async_context(programs.running("forms"))
        kept = await stack.enter_async_context(books.books_of(hospital))
        people = {family: somebody(family, place=NOWHERE if family == "Lostson" else COVERED) for family in PEOPLE}
        await deliver(hospital.mllp, [one.a01() for one in people.values()], SECONDS)
        await kept.settled()
        await deliver(hospital.mllp, [people["Moveson"].a02(ago(hours=1), CEDAR)], SECONDS)
        await kept.settled()
        held = {mrn: str(case_id) for mrn, case_id in await kept.rows("SELECT mrn, case_id FROM discharge_cases")}
        made = await stack.enter_async_context(desks.desk(hospital))
        yield Forms(made, Rest(hospital, LEAD), {family: held[f"H{one.number}"] for family, one in people.items()})
