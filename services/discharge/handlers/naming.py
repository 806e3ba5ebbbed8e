"""Naming co-ordinators for many cases in one transaction, the weighted caseload kept up to date as they are named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Caseload, Hospital
from services.discharge.rules.assignment import choose
from services.discharge.rules.casework import named, needs_a_name
from services.discharge.rules.settle import settle
from services.discharge.store import cover
from services.discharge.store.case_rows import weight
from shared.database import Reading


@dataclass(slots=True)
class Naming:
    """What naming needs, read after the clusters were locked."""

    hospital: Hospital
    held_before: dict[str, list[str]]
    load: dict[str, float]
    last_given: dict[str, datetime]

    def finish(self, file: CaseFile, at: datetime) -> CaseFile:
        """`file` with somebody named if it needs a name, and all that follows."""
        settled = settle(file, self.hospital.policy, at)
        if not needs_a_name(settled):
            return settled
        person = settled.encounter.person.person_id
        choice = choose(
            self.hospital.clusters.get(settled.cluster_id or ""),
            settled.ward_name,
            self.held_before.get(person, []),
            Caseload(self.load, self.last_given),
            at,
        )
        return settle(named(settled, choice, at), self.hospital.policy, at)

    def count(self, before: CaseFile | None, after: CaseFile) -> None:
        """Take `after` into account for whoever is named next."""
        held = before.holding if before else None
        if held is not None and held.coordinator_id is not None and before is not None:
            self.load[held.coordinator_id] = self.load.get(held.coordinator_id, 0.0) - weight(before)
        now = after.holding
        if now is not None and now.coordinator_id is not None:
            self.load[now.coordinator_id] = self.load.get(now.coordinator_id, 0.0) + weight(after)
            if held is None or held.number != now.number:
                self.last_given[now.coordinator_id] = now.since
                self.held_before.setdefault(after.encounter.person.person_id, []).insert(0, now.coordinator_id)


async def naming(reading: Reading, hospital: Hospital, clusters: Iterable[str], people: Iterable[str]) -> Naming:
    """What naming in these clusters needs, for these people."""
    wanted = [hospital.clusters[cluster] for cluster in {*clusters} if cluster in hospital.clusters]
    staff = {shift.staff_id for cluster in wanted for shift in cluster.rota}
    load = await cover.caseload(reading, hospital.trust, staff)
    before = await cover.held_before(reading, hospital.trust, people)
    return Naming(hospital, before, dict(load.load), dict(load.last_given))
