"""What people decided about messages that say who is who. Decisions are only added; the last one holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from services.admissions.store.facts import parts
from services.admissions.tables import beliefs
from shared.callers import Caller
from shared.database import Prepared, Reading, Transaction, among, many

_DECIDED = Prepared(
    select(beliefs)
    .where(beliefs.c.trust == bindparam("trust"), among(beliefs.c.sha256, many("digests")))
    .order_by(beliefs.c.sha256, beliefs.c.number)
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody decided that a message is believed, or is not (it was set aside)."""

    believed: bool
    reason: str
    at: datetime
    by_name: str


async def decisions(reading: Reading, trust: str, digests: Collection[str]) -> dict[str, list[Decision]]:
    """All that was decided about each of the messages `digests` (SHA-256), the oldest first."""
    found: dict[str, list[Decision]] = {}
    for part in parts(sorted(digests)):
        for row in await reading.rows(_DECIDED, {"trust": trust, "digests": part}):
            decided = Decision(row.believed, row.reason, row.at, row.by_name)
            found.setdefault(row.sha256, []).append(decided)
    return found


async def set_aside(reading: Reading, trust: str, digests: Collection[str]) -> frozenset[str]:
    """Those of the messages `digests` (SHA-256) that are set aside. Nothing is asked of the database for none."""
    if not digests:
        return frozenset()
    return _set_aside(await decisions(reading, trust, digests))


def _set_aside(decided: Mapping[str, Sequence[Decision]]) -> frozenset[str]:
    return frozenset(digest for digest, several in decided.items() if not several[-1].believed)


async def keep(
    tx: Transaction, trust: str, digest: str, message_id: str, number: int, caller: Caller, decision: Decision
) -> None:
    """Keep the `number`th decision about a message. Needs the trust's turn."""
    row: dict[str, object] = {
        "trust": trust,
        "sha256": digest,
        "number": number,
        "message": message_id,
        "believed": decision.believed,
        "reason": decision.reason,
        "at": decision.at,
        "by": caller.id,
        "by_name": decision.by_name,
    }
    await tx.insert_many(beliefs, [row])
