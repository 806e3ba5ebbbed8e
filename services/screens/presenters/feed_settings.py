"""How each sender is read, and on which terms it is heard: what the setup file says of it, and what was assumed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from services.screens.presenters import words
from shared.contracts.api.admissions import FeedList, FeedProfile, FeedSummary


def _empty(segments: tuple[str, ...]) -> str:
    return f"Erase in {', '.join(segments)}, say nothing elsewhere" if segments else "Say nothing"


def _address(network: str) -> str:
    """A network of one address is that address."""
    return network.removesuffix("/128" if ":" in network else "/32")


def _classes(one: FeedProfile) -> str:
    return ", ".join(f"{code} is {kind.value.replace('_', ' ')}" for code, kind in one.classes.items())


def _spots(one: FeedProfile) -> str:
    # A hyphen that does not break: a field is one word.
    return ", ".join(f"{name} {spot}".replace("_", " ").replace("-", "\u2011") for name, spot in one.fields.items())


_KEYS: Final[Mapping[str, tuple[str, Callable[[FeedProfile], str]]]] = {
    "peers": ("Heard from", lambda one: ", ".join(map(_address, one.peers)) or "Any address"),
    "certificates": ("Certificate", lambda one: ", ".join(one.certificates) or "Any, or none"),
    "processing_id": ("Processing id (MSH-11)", lambda one: one.processing_id or "The one this system takes"),
    "accepts_training": ("Training messages", lambda one: "Used" if one.accepts_training else "Not used"),
    "version": ("Version (MSH-12)", lambda one: one.version or "Any"),
    "charset": ("Characters, if not said", lambda one: one.charset or "UTF-8, else windows-1252"),
    "zone": (
        "Times without an offset",
        lambda one: f"{one.zone}, unless MSH-7 has another offset" if "zone" in one.assumed else one.zone,
    ),
    "times_are_local": ("Offsets in times", lambda one: "Wrong, not used" if one.times_are_local else "Used"),
    "null_policy": ('Null ("")', lambda one: "Ignored" if one.null_policy == "ignored" else "Erases what is known"),
    "empty_erases": ("Empty fields", lambda one: _empty(one.empty_erases)),
    "default_issuer": ("Numbers without issuer", lambda one: f"Of {one.default_issuer}"),
    "preferred_issuer": ("Of several hospital numbers", lambda one: one.preferred_issuer or one.default_issuer),
    "visits_within_person": (
        "Visit numbers", lambda one: "Unique within one person" if one.visits_within_person else "Unique in the trust"
    ),
    "control_ids_count_up": ("Control ids", lambda one: "Count up" if one.control_ids_count_up else "In no order"),
    "moves_by_update": (
        "A08 with another ward", lambda one: "Moves the person" if one.moves_by_update else "Corrects where they were"
    ),
    "class_by_update": (
        "Another class in A03, A08, A13", lambda one: "Changes the class" if one.class_by_update else "Is flagged"
    ),
    "may_end_stays": ("Ends of stays", lambda one: "Believed" if one.may_end_stays else "Not believed"),
    "classes": ("Own patient classes", lambda one: _classes(one) or "None"),
    "fields": ("Codes read from", _spots),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: what it is about, what holds, and whether the setup file says so or it is assumed."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """How one sender is read. `answer` says what is known of it before it is opened."""

    title: str
    answer: str
    lines: tuple[SettingLine, ...]


def settings(feeds: FeedList | None) -> tuple[SenderSettings, ...]:
    """How each sender is read of which that is told: what the setup file says first."""
    if feeds is None:
        return ()
    return tuple(_sender(feed, feed.profile, feeds.processing_id) for feed in feeds.items if feed.profile)


def _sender(feed: FeedSummary, profile: FeedProfile, taken: str | None) -> SenderSettings:
    assumed = frozenset(profile.assumed) & _KEYS.keys()
    told = [key for key in _KEYS if key not in assumed]
    sender = " at ".join(part for part in (feed.sending_application, feed.sending_facility) if part)
    sender = sender or "Sender not known"
    if not feed.named:
        answer = "not in the setup file, so everything is assumed"
    else:
        said = f"{words.count(len(told), 'setting')} from the setup file" if told else "in the setup file"
        answer = f"{said}, {len(assumed)} assumed" if told else f"{said}, everything as assumed of any sender"
    keys = [(key, "Setup file") for key in told] + [(key, "Assumed") for key in _KEYS if key in assumed]
    lines = [SettingLine(_KEYS[key][0], _value(key, profile, taken), source) for key, source in keys]
    return SenderSettings(f"{sender} ({feed.feed or 'any door'})", answer, tuple(lines))


def _value(key: str, profile: FeedProfile, taken: str | None) -> str:
    """What a setting says; and where this system takes no message by it, for its doors take `taken` alone (MSH-11)."""
    value = _KEYS[key][1](profile)
    if key == "processing_id" and profile.processing_id and taken and profile.processing_id != taken:
        return f"{value}: nothing of it is taken, for this system takes {taken} alone"
    if key == "accepts_training" and profile.accepts_training and taken == "P":
        return f"{value}, but this system takes none"
    return value
