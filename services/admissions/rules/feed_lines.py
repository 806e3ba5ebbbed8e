"""How each sender speaks, as the part `feeds` of the setup file says, line by line."""

import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Network, ip_network
from typing import Final
from zoneinfo import available_timezones

from services.admissions.adt.dialect import EMPTY_ERASES
from services.admissions.model import CODE_SETS, Feed, NullPolicy, Sender, Spot, known_as
from shared.contracts.encounters import PatientClass
from shared.yaml_parts import Part, Wrong, document

_KEYS: Final = (
    "door", "sending_application", "sending_facility", "default_issuer", "preferred_issuer", "visits_within_person",
    "control_ids_count_up", "moves_by_update", "class_by_update", "may_end_stays", "accepts_training", "charset",
    "zone", "times_are_local", "null_policy", "empty_erases", "classes", "fields", "version", "processing_id", "peers",
    "certificates",
)  # fmt: skip
_MAPPED: Final = 96
"""Bits of ::ffff:0:0/96, under which IPv6 has the addresses of IPv4."""
_SPOT: Final = re.compile(r"PV1-([1-9]|[1-4]\d|5[0-2])(?:\.([1-9]|1\d))?", re.ASCII)
_VERSION: Final = re.compile(r"2\.\d(\.\d)?", re.ASCII)


class DoorName(StrEnum):
    """Where messages come in."""

    MLLP = "mllp"
    HTTP = "http"
    KAFKA = "kafka"
    ANY = "any"


class Charset(StrEnum):
    """What a sender may write without saying so (MSH-18): the codecs by their names."""

    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"
    LATIN_1 = "iso8859-1"
    LATIN_9 = "iso8859-15"


class ProcessingId(StrEnum):
    """What MSH-11 may say."""

    PRODUCTION = "P"
    TRAINING = "T"
    DEBUGGING = "D"


def read_feeds(text: str) -> dict[Sender, Feed] | list[Wrong]:
    """The senders that `text` (YAML, a whole setup file) names, or everything wrong with that part of it, by line."""
    file = document(text, ())
    if isinstance(file, Wrong):
        return [file]
    named: dict[Sender, Feed] = {}
    lines: dict[Sender, int] = {}
    for part in file.parts("feeds", _KEYS):
        sender, feed = _feed(part)
        if sender in lines:
            part.notes.add(part.line, sender[1] or "sending_application", f"is named already, on line {lines[sender]}")
        lines.setdefault(sender, part.line)
        named[sender] = feed
    return file.notes.in_order() or named


def taken_by_others(text: str, others: Mapping[Sender, str]) -> list[Wrong]:
    """Which senders of `text`, that `read_feeds` reads, another trust has named: `others` are those, by sender.

    A sender of any door is one of each.
    """
    file = document(text, ())
    if isinstance(file, Wrong):
        return [file]
    for part in file.parts("feeds", _KEYS):
        sender, _ = _feed(part)
        for other, trust in others.items():
            if sender[1:] == other[1:] and (sender[0] == other[0] or not (sender[0] and other[0])):
                wrong = (
                    f"{_words(sender)} is a sender of the trust {trust} already: its setup file names {_words(other)}"
                )
                part.notes.add(part.line, sender[1] or "sending_application", wrong)
    return file.notes.in_order()


def _feed(part: Part) -> tuple[Sender, Feed]:
    door = part.choice("door", DoorName, DoorName.ANY) if "door" in part.keys else DoorName.ANY
    at = "" if door is DoorName.ANY else door.value
    sender = known_as((at, part.said("sending_application"), part.said("sending_facility")))
    if not sender[2] and not part.optional("default_issuer") and "sending_facility" in part.keys:
        part.notes.add(part.line, "default_issuer", "must be said where sending_facility is empty")
    classes = part.part("classes", ())
    fields = part.part("fields", tuple(CODE_SETS))
    _only_over_mllp(part, door)
    return sender, Feed(
        name=door.value if door is not DoorName.ANY else sender[1] or sender[2],
        default_issuer=part.optional("default_issuer") or sender[2],
        preferred_issuer=part.optional("preferred_issuer"),
        visits_within_person=part.yes("visits_within_person", default=False),
        control_ids_count_up=part.yes("control_ids_count_up", default=False),
        moves_by_update=part.yes("moves_by_update", default=False),
        class_by_update=part.yes("class_by_update", default=False),
        may_end_stays=part.yes("may_end_stays", default=True),
        accepts_training=part.yes("accepts_training", default=False),
        charset=part.choice("charset", Charset, Charset.UTF_8).value if "charset" in part.keys else "",
        times_are_local=part.yes("times_are_local", default=False),
        classes={code: classes.choice(code, PatientClass, PatientClass.UNKNOWN) for code in classes.keys},
        zone=part.read("zone", _zone, ""),
        null_policy=part.choice("null_policy", NullPolicy, NullPolicy.ERASES)
        if "null_policy" in part.keys
        else NullPolicy.ERASES,
        empty_erases=part.each("empty_erases", _segment),
        fields={name: fields.read(name, _spot, CODE_SETS[name]) for name in fields.keys},
        version=part.read("version", _version, ""),
        processing_id=part.choice("processing_id", ProcessingId, ProcessingId.PRODUCTION).value
        if "processing_id" in part.keys
        else "",
        peers=part.each("peers", _network),
        certificates=part.each("certificates", str),
    )


def _only_over_mllp(part: Part, door: DoorName) -> None:
    """Senders of HTTP have a token, those of Kafka a password: what is asked of a link would never be looked at."""
    for key in ("peers", "certificates"):
        if key in part.keys and door in (DoorName.HTTP, DoorName.KAFKA):
            part.notes.add(part.keys[key], key, f"is asked of senders by MLLP alone, and this one comes by {door}")


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("is not the name of a time zone such as Europe/London")
    return text


def _segment(text: str) -> str:
    if text not in EMPTY_ERASES:
        raise ValueError(f"must be one of {', '.join(EMPTY_ERASES)}")
    return text


def _spot(text: str) -> Spot:
    found = _SPOT.fullmatch(text)
    if found is None:
        raise ValueError("must be a field of PV1, or a component of one, such as PV1-18 or PV1-37.2")
    return Spot(int(found[1]), int(found[2] or 1))


def _version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise ValueError("must be a version of HL7 such as 2.4")
    return text


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError("must be an address or a network such as 192.0.2.7 or 192.0.2.0/24") from None
    inner = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    # A peer is compared as the address of version 4 that it is: so must be what stands here.
    mapped = inner is not None and network.prefixlen >= _MAPPED
    return f"{inner}/{network.prefixlen - _MAPPED}" if mapped else str(network)


def feed_changes(held: Mapping[Sender, Feed], wanted: Mapping[Sender, Feed]) -> tuple[str, ...]:
    """Every difference between the senders named and those to be named, in words an administrator can check."""
    told = [
        f"feed {_words(sender)} " + ("is named" if sender not in held else "speaks in another way")
        for sender, feed in wanted.items()
        if held.get(sender) != feed
    ]
    told += [f"feed {_words(sender)} is no longer named" for sender in held if sender not in wanted]
    if told and held:
        told.append("`homeward replay` reads the messages already kept in the new way")
    return tuple(told)


def _words(sender: Sender) -> str:
    door, application, facility = sender
    where = f"{application or '(no MSH-3)'} at {facility or '(no MSH-4)'}"
    return where + (f" by {door}" if door else "")
