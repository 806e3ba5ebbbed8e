"""Kept bytes to facts, whichever form they came in. Pure and total."""

from pydantic import ValidationError

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.messages import Kept
from services.admissions.arrivals import JSON
from services.admissions.model import Fact, Feed, NoEffect, Quarantined
from services.admissions.store.messages import Kept as KeptMessage
from shared.contracts.api.admissions import AdtEvent
from shared.hl7.message import Unreadable, read
from shared.refusals import Refused
from shared.web import strict_json

LONGEST_KEY = 200
Read = tuple[Fact, ...] | NoEffect | Quarantined


def read_kept(message: KeptMessage, feed: Feed) -> Read:
    """What a kept message says. Never raises: what cannot be read is quarantined."""
    kept = Kept(message.id, message.sha256, message.received_at)
    try:
        told = _read_json(message, feed, kept) if message.content_type == JSON else _read_er7(message, feed, kept)
    except Exception as fault:  # noqa: BLE001  # one message nobody foresaw must not stop a feed; people see it in quarantine
        return Quarantined("reading-failed", f"the message could not be read ({type(fault).__name__})")
    return _checked(told)


def _read_er7(message: KeptMessage, feed: Feed, kept: Kept) -> Read:
    try:
        return read_facts(read(message.raw), feed, kept)
    except Unreadable as unreadable:
        return Quarantined(unreadable.reason.value, "the message is not readable as HL7 v2")


def _read_json(message: KeptMessage, feed: Feed, kept: Kept) -> Read:
    try:
        event = AdtEvent.model_validate(strict_json.read(message.raw))
    except (Refused, ValidationError):
        return Quarantined("event-not-valid", "the JSON is not an ADT event")
    told = fact_from_event(event, feed, kept)
    return (told,) if isinstance(told, Fact) else told


def _checked(told: Read) -> Read:
    """An identifier too long to be one cannot be looked up by."""
    if isinstance(told, tuple):
        for fact in told:
            for key in (fact.patient, fact.visit, fact.account, fact.preadmit, *fact.retired):
                if key is not None and (len(key.value) > LONGEST_KEY or len(key.issuer) > LONGEST_KEY):
                    return Quarantined("identifier-too-long", "an identifier is too long to be one")
    return told
