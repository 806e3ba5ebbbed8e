"""Answering the offer of a case: joining its team, taking it over, declining."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers import acts
from services.discharge.model.cases import By, CaseFile
from services.discharge.model.hospital import StaffMember
from services.discharge.model.offers import Offer
from services.discharge.model.records import Entry
from services.discharge.rules.handing_over import Taker, given
from services.discharge.rules.offering import TAKEN_OVER, answered, asked
from services.discharge.rules.records import written
from services.discharge.store import records
from services.discharge.store.hospital import staff_member
from shared.audit import Trail
from shared.contracts.api.discharge import Profession
from shared.contracts.api.discharge.offers import OfferStatus
from shared.contracts.api.discharge.record import OrganisationKind, TeamMember
from shared.contracts.roles import TAKERS
from shared.database import Transaction
from shared.ids import new_id
from shared.london import london_date
from shared.refusals import Refused, not_allowed, not_found, stale
from shared.words import PROFESSIONS


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the offer of a case numbered `number`; `version` is the one that was seen, if they say."""

    number: int
    status: OfferStatus
    reason: str | None = None
    version: str | None = None


async def answer(tx: Transaction, trail: Trail, wish: acts.Wish, said: Answer) -> CaseFile:
    """Answer an offer: who joins is of the team from today, who takes over is the named co-ordinator from now.

    Raises `Refused`: 404 for no such offer, 403 for somebody else's, 412 stale, 409 for one that waits no longer.
    """
    caller, trust = wish.caller, wish.caller.trust
    member = await staff_member(tx, trust, caller.id)
    made: list[Entry] = []

    def decide(file: CaseFile, by: By) -> CaseFile:
        offer = _answerable(file, by, said)
        after = answered(file, offer, said.status, by, said.reason)
        if said.status is OfferStatus.JOINED and member is not None:
            made.append(written(new_id(), file, _on_the_team(member, by.at), by))
        if said.status is OfferStatus.TAKEN_OVER:
            if member is None or TAKERS.isdisjoint(member.roles):
                raise not_allowed()
            after = given(after, Taker(member.id, member.name, member.phone), TAKEN_OVER, by)
        return after

    file = await acts.change(tx, trail, wish, decide)
    for entry in made:
        await records.keep(tx, trust, entry)
    return file


def _answerable(file: CaseFile, by: By, said: Answer) -> Offer:
    offer = asked(file, said.number)
    if offer is None:
        raise not_found("offer")
    if offer.staff_id != by.id:
        raise not_allowed()
    if said.version is not None and said.version != f'"{offer.version}"':
        raise stale({"ETag": f'"{offer.version}"'})
    if offer.status is not OfferStatus.OFFERED:
        raise Refused("offer-over", status=409, title="The offer no longer waits for an answer")
    return offer


def _on_the_team(member: StaffMember, at: datetime) -> TeamMember:
    return TeamMember(
        kind="team",
        name=member.name,
        profession=PROFESSIONS[Profession(member.profession)],
        organisation_kind=OrganisationKind.WARD if member.wards else OrganisationKind.OTHER_HEALTH,
        phone=member.phone,
        from_on=london_date(at),
    )
