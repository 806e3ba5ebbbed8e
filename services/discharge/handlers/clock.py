"""Time alone changes a case: delays begin and rise, tasks become overdue, cover ends, follow-up lapses; and on a new
day a ward code may mean another ward, which every case of the trust is looked at anew for.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from services.discharge.handlers import ward_map
from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.hospital import known_now
from services.discharge.handlers.looking import decided
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.store import case_files, cover, setup
from services.discharge.store.case_files import Place
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.database import Database, Transaction
from shared.timers import Timer


async def decide(database: Database, due: Sequence[Timer], at: datetime) -> None:
    """Look again at the cases of these timers. A case that somebody else has locked is left for the next look.

    On a day on which a mapping of a ward code begins or has ended, every case of the trust is looked at anew.
    """
    for trust in sorted({timer.subject for timer in due if timer.rule == ward_map.CHANGES}):
        async with database.transaction() as tx:
            await ward_map.changed(tx, trust, at)
    async with database.reading() as reading:
        trusts = await case_files.trusts_of(reading, [one.subject for one in due if one.rule in case_files.OF_CASES])
    by_trust: dict[str, list[str]] = defaultdict(list)
    for case_id, trust in trusts.items():
        by_trust[trust].append(case_id)
    for trust in sorted(by_trust):
        async with database.transaction() as tx:
            await look_at(tx, trust, by_trust[trust], at)


async def look_at(
    tx: Transaction, trust: str, case_ids: Sequence[str], at: datetime, *, wait: bool = False
) -> list[tuple[CaseFile, CaseFile]]:
    """Look again at those of these cases whose timers are due, and keep what comes of it; each before and after.

    A case that somebody else has locked is left for the next look, or waited for; so is one whose clusters changed
    before they were locked.
    """
    known = await known_now(tx, trust, at)
    hospital = known.hospital
    places = await case_files.places(tx, trust, case_ids)
    await cover.lock_clusters(tx, trust, _concerned(places.values(), hospital))
    if await setup.stamp(tx, trust) != known.stamp:
        return []  # set up anew before the clusters were locked: left for the next look
    lock = case_files.lock if wait else case_files.lock_free
    free = await lock(tx, trust, case_ids)
    still = await timers.of_subjects(tx, timers_table, case_files.OF_CASES, free, at)
    now = await case_files.places(tx, trust, {timer.subject for timer in still})
    # A case that came to another cluster before its clusters were locked is left for the next look.
    files = await case_files.load(tx, trust, [case_id for case_id, place in now.items() if place == places[case_id]])
    anew = {timer.subject for timer in still if timer.rule == case_files.ANEW} & files.keys()
    pairs = await decided(tx, hospital, files, anew, at)
    await keep_and_announce(tx, pairs, at)
    await case_files.looked_at(tx, anew)
    return pairs


def _concerned(places: Collection[Place], hospital: Hospital) -> set[str]:
    """The clusters to lock. Somebody nobody holds may be named by any: the ward map may have changed since."""
    concerned = {one for place in places for one in (place.cluster_id, place.named_from) if one}
    stay_named = all(place.named_from and not hospital.has_left(place.coordinator_id) for place in places)
    return concerned if stay_named else concerned | hospital.clusters.keys()
