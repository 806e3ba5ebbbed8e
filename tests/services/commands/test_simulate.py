"""`homeward simulate`: what is seen while the past is played."""

from io import StringIO

from rich.console import Console

from services.commands.simulate import PastBar


def shown(*, terminal: bool, until: int) -> str:
    out = StringIO()
    bar = PastBar(Console(file=out, force_terminal=terminal, width=100))
    for done in range(1, until + 1):
        bar.show(done, 40)
    bar.stop()
    return out.getvalue()


def test_a_terminal_shows_how_much_of_the_past_is_played() -> None:
    assert " 25%" in shown(terminal=True, until=10)
    assert "100%" in shown(terminal=True, until=40)


def test_elsewhere_there_is_no_bar() -> None:
    assert shown(terminal=False, until=40).strip() == ""
