"""A message in the terms of its sender, put into the usual ones: what it means by null and by silence, and where in PV1
it writes which code; and what it is not believed in.
"""

from collections.abc import Mapping
from typing import Final

from services.admissions.adt.admission import Sent, sent_in
from services.admissions.adt.codes import read_as
from services.admissions.model import IDENTITY, Feed, NoEffect, NullPolicy, Quarantined, Trigger
from shared.hl7.forms import Said
from shared.hl7.message import NULL, Message, without_nulls

EMPTY_ERASES: Final[Mapping[str, tuple[str, ...]]] = {
    "PID": ("family", "given", "title", "born", "sex"),
    "PV1": ("admission_method", "consultant", "specialty", "discharge_method", "discharge_destination"),
    "PV2": ("expected",),
}
"""What an empty field erases in a segment that its sender always fills as a whole.

Not a death: it is a matter of `N` or null. Not the ward: nobody is left without a co-ordinator by silence.
"""
_WITHIN_THE_WARD: Final = ("bay", "bed")


_ENDS: Final = frozenset(
    {Trigger.DISCHARGE, Trigger.TO_OUTPATIENT, Trigger.CANCEL_ADMIT, Trigger.DELETE_VISIT, Trigger.DELETE_PERSON}
)
_NOT_BELIEVED: Final = NoEffect("its sender may not end stays, as the setup file says")


def heard_as(code: str, feed: Feed) -> Trigger | NoEffect | Quarantined:
    """What an event of this sender is read as, or why nothing comes of it: not all may say that a stay is over."""
    trigger = read_as(code)
    return _NOT_BELIEVED if trigger in _ENDS and not feed.may_end_stays else trigger


def in_usual_terms(message: Message, feed: Feed) -> Message:
    """The message without nulls, where its sender means nothing by them."""
    ignored = feed.null_policy is NullPolicy.IGNORED and '""' in message.text
    return without_nulls(message) if ignored else message


def sent_by(message: Message, feed: Feed) -> Sent:
    """What the first patient's segments say, each code from where this sender writes it."""
    sent = sent_in(message)
    return sent._replace(**_elsewhere(message, feed)) if feed.fields else sent


def filled(sent: Sent, message: Message, feed: Feed, trigger: Trigger) -> Sent:
    """What was sent with a null wherever an empty field says "none".

    A message that says who is who names people by their numbers; what else it leaves empty says nothing, of any sender.
    """
    if not feed.empty_erases or trigger in IDENTITY:
        return sent
    return sent._replace(**_none(message, sent, feed))


def _elsewhere(message: Message, feed: Feed) -> dict[str, Said]:
    visit = message.segment("PV1")
    told = {name: visit.component(*spot) if visit else None for name, spot in feed.fields.items()}
    return {name: "" if value is None else value for name, value in told.items()}


def _none(message: Message, sent: Sent, feed: Feed) -> dict[str, Said]:
    names: list[str] = []
    for segment in feed.empty_erases:
        if message.segment(segment) is not None:
            names += EMPTY_ERASES[segment]
            names += _WITHIN_THE_WARD if segment == "PV1" and sent.ward else ()
    return {name: NULL for name in names if not getattr(sent, name)}
