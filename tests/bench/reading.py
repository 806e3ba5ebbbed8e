"""Reading one ADT, every field Homeward uses, against python-hl7: ratios of CPU time in one run.

Run as `python -m tests.bench reading`.
"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import hl7

from services.admissions.adt.admission import FIELDS, sent_in
from shared.hl7.forms import IDENTIFIERS, PRESENT
from shared.hl7.header import read_header
from shared.hl7.message import read
from tests.bench.reported import Ratio

GOAL = 100.0
_SAMPLE = (
    "MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01^ADT_A01|C0000001|P|2.4|||||GBR|UNICODE UTF-8",
    "EVN|A01|20260329003000|||U123^Clerk^Wanda^^^Mrs|20260329001500|RZZ01",
    (
        "PID|1||H1234567^^^RZZ^MR~9990000018^^^NHS^NH||Example^Doris^May^^Mrs^^L||19400214|2||A"
        "|1 High Street^Little Sample^Anytown^Exampleshire^AA1 1AA^GBR^H|"
        "|01150000001^PRN~07000000001^PRS||EN|W|C22|||||||||||||N"
    ),
    "PD1|||Anytown Surgery^^C99999|G9999999^Doctor^Ann^^^Dr^^^GMP",
    (
        "NK1|1|Example^Peter^^^Mr|SPO|1 High Street^Little Sample^Anytown^Exampleshire^AA1 1AA^GBR"
        "|01150000002^PRN||N|20200101"
    ),
    (
        "NK1|2|Example^Paula^^^Mrs|DAU|2 High Street^Other Sample^Anytown^Exampleshire^AA1 1AA^GBR"
        "|01150000003^PRN||E|20200101"
    ),
    (
        "PV1|1|I|B47^Bay 2^07^RZZ01^^BED^East Block^4|21|||C1234567^Consultant^Carl^^^Mr^^^RZZ"
        "|G9999999^Doctor^Ann^^^Dr^^^GMP|C7654321^Second^Sue^^^Miss^^^RZZ|300||||19||"
        "|C1234567^Consultant^Carl^^^Mr^^^RZZ||V0001234^^^RZZ^VN|||||||||||||||||||||||||20260329001500"
    ),
    "PV2|||^Fall \\T\\ faint at home||||||20260402|4||Brought in by ambulance",
    "ZBE|M0001^PAS|20260329001500||INSERT|N||Ward B47^^^^^RZZ^WARD|^^^^^^^^^B47",
)


def sample() -> bytes:
    """An invented English admission of the shape and length the performance reference was measured with."""
    return "\r".join((*_SAMPLE, "")).encode()


def ours(raw: bytes) -> tuple[object, ...]:
    """Every field an admission is read for, by Homeward's reader: escapes decoded, identifiers with issuer and type."""
    return sent_in(read(raw))


def theirs(raw: bytes) -> tuple[object, ...]:
    """The same by python-hl7 as its documentation shows: `extract_field`, which decodes escapes."""
    message: Any = hl7.parse(raw.decode())
    at: Callable[..., str] = message.extract_field
    found: list[object] = []
    for segment, wanted in FIELDS.items():
        for field, part in wanted:
            if (field, part) == PRESENT:
                found.append(segment)
            elif part == IDENTIFIERS:
                found.append(_identifiers(message.segment(segment), field))
            else:
                found.append(_theirs(at, segment, field, part))
    return tuple(found)


def _identifiers(segment: Any, field: int) -> list[tuple[str, ...]]:  # as python-hl7 gives it
    try:
        # An empty field holds an empty text there, and no repetition.
        return [tuple(map(str, (one(1), one(4), one(5), ""))) for one in segment(field) if str(one)]
    except IndexError:  # the segment ends before it
        return []


def _theirs(at: Callable[..., str], segment: str, field: int, part: int) -> str:
    try:
        return at(segment, 1, field, 1, part)
    except IndexError:  # a component of a field that has none
        return ""


def ours_header(raw: bytes) -> tuple[object, ...]:
    """What an acknowledgement needs."""
    header = read_header(raw)
    return (header.manner.message_type, header.control_id) if header else ()


async def measure(rounds: int) -> list[Ratio]:
    """The readings: our reader, and our header alone, each in interleaved rounds with python-hl7."""
    raw = sample()
    if ours(raw) != theirs(raw):
        raise AssertionError("the two readers disagree, so their times say nothing")
    return [
        _compare(f"an ADT, the {sum(map(len, FIELDS.values()))} values it is read for", ours, raw, rounds, GOAL),
        _compare("MSH-9 and MSH-10 alone", ours_header, raw, rounds, 0.0),
    ]


def _compare(what: str, mine: Callable[[bytes], object], raw: bytes, rounds: int, goal: float) -> Ratio:
    pairs = [(_cpu(mine, raw, 4000), _cpu(theirs, raw, 40)) for _ in range(rounds + 1)][1:]
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = tuple(theirs_took / took for took, theirs_took in pairs)
    return Ratio(what, "python-hl7", f"{own:.1f} us CPU", f"{other:.0f} us CPU", ratios, goal)


def _cpu(reader: Callable[[bytes], object], raw: bytes, times: int) -> float:
    gc.collect()
    start = time.process_time_ns()
    for _ in range(times):
        reader(raw)
    return (time.process_time_ns() - start) / times / 1000
