"""How each sender speaks, as the part `feeds` of the setup file says, line by line."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.admissions.model import Feed, Sender
from shared.contracts.encounters import PatientClass
from shared.yaml_parts import Part, Wrong, document

_KEYS: Final = (
    "door", "sending_application", "sending_facility", "default_issuer", "preferred_issuer", "visits_within_person",
    "control_ids_count_up", "moves_by_update", "accepts_training", "charset", "times_are_local", "classes",
)  # fmt: skip


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
            part.notes.add(part.line, sender[1], f"is named already, on line {lines[sender]}")
        lines.setdefault(sender, part.line)
        named[sender] = feed
    return file.notes.in_order() or named


def _feed(part: Part) -> tuple[Sender, Feed]:
    door = part.choice("door", DoorName, DoorName.ANY) if "door" in part.keys else DoorName.ANY
    sender = "" if door is DoorName.ANY else door.value, part.text("sending_application"), part.text("sending_facility")
    classes = part.part("classes", ())
    return sender, Feed(
        name=door.value if door is not DoorName.ANY else sender[1],
        default_issuer=part.optional("default_issuer") or sender[2],
        preferred_issuer=part.optional("preferred_issuer"),
        visits_within_person=part.yes("visits_within_person", default=False),
        control_ids_count_up=part.yes("control_ids_count_up", default=False),
        moves_by_update=part.yes("moves_by_update", default=False),
        accepts_training=part.yes("accepts_training", default=False),
        charset=part.choice("charset", Charset, Charset.UTF_8).value if "charset" in part.keys else "",
        times_are_local=part.yes("times_are_local", default=False),
        classes={code: classes.choice(code, PatientClass, PatientClass.UNKNOWN) for code in classes.keys},
    )


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
    return f"{application} at {facility}" + (f" by {door}" if door else "")
