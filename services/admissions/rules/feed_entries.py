"""How senders speak, written as the part `feeds` of the setup file says it; `read_feeds` reads it so."""

from collections.abc import Mapping
from typing import Final

from services.admissions.model import Feed, Sender

_PLAIN: Final = (
    "preferred_issuer", "visits_within_person", "control_ids_count_up", "moves_by_update", "class_by_update",
    "may_end_stays", "accepts_training", "charset", "zone", "times_are_local", "version", "processing_id",
)  # fmt: skip
_LISTS: Final = ("empty_erases", "peers", "certificates")


def feed_entries(feeds: Mapping[Sender, Feed]) -> list[dict[str, object]]:
    """The entries of the senders named, each saying only what is not the usual."""
    return [_entry(sender, feed) for sender, feed in sorted(feeds.items(), key=lambda one: one[0])]


def _entry(sender: Sender, feed: Feed) -> dict[str, object]:
    door, application, facility = sender
    usual = Feed(feed.name, feed.default_issuer)
    said: dict[str, object] = {"door": door} if door else {}
    said |= {"sending_application": application, "sending_facility": facility}
    if feed.default_issuer != facility:
        said["default_issuer"] = feed.default_issuer
    said |= {name: getattr(feed, name) for name in _PLAIN if getattr(feed, name) != getattr(usual, name)}
    if feed.null_policy is not usual.null_policy:
        said["null_policy"] = feed.null_policy.value
    said |= {name: [*getattr(feed, name)] for name in _LISTS if getattr(feed, name)}
    if feed.classes:
        said["classes"] = {code: means.value for code, means in feed.classes.items()}
    if feed.fields:
        said["fields"] = {name: f"PV1-{spot.field}.{spot.component}" for name, spot in feed.fields.items()}
    return said
