"""Reading one ADT, every field Homeward uses, against python-hl7: ratios of CPU time in one run.

Run as `python -m tests.bench.reading`.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hl7

from shared.hl7.header import read_header
from shared.hl7.message import Segment, Value, read

SAMPLE = Path(__file__).parent.parent / "rules" / "hl7" / "samples" / "a01.hl7"
GOAL = 100.0
_WARD = b"Fall at home"
_ESCAPED = b"Fall \\T\\ faint"
_MORE = (
    b"NK1|2|Example^Paula^^^Mrs|DAU|2 High Street^^Anytown^^AA1 1AA^GBR|01150000003||E|20200101\r"
    b"ZBE|M0001^PAS|20260329001500||INSERT|N||Ward B47^^^^^RZZ^WARD|^^^^^^^^^B47\r"
)


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is the median of the rounds, `low` and `high` their spread; times are microseconds of CPU a message."""

    name: str
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float
    goal: float


def sample() -> bytes:
    """The admission of the domain reference with an escape sequence, a second next of kin and a movement segment."""
    return SAMPLE.read_bytes().replace(_WARD, _ESCAPED) + _MORE


_NOBODY = Segment("", "", read(b"MSH|^~\\&|").separators)


def ours(raw: bytes) -> tuple[object, ...]:
    """Every field Homeward uses, by its own reader."""
    message = read(raw)
    msh = message.header
    evn = message.segment("EVN") or _NOBODY
    pid = message.segment("PID") or _NOBODY
    pv1 = message.segment("PV1") or _NOBODY
    pv2 = message.segment("PV2") or _NOBODY
    ids: dict[Value, Value] = {}
    for identifier in pid.repetitions(3):
        ids[identifier.component(5)] = identifier.component(1)
    component = pv1.component
    return (
        msh.field(3), msh.field(4), msh.component(9, 2), msh.field(10),
        evn.field(2), evn.field(6),
        ids.get("MR"), ids.get("NH"), pid.component(5, 1), pid.component(5, 2), pid.field(7), pid.field(8),
        pv1.field(2), component(3, 1), component(3, 2), component(3, 3), component(3, 4), pv1.field(4),
        component(6, 1), component(7, 1), pv1.field(10), component(19, 1), pv1.field(36), component(37, 1),
        pv1.field(44), pv1.field(45), pv2.component(3, 2), pv2.field(9),
    )  # fmt: skip


def _theirs_at(segment: Any, field: int, component: int = 1) -> str | None:
    """A component by python-hl7, None where it is absent; its own accessor raises there."""
    try:
        found = segment(field)
    except IndexError:
        return None
    if len(found) == 0:
        return None
    first = found(1)
    if isinstance(first, str):
        return (first or None) if component == 1 else None
    try:
        part = first(component)
    except IndexError:
        return None
    return str(part) or None


def theirs(raw: bytes) -> tuple[object, ...]:
    """The same fields by python-hl7."""
    message: Any = hl7.parse(raw.decode())
    msh, evn, pid, pv1, pv2 = (message.segment(name) for name in ("MSH", "EVN", "PID", "PV1", "PV2"))
    ids = {str(identifier(5)): str(identifier(1)) for identifier in pid(3)}
    at = _theirs_at
    return (
        at(msh, 3), at(msh, 4), at(msh, 9, 2), at(msh, 10),
        at(evn, 2), at(evn, 6),
        ids.get("MR"), ids.get("NH"), at(pid, 5, 1), at(pid, 5, 2), at(pid, 7), at(pid, 8),
        at(pv1, 2), at(pv1, 3, 1), at(pv1, 3, 2), at(pv1, 3, 3), at(pv1, 3, 4), at(pv1, 4),
        at(pv1, 6), at(pv1, 7), at(pv1, 10), at(pv1, 19), at(pv1, 36), at(pv1, 37),
        at(pv1, 44), at(pv1, 45), message.unescape(at(pv2, 3, 2) or "") or None, at(pv2, 9),
    )  # fmt: skip


def ours_header(raw: bytes) -> tuple[object, ...]:
    """What an acknowledgement needs."""
    header = read_header(raw)
    return (header.field(9), header.control_id) if header else ()


def measure(rounds: int = 9) -> list[Row]:
    """The readings: our reader, and our header alone, each in interleaved rounds with python-hl7."""
    raw = sample()
    if ours(raw) != theirs(raw):
        raise AssertionError("the two readers disagree, so their times say nothing")
    return [
        _compare("an ADT, all fields Homeward uses", ours, raw, rounds, GOAL),
        _compare("MSH-9 and MSH-10 alone", ours_header, raw, rounds, 0.0),
    ]


def _compare(name: str, mine: Callable[[bytes], object], raw: bytes, rounds: int, goal: float) -> Row:
    pairs = [(_cpu(mine, raw, 4000), _cpu(theirs, raw, 40)) for _ in range(rounds + 1)][1:]
    ratios = sorted(other / own for own, other in pairs)
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Row(name, own, other, statistics.median(ratios), ratios[0], ratios[-1], goal)


def _cpu(reader: Callable[[bytes], object], raw: bytes, times: int) -> float:
    gc.collect()
    start = time.process_time_ns()
    for _ in range(times):
        reader(raw)
    return (time.process_time_ns() - start) / times / 1000


def main() -> None:
    """Print the readings."""
    for row in measure():
        print(  # noqa: T201
            f"{row.name}: {row.ours:.1f} us against {row.theirs:.0f} us, {row.ratio:.0f} times"
            f" ({row.low:.0f} to {row.high:.0f}), goal {row.goal:.0f}"
        )


if __name__ == "__main__":
    main()
