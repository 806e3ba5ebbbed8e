"""What a topic is to be, for whoever makes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic to be made: `settings` are Kafka's own, such as retention.ms."""

    name: str
    partitions: int
    replicas: int
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


class TopicsNotMade(Exception):
    """Kafka could not be reached, or refused; the message is the kind of refusal."""
