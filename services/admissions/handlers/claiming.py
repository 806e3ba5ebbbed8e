"""Give what no trust claimed, when it came, to the trust whose set-up names its sender by now.

It is interpreted then as if it had just come: what happened is decided by the times in messages, not by their arrival.
"""

from services.admissions.arrivals import claimant
from services.admissions.store import intake as store
from services.admissions.store import unclaimed
from shared.database import Database


async def give_claimed(database: Database) -> int:
    """Give every message that is nobody's, and whose sender a trust names, to that trust; how many.

    May run in several processes at once. Raises DatabaseUnavailable: those given by then stay so.
    """
    async with database.reading() as reading:
        senders = await unclaimed.senders(reading)
        named = await store.feed_trusts(reading) if senders else {}
    given = 0
    for sender in sorted(senders):
        trust = claimant(named, *sender)
        while trust is not None:
            async with database.transaction() as tx:
                some = await unclaimed.give(tx, sender, trust)
            if not some:
                break
            given += some
    return given
