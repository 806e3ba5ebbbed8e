"""The tasks of a case as one text in its row: always read and written together, a case's list is one value."""

from collections.abc import Sequence

import msgspec

from services.discharge.model.cases import Task

_write, _read = msgspec.json.Encoder(), msgspec.json.Decoder(tuple[Task, ...])


def written(tasks: Sequence[Task]) -> str:
    """JSON; what a task does not say is left out."""
    return _write.encode(tasks).decode()


def read(text: str) -> tuple[Task, ...]:
    """The tasks of a row, in the order of their codes."""
    return tuple(sorted(_read.decode(text), key=lambda task: task.code))
