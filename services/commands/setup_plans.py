"""`homeward setup FILE --from TIME`, and what becomes of such plans."""

from datetime import UTC, datetime

from services.admissions.handlers import setup as admissions
from services.commands import setup_text
from services.commands.opened import opened
from services.commands.setup_text import SetupRefused, Source
from services.discharge.handlers import setup_plans as handlers
from services.discharge.handlers.acts import Asking
from services.discharge.rules.setup_plans import Standing, changes_of
from services.discharge.store import setup_plans as store
from shared.clock import SystemClock
from shared.contracts.api.setups import PlanStands
from shared.database import Reading
from shared.faults import Mendable
from shared.london import LONDON, instant_of
from shared.refusals import Refused
from shared.settings import Settings
from shared.words import named_moment


class CannotPlan(Mendable):
    """What was asked of a planned setup cannot be; the message says why. Nothing was done."""


def time_meant(text: str) -> datetime:
    """The instant (UTC) that `2026-12-07T08:00` means in London, or with an offset anywhere. Raises `CannotPlan`."""
    try:
        said = datetime.fromisoformat(text)
        return said.astimezone(UTC) if said.tzinfo else instant_of(said)
    except ValueError as wrong:
        why = str(wrong) if str(wrong).startswith(("is skipped", "comes twice")) else "must be as 2026-12-07T08:00"
        raise CannotPlan(f"the time {text} {why}") from None


async def planned(settings: Settings, source: Source, effective_at: datetime, reason: str | None) -> list[str]:
    """Have the setup take effect at a time (UTC); all that is planned then, in words.

    Raises `CannotPlan`, `NotRecorded`, and `SetupRefused`; so of a file that would change how senders speak, for no
    plan does that.
    """
    trail = setup_text.trail(settings)
    async with opened(settings, "admissions", "discharge") as database, database.transaction() as tx:
        file = await source(tx)
        await file.refuse_taken(tx)
        asking = Asking(setup_text.operator(file.trust), SystemClock().now())
        asked = handlers.Asked(file.text, file.setup, effective_at, reason)
        try:
            await handlers.plan(tx, trail, asking, asked)
        except Refused as refused:
            raise _why(refused) from None
        if feeds := await admissions.set_up(tx, file.trust, asking.at, file.feeds):
            told = "; ".join(feeds)
            raise SetupRefused(f"feeds: {told}: load that first, a planned setup leaves how senders speak as it is")
        return _words(await handlers.standings(tx, file.trust))


async def listed(settings: Settings, trust: str) -> list[str]:
    """All that is planned, and what became of what was, in words."""
    async with opened(settings, "discharge") as database, database.reading() as reading:
        return _words(await handlers.standings(reading, trust))


async def withdrawn(settings: Settings, trust: str, plan_id: str, reason: str) -> list[str]:
    """Have a plan not take effect; all that is planned then. Raises `CannotPlan`."""
    return await _settled(settings, trust, plan_id, reason, withdraw=True)


async def confirmed(settings: Settings, trust: str, plan_id: str, reason: str) -> list[str]:
    """Have a plan take effect over the hospital as it is now; all that is planned then. Raises `CannotPlan`."""
    return await _settled(settings, trust, plan_id, reason, withdraw=False)


async def overtaken(reading: Reading, trust: str) -> list[str]:
    """The plans that would not be applied as the hospital now is, in words."""
    found = await handlers.standings(reading, trust)
    return _words([one for one in found if one.stands is PlanStands.OVERTAKEN])


async def _settled(settings: Settings, trust: str, plan_id: str, reason: str, *, withdraw: bool) -> list[str]:
    trail, act = setup_text.trail(settings), handlers.withdraw if withdraw else handlers.confirm
    async with opened(settings, "discharge") as database, database.transaction() as tx:
        asking = Asking(setup_text.operator(trust), SystemClock().now())
        newest = next((one for one in await store.newest(tx, trust) if one.plan_id == plan_id), None)
        try:
            await act(tx, trail, asking, plan_id, reason, newest.number if newest else 0)
        except Refused as refused:
            raise _why(refused) from None
        return _words(await handlers.standings(tx, trust))


def _words(found: list[Standing]) -> list[str]:
    lines: list[str] = []
    for one in found:
        plan = one.plan
        when = f"{named_moment(plan.effective_at)} {plan.effective_at.astimezone(LONDON).year}"
        lines.append(f"{when}: {one.stands.value} ({plan.plan_id}, by {plan.by})")
        lines += [f"  {line}" for line in changes_of(plan)]
        if one.meanwhile:
            is_over = one.stands is PlanStands.REFUSED
            told = "It was not applied" if is_over else "It will not be applied unless it is confirmed"
            lines.append(f"  {told}: the hospital is not the one it was planned for:")
            lines += [f"    {line}" for line in one.meanwhile]
    return lines


def _why(refused: Refused) -> CannotPlan:
    details = [refused.detail, *(one.detail for one in refused.fields)]
    return CannotPlan(": ".join([refused.title, *(one for one in details if one)]))
