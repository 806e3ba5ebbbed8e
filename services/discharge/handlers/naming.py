"""Naming co-ordinators for many cases in one transaction, the weighted caseload kept up to date as they are named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.discharge.handlers.offering import Offers, offers_of
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Caseload, Hospital
from services.discharge.rules.assignment import Duty, choose, duty_at, weight
from services.discharge.rules.casework import base_ward
from services.discharge.rules.declining import decliners, told
from services.discharge.rules.handing_over import come_due
from services.discharge.rules.naming import named, seeks_a_name
from services.discharge.rules.settle import brought_up, held
from services.discharge.rules.sharing import covers
from services.discharge.store import cover
from shared.database import Reading


@dataclass(slots=True)
class Naming:
    """What naming needs, read after the clusters were locked."""

    hospital: Hospital
    held_before: dict[str, list[str]]
    offers: Offers
    load: dict[str, float]
    last_given: dict[str, datetime]
    capacity: Mapping[str, float] = field(default_factory=dict[str, float])
    _duties: dict[tuple[str, datetime], Duty] = field(default_factory=dict[tuple[str, datetime], Duty])

    def finish(self, file: CaseFile, at: datetime) -> CaseFile:
        """`file` with somebody named if it needs a name, and all that follows."""
        offered = self.offers.brought_up(come_due(file, self.hospital, at), at)
        settled = brought_up(offered, self.hospital.policy, at)
        if not seeks_a_name(settled, self.hospital):
            return held(settled, self.hospital.policy, at)
        person = settled.encounter.person.person_id
        caseload = Caseload(self.load, self.last_given)
        before, why = self.held_before.get(person, []), self._covers(settled)
        duty = self._duty(settled.cluster_id, at, decliners(settled))
        choice = choose(duty, settled.ward_name, before, caseload, why)
        choice = replace(choice, explanation=(*told(settled), *choice.explanation))
        left = settled.holding is not None and self.hospital.has_left(settled.holding.coordinator_id)
        return held(named(settled, choice, at, left=left), self.hospital.policy, at)

    def _covers(self, file: CaseFile) -> str | None:
        """Why the case is its cluster's, where the ward alone does not tell."""
        if file.cluster_name is None:
            return None
        return covers(base_ward(file.encounter, self.hospital), file.encounter, file.cluster_name)

    def _duty(self, cluster_id: str | None, at: datetime, without: Collection[str]) -> Duty | None:
        """Who may be named from the cluster at `at`: worked out once for all the cases that nobody declined."""
        cluster = self.hospital.clusters.get(cluster_id or "")
        if cluster is None:
            return None
        if without:
            return duty_at(cluster, at, without)
        found = self._duties.get((cluster.cluster_id, at))
        if found is None:
            found = self._duties[cluster.cluster_id, at] = duty_at(cluster, at)
        return found

    def count(self, before: CaseFile | None, after: CaseFile) -> None:
        """Take `after` into account for whoever is named or asked next."""
        self.offers.count(before, after)
        then = before.holding if before else None
        if then is not None and then.coordinator_id is not None and before is not None:
            self._carry(then.coordinator_id, -weight(before))
        now = after.holding
        if now is not None and now.coordinator_id is not None:
            self._carry(now.coordinator_id, weight(after))
            if then is None or then.number != now.number:
                self.last_given[now.coordinator_id] = now.since
                self.held_before.setdefault(after.encounter.person.person_id, []).insert(0, now.coordinator_id)

    def _carry(self, staff_id: str, more: float) -> None:
        self.load[staff_id] = self.load.get(staff_id, 0.0) + more / self.capacity.get(staff_id, 1.0)


async def naming(reading: Reading, hospital: Hospital, files: Collection[CaseFile]) -> Naming:
    """What naming somebody for those of these cases needs that need a name: nothing is read when none does."""
    unnamed = [file for file in files if seeks_a_name(file, hospital)]
    clusters, people = (
        {file.cluster_id or "" for file in unnamed},
        {file.encounter.person.person_id for file in unnamed},
    )
    wanted = [hospital.clusters[cluster] for cluster in clusters if cluster in hospital.clusters]
    staff = {shift.staff_id for cluster in wanted for shift in cluster.rota}
    load = await cover.caseload(reading, hospital.trust, staff)
    before = await cover.held_before(reading, hospital.trust, people)
    asked = await offers_of(reading, hospital, files)
    return Naming(hospital, before, asked, dict(load.load), dict(load.last_given), load.capacity)
