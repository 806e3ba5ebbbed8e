"""Kept bytes to facts, whichever form they came in. Pure and total."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.messages import Kept
from services.admissions.arrivals import JSON
from services.admissions.model import Fact, Feed, NoEffect, PersonKey, Quarantined, StayKey
from services.admissions.model.messages import KeptMessage
from shared import strict_json
from shared.contracts.api.admissions import AdtEvent
from shared.hl7.message import Unreadable, read
from shared.hl7.wrapping import Reason
from shared.refusals import Refused, wrong_field

LONGEST_KEY = 200
NO_CONTROL_ID = "control-id-missing"
"""MSH-10 is empty: the acknowledgement names no message, and repeats are known by their bytes alone."""
VERSION_DIFFERS = "version-differs"
"""MSH-12 is not the version its sender is set up for."""
NUMBER_IN_PID_2 = "number-in-pid-2"
"""PID-3 is empty, and PID-2 names the person, as before HL7 v2.3."""
PROCESSING_MODE = "processing-mode"
"""MSH-11.2 says that the message is of an archive, a restore or an initial load; it is read like any other."""
_CURRENT_MODES = ("", "T")
WRONG_NAMED = 3
"""How many of the wrong places in a JSON event its reason names."""
MOST_WRONG = 1_000
"""More wrong places than these are only counted: to name them would take memory that nobody set a limit to."""
_UNREADABLE = {
    Reason.EMPTY: "there is nothing in the message",
    Reason.NO_HEADER: "the message does not begin with MSH, so it is not readable as HL7 v2",
    Reason.BATCH: "it is several messages in one: send each by itself",
    Reason.BAD_SEPARATORS: "MSH-1 and MSH-2 do not name separators that HL7 v2 can be read with",
    Reason.UTF_16_UNDECLARED: "the message is in UTF-16, which MSH-18 must say",
}
Read = tuple[Fact, ...] | NoEffect | Quarantined


@dataclass(frozen=True, slots=True)
class Told:
    """What a kept message says, and what had to be assumed or mended to read it, in closed words."""

    read: Read
    remarks: tuple[str, ...] = ()


def read_kept(message: KeptMessage, feed: Feed) -> Told:
    """What a kept message says. Never raises: what cannot be read is quarantined."""
    kept = Kept(message.id, message.sha256, message.received_at)
    try:
        told = _read_json(message, feed, kept) if message.content_type == JSON else _read_er7(message, feed, kept)
    except Exception as fault:  # noqa: BLE001  # one message nobody foresaw must not stop a feed; people see it in quarantine
        return Told(Quarantined("reading-failed", f"the message could not be read ({type(fault).__name__})"))
    return Told(_checked(told.read), told.remarks)


def _read_er7(message: KeptMessage, feed: Feed, kept: Kept) -> Told:
    try:
        text = read(message.raw, feed.charset)
    except Unreadable as unreadable:
        return Told(Quarantined(unreadable.reason.value, _UNREADABLE[unreadable.reason]))
    remarks = {remark.value for remark in text.remarks}
    if not message.control_id:
        remarks.add(NO_CONTROL_ID)
    if feed.version and text.header.text(12).strip() not in ("", feed.version):
        remarks.add(VERSION_DIFFERS)
    if text.header.component_text(11, 2).strip().upper() not in _CURRENT_MODES:
        remarks.add(PROCESSING_MODE)
    person = text.segment("PID")
    if person is not None and person.raw_field(2) and not person.raw_field(3):
        remarks.add(NUMBER_IN_PID_2)
    return Told(read_facts(text, feed, kept), tuple(sorted(remarks)))


def _read_json(message: KeptMessage, feed: Feed, kept: Kept) -> Told:
    try:
        event = AdtEvent.model_validate(strict_json.read(message.raw))
    except Refused as refused:
        return Told(_not_an_event(refused.detail or refused.title))
    except ValidationError as wrong:
        return Told(_not_an_event(_wrong_places(wrong)))
    told = fact_from_event(event, feed, kept)
    return Told((told,) if isinstance(told, Fact) else told)


def _not_an_event(why: str) -> Quarantined:
    return Quarantined("event-not-valid", f"the JSON is not an ADT event: {why}")


def _wrong_places(wrong: ValidationError) -> str:
    """The first places that are wrong and what is wrong there, never what stands there; and how many there are."""
    number = wrong.error_count()
    if number > MOST_WRONG:
        return f"{number} places in it are wrong."
    errors = wrong.errors(include_url=False, include_input=False)
    told = [_wrong_place(one | {"loc": ("body", *one["loc"])}) for one in errors[:WRONG_NAMED]]
    return " ".join([*told, *([f"{number - len(told)} more are wrong."] if number > len(told) else [])])


def _wrong_place(error: Mapping[str, object]) -> str:
    found = wrong_field(error)
    return f"{found.where}: {found.detail.rstrip('.')}."


def _checked(told: Read) -> Read:
    """An identifier too long to be one cannot be looked up by."""
    if isinstance(told, tuple):
        for fact in told:
            for key in _keys(fact):
                if key is not None and (len(key.value) > LONGEST_KEY or len(key.issuer) > LONGEST_KEY):
                    return Quarantined("identifier-too-long", "an identifier is too long to be one")
    return told


def _keys(fact: Fact) -> tuple[PersonKey | StayKey | None, ...]:
    prior = (fact.prior_visit, fact.prior_account)
    return (fact.patient, fact.visit, fact.account, fact.preadmit, *prior, *fact.retired, *fact.linked)
