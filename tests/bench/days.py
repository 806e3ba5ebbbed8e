"""Days of a hospital as messages: many people at once, each admitted, moved, updated, discharged; 48 in 100 are A08."""

from datetime import UTC, datetime, timedelta
from functools import cache

from tests.bench.messages import control_id
from tests.bench.reading import sample
from tests.processes.adt import nhs_number

AT_ONCE = 480
"""So many times three people are told of in turn, before the next come."""
_STAYS = (
    ("A01 WIL", "A08 WIL", "A02 OAK", "A08 OAK", "A08 OAK", "A02 ASH", "A08 ASH", "A03 ASH"),
    ("A01 OAK", "A08 OAK", "A08 OAK", "A02 WIL", "A08 WIL", "A02 ELM", "A08 ELM", "A03 ELM"),
    ("A01 ASH", "A08 ASH", "A02 BEE", "A12 ASH", "A08 ASH", "A02 HAW", "A08 HAW", "A08 HAW", "A03 HAW"),
)
PEOPLE, STEPS = len(_STAYS), sum(map(len, _STAYS))
_NUMBERS = 499_979
"""NHS numbers of the range for tests whose check digit is used here: each patient of a run has one of their own."""
_BEGAN = datetime.now(UTC) - timedelta(days=5)
_BETWEEN = timedelta(minutes=97)
_SEGMENTS = sample().split(b"\rZBE|")[0] + b"\r"


@cache
def _steps() -> tuple[tuple[int, int, str], ...]:
    """The messages of three people in the order they are told: whose, the how manieth, and what."""
    longest = max(map(len, _STAYS))
    return tuple((who, at, stay[at]) for at in range(longest) for who, stay in enumerate(_STAYS) if at < len(stay))


@cache
def _made(who: int, at: int, told: str) -> bytes:
    """The message without what is its patient's own."""
    trigger, ward = told.encode().split()
    admitted, now = (
        (_BEGAN + _BETWEEN * place + timedelta(minutes=who)).strftime("%Y%m%d%H%M%S+0000").encode() for place in (0, at)
    )
    raw = (
        _SEGMENTS.replace(b"ADT^A01^ADT_A01", b"ADT^" + trigger)
        .replace(b"EVN|A01|", b"EVN|" + trigger + b"|")
        .replace(b"B47^Bay 2^07^", ward + b"^A^01^")
        .replace(b"20260329003000", now)
        .replace(b"|U123^Clerk^Wanda^^^Mrs|20260329001500|", b"|U123^Clerk^Wanda^^^Mrs|" + now + b"|")
        .replace(b"20260329001500", admitted)
    )
    if trigger == b"A12":  # the time of the move it cancels is not told again
        return raw.replace(b"Wanda^^^Mrs|" + now + b"|", b"Wanda^^^Mrs||")
    return raw.replace(admitted + b"\r", admitted + b"|" + now + b"\r") if trigger == b"A03" else raw


def people(messages: int) -> int:
    """How many people the first `messages` tell of whole: of every one of them each message is there."""
    return messages // (STEPS * AT_ONCE) * AT_ONCE * PEOPLE


def told(place: int) -> bytes:
    """The message at a place of the days, from 0: always the same in one process."""
    block, rest = divmod(place, STEPS * AT_ONCE)
    step, line = divmod(rest, AT_ONCE)
    who, at, words = _steps()[step]
    return _of(_made(who, at, words), (block * AT_ONCE + line) * PEOPLE + who, control_id(place))


def of_one_stay(number: int, at: int) -> bytes:
    """The message at a place of a stay that has no end: admitted, then updated, and every third time moved."""
    trigger = "A01" if at == 0 else "A08" if at % 3 else "A02"
    return _of(_made(0, at, f"{trigger} {('WIL', 'OAK')[at // 3 % 2]}"), number, b"S%09d-%d" % (number, at))


def _of(raw: bytes, number: int, own_id: bytes) -> bytes:
    own = b"%09d" % number
    return (
        raw.replace(b"C0000001", own_id, 1)
        .replace(b"H1234567", b"H" + own, 1)
        .replace(b"9990000018", nhs_number(number % _NUMBERS).encode(), 1)
        .replace(b"||Example^Doris", b"||Example" + own + b"^Doris", 1)
        .replace(b"V0001234", b"V" + own, 1)
    )
