"""`homeward setup FILE --preview`: what loading the file would change, undone."""

from services.admissions.handlers import setup as admissions
from services.commands.opened import opened
from services.commands.setup_text import Source, operator, trail
from services.discharge.handlers.setup_preview import foresee
from shared.audit import Act, record_read
from shared.clock import SystemClock
from shared.contracts.api.setups import CaseHeldBy, SetupCaseChange, SetupPreview
from shared.settings import Settings
from shared.words import named_moment


async def previewed(settings: Settings, source: Source) -> list[str]:
    """What loading the setup would change, in words. Nothing is kept, but that the cases shown were looked at.

    Raises `SetupRefused` as loading does, and `NotRecorded`.
    """
    at = SystemClock().now()
    async with opened(settings, "admissions", "discharge") as database:
        async with database.rehearsal() as tx:
            file = await source(tx)
            await file.refuse_taken(tx)
            feeds = await admissions.set_up(tx, file.trust, at, file.feeds)
            found = await foresee(tx, file.setup, at)
        if found.items:
            looked = Act("setup-previewed", [one.case_id for one in found.items], at)
            await record_read(database, trail(settings), operator(file.trust), looked)
    return _words(found, feeds)


def _words(found: SetupPreview, feeds: tuple[str, ...]) -> list[str]:
    if not found.changes and not feeds:
        return []
    lines = [*found.changes, *feeds, f"Of {found.looked_at} cases that would be looked at again:"]
    lines += [f"  {line}" for line in found.in_words]
    lines += [f"  {_case(one)}" for one in found.items]
    if len(found.items) < found.changed:
        lines.append(f"  and {found.changed - len(found.items)} more")
    return [*lines, "Nothing was done."]


def _case(one: SetupCaseChange) -> str:
    what = ", ".join(effect.value.replace("_", " ") for effect in one.effects)
    return f"{one.case_id} ({what}): {_held(one.before)} → {_held(one.after)}"


def _held(one: CaseHeldBy) -> str:
    if not one.is_held:
        return "not held"
    parts = [one.ward_name or "no known ward", one.cluster_name or "no cluster", one.coordinator_name or "nobody named"]
    if one.cover_until is not None:
        parts.append(f"{one.covered_by} until {named_moment(one.cover_until)}")
    if one.hand_over_to is not None:
        parts.append(f"hand-over to {one.hand_over_to}")
    return ", ".join(parts)
