"""Named points at which a test may kill the process, to prove that nothing is lost between any two lines.

`HOMEWARD_CRASH_AT` names a file. Once it is there, it says where to die: `stored` at the first passing of that point
from then on, `stored:3` at the third. Unset, a point costs one comparison. The points, in the order a message passes
them: received, stored, acknowledged, interpreted, announced, relayed, handled, recorded.
"""

import os
import signal
from collections import Counter
from pathlib import Path

POINTS = ("received", "stored", "acknowledged", "interpreted", "announced", "relayed", "handled", "recorded")

_asked = os.environ.get("HOMEWARD_CRASH_AT")
_file = Path(_asked) if _asked else None
_passed: Counter[str] = Counter()


def reached(name: str) -> None:
    """Say that the process stands at the point `name`; it dies here, at once, if the file asks for it."""
    if _file is not None and _file.exists():
        _die_if_asked(name, _file.read_text(encoding="ascii"))


def _die_if_asked(name: str, wanted: str) -> None:
    point, _, count = wanted.partition(":")
    if point not in POINTS:
        raise ValueError(f"HOMEWARD_CRASH_AT names no crash point: {point!r}")
    if point == name:
        _passed[name] += 1
        if _passed[name] == int(count or "1"):
            os.kill(os.getpid(), signal.SIGKILL)
