"""Named points at which a test may kill the process, to prove that nothing is lost between any two lines.

`HOMEWARD_CRASH_AT=stored` kills at the first passing of that point, `stored:3` at the third. Unset, a point costs one
comparison. The points, in the order a message passes them: received, stored, acknowledged, interpreted, announced,
relayed, handled, recorded.
"""

import os
import signal

POINTS = ("received", "stored", "acknowledged", "interpreted", "announced", "relayed", "handled", "recorded")


def _read(wanted: str) -> tuple[str, int]:
    name, _, count = wanted.partition(":")
    if name and name not in POINTS:
        raise ValueError(f"HOMEWARD_CRASH_AT names no crash point: {name!r}")
    return name, int(count or "1")


_name, _left = _read(os.environ.get("HOMEWARD_CRASH_AT", ""))
_passings = {"left": _left}


def reached(name: str) -> None:
    """Say that the process stands at the point `name`; it dies here, at once, if the environment asks for it."""
    if name == _name:
        _passings["left"] -= 1
        if _passings["left"] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
