"""An event as a Kafka record: CloudEvents 1.0 in binary mode, one `ce_` header an attribute.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.eventlog.events import Delivered, Event

Headers = Sequence[tuple[str, bytes]]


class NotCloudEvent(ValueError):
    """These headers make no event of ours."""


def write(delivered: Delivered, owner: str) -> list[tuple[str, bytes]]:
    """The headers of a record announcing `delivered`, made by `owner`. The key is the subject, the value the data."""
    event = delivered.event
    attributes = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": f"urn:homeward:{owner}",
        "ce_type": event.type,
        "ce_subject": event.subject,
        "ce_time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_trust": event.trust,
        "ce_version": str(event.version),
        "ce_epoch": str(delivered.epoch),
        "ce_no": str(delivered.no),
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def read(headers: Headers, value: bytes | None) -> Delivered:
    """The event of a record. Raises NotCloudEvent, naming the attribute that is missing or wrong."""
    found = dict(headers)
    if value is None or _text(found, "ce_specversion") != "1.0":
        raise NotCloudEvent("ce_specversion")
    event = Event(
        id=_text(found, "ce_id"),
        type=_text(found, "ce_type"),
        subject=_text(found, "ce_subject"),
        trust=_text(found, "ce_trust", longest=16),
        version=_number(found, "ce_version"),
        at=_time(found, "ce_time"),
        data=value,
    )
    return Delivered(event, _number(found, "ce_epoch"), _number(found, "ce_no"))


def _text(found: dict[str, bytes], name: str, longest: int = 64) -> str:
    try:
        text = found[name].decode()
    except (KeyError, UnicodeDecodeError, AttributeError):
        raise NotCloudEvent(name) from None
    if not text or len(text) > (100 if name == "ce_type" else longest) or "\0" in text:
        raise NotCloudEvent(name)
    return text


def _number(found: dict[str, bytes], name: str) -> int:
    text = _text(found, name, longest=18)
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise NotCloudEvent(name)
    return int(text)


def _time(found: dict[str, bytes], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(found, name))
    except ValueError:
        raise NotCloudEvent(name) from None
    if at.tzinfo is None:
        raise NotCloudEvent(name)
    return at.astimezone(UTC)
