"""What a message says of a place, beside the place somebody is known to be at."""

from msgspec.structs import replace

from services.admissions.model import Location


def corrected(held: Location, told: Location) -> Location:
    """The place `held` as `told` corrects it: what is not said stays, what is erased is not known any more.

    On another ward, and in another bay, nothing stays of what lay in the one before.
    """
    ward = held.ward if told.ward is None else told.ward
    if ward != held.ward:
        return told
    bay = held.bay if told.bay is None else told.bay
    bed = held.bed if told.bed is None and bay in (held.bay, "") else told.bed
    return Location(ward, bay, bed, held.site if told.site is None else told.site)


def moved(held: Location, told: Location) -> Location:
    """The place a move from `held` leads to: on the same ward, where it names none.

    Of the place it leads to it is not known what it does not say; but one that only erases leads nowhere else.
    """
    if not told.bay and not told.bed:
        return corrected(held, told)
    return told if told.ward is not None else replace(told, ward=held.ward)


def shown(place: Location) -> Location:
    """The place with nothing of what was erased."""
    return Location(place.ward or None, place.bay or None, place.bed or None, place.site or None)


def known(place: Location) -> bool:
    """Whether anything is known of where it is."""
    return bool(place.ward or place.bay or place.bed)
