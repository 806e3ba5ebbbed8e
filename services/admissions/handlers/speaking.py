"""How a sender is read, as the published shapes show it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from services.admissions.model import CODE_SETS, HOME_ZONE, Feed, Sender, Spot
from services.admissions.store import feeds as store
from shared.contracts.api.admissions import FeedProfile, FeedSummary

_KEYS: Final = tuple(one.name for one in fields(Feed) if one.name != "name")


def with_profile(
    summary: FeedSummary, sender: Sender, known: Mapping[Sender, Feed], trust: str, *, shown: bool
) -> FeedSummary:
    """The summary with whether set-up names its sender and, where it is to be `shown`, how it is read.

    What names no sender is a sender like any other, of whom everything is assumed; but where none of it was taken, it
    is unreadable, and read in no way.
    """
    named, assumed = store.named_as(known, sender), store.assumed_of(sender, trust)
    is_read = sender[1:] != ("", "") or named is not None or summary.last_heard_at is not None
    profile = _profile(named or assumed, assumed) if shown and is_read else None
    return summary.model_copy(update={"named": named is not None, "profile": profile})


def _profile(feed: Feed, assumed: Feed) -> FeedProfile:
    return FeedProfile(
        default_issuer=feed.default_issuer,
        preferred_issuer=feed.preferred_issuer,
        visits_within_person=feed.visits_within_person,
        control_ids_count_up=feed.control_ids_count_up,
        moves_by_update=feed.moves_by_update,
        class_by_update=feed.class_by_update,
        may_end_stays=feed.may_end_stays,
        accepts_training=feed.accepts_training,
        charset=feed.charset or None,
        zone=feed.zone or HOME_ZONE,
        times_are_local=feed.times_are_local,
        null_policy=feed.null_policy.value,
        empty_erases=feed.empty_erases,
        classes=dict(feed.classes),
        fields={name: _written(spot) for name, spot in {**CODE_SETS, **feed.fields}.items()},
        version=feed.version or None,
        processing_id=feed.processing_id or None,
        peers=feed.peers,
        certificates=feed.certificates,
        assumed=tuple(key for key in _KEYS if getattr(feed, key) == getattr(assumed, key)),
    )


def _written(spot: Spot) -> str:
    return f"PV1-{spot.field}" + (f".{spot.component}" if spot.component > 1 else "")
