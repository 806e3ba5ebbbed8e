"""What a setup would change: it is really applied, the cases are really looked at, and all of it is undone."""

from datetime import datetime
from typing import Final

from services.discharge.handlers.clock import look_at
from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Setup
from services.discharge.rules import setup_effects as rules
from services.discharge.rules.absence import off_duty
from shared.contracts.api.setups import SetupPreview
from shared.database import Transaction

_AT_ONCE: Final = 100
"""Cases looked at together: as many as the clock takes."""


async def foresee(tx: Transaction, setup: Setup, at: datetime) -> SetupPreview:
    """What loading `setup` (already valid) at `at` changes. `tx` is a rehearsal: in a transaction, it is so.

    It holds every cluster of the trust until it is undone: who comes meanwhile is named after that.
    """
    trust = setup.trust.code
    absent = off_duty(await hospital_now(tx, trust, at), at)
    kept = await apply(tx, setup, at)
    absent_then = off_duty(await hospital_now(tx, trust, at), at)
    # Who was somebody's who left is somebody else's already, and is looked at like the others: from first to last.
    held = {after.case_id: rules.held_by(before, absent) for before, after in kept.given_on}
    then = {after.case_id: rules.held_by(after, absent_then) for _, after in kept.given_on}
    for begin in range(0, len(kept.to_look_at), _AT_ONCE):
        for before, after in await look_at(tx, trust, kept.to_look_at[begin : begin + _AT_ONCE], at, wait=True):
            held.setdefault(after.case_id, rules.held_by(before, absent))
            then[after.case_id] = rules.held_by(after, absent_then)
    told = (rules.changed(case_id, held[case_id], now) for case_id, now in then.items())
    found = [one for one in told if one is not None]
    counts = rules.counted(found)
    return SetupPreview(
        at=at,
        changes=kept.changes,
        in_words=rules.in_words(len(kept.to_look_at), counts),
        looked_at=len(kept.to_look_at),
        changed=len(found),
        counts=counts,
        items=rules.first(found),
    )
