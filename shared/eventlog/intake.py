"""The intake topic, where what is published is no event of ours yet: raw records in batches."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.eventlog.events import Fetched, Task
from shared.eventlog.kafka import Group, Record, following


@dataclass(frozen=True, slots=True)
class IntakeRecord:
    """A raw record of the intake topic. `at` is the broker's or sender's time; `headers` and `key` are as sent."""

    topic: str
    partition: int
    offset: int
    at: datetime
    key: bytes | None
    content_type: str | None
    headers: Mapping[str, bytes]
    value: bytes = field(repr=False)


def intake(
    bootstrap: str,
    topic: str,
    group: str,
    handle: Callable[[Sequence[IntakeRecord]], Awaitable[None]],
    *,
    instance: str | None = None,
    most: int = 200,
    fetched: Fetched | None = None,
) -> Task:
    """The task that gives `handle` the raw records of `topic` in batches, and commits each batch once it returned.

    `fetched` is told what is still ahead. If `handle` raises DatabaseUnavailable the batch comes again; anything else
    ends the task. Raises ReaderStuck.
    """

    async def apply(records: Sequence[Record]) -> None:
        await handle([_raw(record) for record in records])

    return following(Group(group, topic, bootstrap, instance, most, fetched or Fetched()), apply)


def _raw(record: Record) -> IntakeRecord:
    found = {str(name): bytes(value) for name, value in record.headers}
    kind = found.get("content-type")
    return IntakeRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=datetime.fromtimestamp(max(0, record.timestamp) / 1000, UTC),
        key=record.key,
        content_type=kind.decode("ascii", "replace") if kind else None,
        headers=found,
        value=record.value or b"",
    )
