"""Time alone changes a case: delays begin and rise, tasks become overdue, cover ends, follow-up lapses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.hospital import hospital as hospital_now
from services.discharge.handlers.naming import naming
from services.discharge.model.cases import CaseFile
from services.discharge.rules.casework import needs_a_name, receive
from services.discharge.store import case_files, cover
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.database import Database, Transaction
from shared.timers import Timer


async def decide(database: Database, due: Sequence[Timer], at: datetime) -> None:
    """Look again at the cases of these timers. A case that somebody else has locked is left for the next look."""
    async with database.reading() as reading:
        trusts = await case_files.trusts_of(reading, [timer.subject for timer in due])
    by_trust: dict[str, list[str]] = defaultdict(list)
    for case_id, trust in trusts.items():
        by_trust[trust].append(case_id)
    for trust in sorted(by_trust):
        async with database.transaction() as tx:
            await _look(tx, trust, by_trust[trust], at)


async def _look(tx: Transaction, trust: str, case_ids: Sequence[str], at: datetime) -> None:
    places = await case_files.places(tx, trust, case_ids)
    clusters = {one for place in places.values() for one in (place.cluster_id, place.named_from) if one}
    await cover.lock_clusters(tx, trust, clusters)
    free = await case_files.lock_free(tx, trust, case_ids)
    still = {timer.subject for timer in await timers.of_subjects(tx, timers_table, free, at)} if free else set[str]()
    now = await case_files.places(tx, trust, still)
    # A case that came to another cluster before its clusters were locked is left for the next look.
    files = await case_files.load(tx, trust, {case_id for case_id in still if now[case_id] == places[case_id]})
    hospital = await hospital_now(tx, trust, at)
    people = [file.encounter.person.person_id for file in files.values() if needs_a_name(file)]
    names = await naming(tx, hospital, hospital.clusters, people)
    pairs: list[tuple[CaseFile | None, CaseFile]] = []
    for case_id in sorted(files):
        file = files[case_id]
        # The ward map may have changed since: a case without a name is placed anew.
        placed = receive(file, file.encounter, hospital, at, case_id) if needs_a_name(file) else file
        after = names.finish(placed or file, at)
        names.count(file, after)
        pairs.append((file, after))
    await keep_and_announce(tx, pairs, at)
    spent = [(case_files.LOOK, case_id, files[case_id].look_again_at) for case_id in files]
    await _clear_spent(
        tx, spent, {case_id: after.look_again_at for (_, after), case_id in zip(pairs, sorted(files), strict=True)}
    )


async def _clear_spent(
    tx: Transaction, spent: Sequence[tuple[str, str, datetime | None]], then: dict[str, datetime | None]
) -> None:
    """A timer that was set by somebody else than its case (a change of policy) is set back to its case's."""
    same = [(rule, case_id, then[case_id]) for rule, case_id, held in spent if then[case_id] == held]
    if same:
        await timers.set_due(tx, timers_table, same)
