"""Offering cases to the professions that fit; many cases in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.rules.offering import concerns, offered
from services.discharge.store import offers as store
from shared.contracts.api.discharge.offers import OfferStatus
from shared.database import Reading


@dataclass(slots=True)
class Offers:
    """What offering cases needs: the hospital, and how many offers each person has open, kept up to date."""

    hospital: Hospital
    carried: dict[str, int]

    def brought_up(self, file: CaseFile, at: datetime) -> CaseFile:
        """`file` with its offers brought up to `at`."""
        return offered(file, self.hospital, self.carried, at)

    def count(self, before: CaseFile | None, after: CaseFile) -> None:
        """Take what `after` has beside `before` into account for whoever is asked next."""
        for one in after.offers[len(before.offers) if before else 0 :]:
            if one.status is OfferStatus.OFFERED and one.staff_id is not None:
                self.carried[one.staff_id] = self.carried.get(one.staff_id, 0) + 1


async def offers_of(reading: Reading, hospital: Hospital, files: Collection[CaseFile]) -> Offers:
    """What offering these cases needs: nothing is read where there is nothing to offer."""
    some = any(file.is_held and concerns(file) for file in files)
    rota = [shift for cluster in hospital.clusters.values() for shift in cluster.rota] if some else []
    staff = {shift.staff_id for shift in rota if shift.by_offer}
    return Offers(hospital, dict(await store.open_offers(reading, hospital.trust, staff)))
