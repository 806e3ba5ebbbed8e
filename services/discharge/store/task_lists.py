"""The tasks of a case as one text in its row: always read and written together, a case's list is one value."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.discharge.model.cases import Task

_LIST = TypeAdapter(tuple[Task, ...])


def written(tasks: Sequence[Task]) -> str:
    """JSON; what a task does not say is left out."""
    return _LIST.dump_json(tuple(tasks), exclude_defaults=True).decode()


def read(text: str) -> tuple[Task, ...]:
    """The tasks of a row, in the order of their codes."""
    return tuple(sorted(_LIST.validate_json(text), key=lambda task: task.code))
