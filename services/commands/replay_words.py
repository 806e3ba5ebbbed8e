"""What reading messages again changes, as the command line shows it."""

from rich.table import Column as Wide
from rich.table import Table as Grid

from services.commands import saying
from shared.contracts.api.replays import FieldForeseen, Replayed

_NOTHING = "-"


def show(read: Replayed) -> None:
    """Print what changes, or would: the sum of it, then each message and each stay, detail by detail."""
    if read.changed_messages:
        _print_messages(read)
    if read.stays:
        _print_stays(read)
    saying.out.print(read.in_words)


def _print_messages(read: Replayed) -> None:
    grid = Grid(Wide("message", overflow="fold", min_width=36), "event", "was", "becomes", "detail", "was", "becomes")
    for one in read.changed_messages:
        for number, field in enumerate(one.changes or (FieldForeseen(name=_NOTHING),)):
            named = (one.message_id, one.trigger or _NOTHING, one.was.value, one.would_be.value)
            grid.add_row(*(named if number == 0 else ("", "", "", "")), *_detail(field))
    saying.out.print(grid)


def _print_stays(read: Replayed) -> None:
    grid = Grid(Wide("stay", overflow="fold", min_width=36), "becomes", "detail", "was", "becomes")
    for one in read.stays:
        for number, field in enumerate(one.changes or (FieldForeseen(name=_NOTHING),)):
            named = (one.encounter_id or "new", one.becomes.value)
            grid.add_row(*(named if number == 0 else ("", "")), *_detail(field))
    saying.out.print(grid)


def _detail(field: FieldForeseen) -> tuple[str, str, str]:
    return field.name, field.was or _NOTHING, field.would_be or _NOTHING
