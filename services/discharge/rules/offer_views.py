"""Declines and offers as they are shown."""

from collections.abc import Sequence

from services.discharge.model.offers import Decline, Offer
from shared.contracts.api.discharge.offers import DeclineView, OfferView
from shared.contracts.cases import CaseState


def decline_views(declines: Sequence[Decline], case: CaseState, person_id: str) -> tuple[DeclineView, ...]:
    """The declines about this person, as they happened."""
    return tuple(
        DeclineView(
            at=one.at,
            by_id=one.staff_id,
            by=one.staff_name,
            reason=one.reason,
            undecided=one.at == case.declined_since,
        )
        for one in declines
        if one.person_id == person_id
    )


def offer_views(offers: Sequence[Offer], person_id: str) -> tuple[OfferView, ...]:
    """The offers about this person, as they happened."""
    return tuple(offer_view(one) for one in offers if one.person_id == person_id)


def offer_view(offer: Offer) -> OfferView:
    """An offer as it is shown."""
    return OfferView(
        number=offer.number,
        version=offer.version,
        status=offer.status,
        profession=offer.profession,
        needs=offer.needs,
        staff_id=offer.staff_id,
        staff_name=offer.staff_name,
        staff_phone=offer.staff_phone,
        offered_at=offer.offered_at,
        answer_by=offer.answer_by,
        answered_at=offer.answered_at,
        reason=offer.reason or (offer.lapsed_because.value if offer.lapsed_because else None),
        explanation=offer.explanation,
    )
