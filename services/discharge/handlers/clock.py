"""Time alone changes a case: delays begin and rise, tasks become overdue, cover ends, follow-up lapses; and on a new
day a ward code may mean another ward, which every case of the trust is looked at anew for.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime

from services.discharge.handlers import ward_map
from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.hospital import known_now
from services.discharge.handlers.naming import naming
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.rules.casework import needs_a_name, receive
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
    decided = await _decided(tx, hospital, files, anew, at)
    await keep_and_announce(tx, decided, at)
    await case_files.looked_at(tx, anew)
    return decided


def _concerned(places: Collection[Place], hospital: Hospital) -> set[str]:
    """The clusters to lock. Somebody nobody holds may be named by any: the ward map may have changed since."""
    concerned = {one for place in places for one in (place.cluster_id, place.named_from) if one}
    return concerned if all(place.named_from for place in places) else concerned | hospital.clusters.keys()


async def _decided(
    tx: Transaction, hospital: Hospital, files: Mapping[str, CaseFile], anew: Set[str], at: datetime
) -> list[tuple[CaseFile, CaseFile]]:
    """Each case before and after the look. Those to look at `anew`, and those without a name, are placed anew."""
    placed: dict[str, CaseFile] = {}
    for case_id, file in sorted(files.items()):
        again = case_id in anew or needs_a_name(file)
        placed[case_id] = (receive(file, file.encounter, hospital, at, case_id) if again else None) or file
    names = await naming(tx, hospital, placed.values())
    pairs: list[tuple[CaseFile, CaseFile]] = []
    for case_id, file in placed.items():
        after = names.finish(file, at)
        names.count(files[case_id], after)
        pairs.append((files[case_id], after))
    return pairs
