"""Acknowledgements: the bytes a sender is answered with (HL7 v2, chapter 2).

Original mode if MSH-15 and MSH-16 are both empty (AA, AE, AR), enhanced if either has a value (CA, CE, CR). What a
sender put in its header is echoed as it came, yet can neither begin a segment or field nor end an MLLP block.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

from shared.hl7.escapes import escape, separators
from shared.hl7.header import Header
from shared.hl7.instants import write_local

_MOST: Final = 199
"""Characters of MSH-10 that are echoed; MSA-2 is no longer than this in any version."""
_CONTROLS: Final = bytes(range(0x20)) + b"\x7f"
_OURSELVES: Final = b"HOMEWARD"
_ENHANCED_PREFIX: Final = "C"


class Outcome(Enum):
    """What became of a message, as its sender needs to know it."""

    ACCEPTED = "A"
    ERROR = "E"
    REJECTED = "R"


class Condition(StrEnum):
    """HL7 table 0357, the conditions Homeward reports."""

    SEQUENCE_ERROR = "100"
    FIELD_MISSING = "101"
    DATA_TYPE_ERROR = "102"
    UNSUPPORTED_TYPE = "200"
    UNSUPPORTED_EVENT = "201"
    UNSUPPORTED_PROCESSING_ID = "202"
    UNSUPPORTED_VERSION = "203"
    INTERNAL_ERROR = "207"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message was not accepted. `words` must hold nothing about a patient.

    `segment`, `field` and `component` say where, if anywhere; numbers count from 1, 0 is not said.
    """

    condition: Condition
    words: str
    segment: str = ""
    field: int = 0
    component: int = 0


def is_acknowledgement(header: Header) -> bool:
    """Whether the message is itself an answer, which must never be answered with an acceptance (a loop of ACKs)."""
    return header.message_type in (b"ACK", b"MCF") or header.message_type.startswith(b"RSP")


def code(header: Header | None, outcome: Outcome) -> str:
    """The MSA-1 to answer with; "" if by MSH-15 and MSH-16 the sender wants no answer of this kind.

    Where an accept acknowledgement is not wanted and an application one is, the latter is given.
    """
    if header is None:
        return f"A{outcome.value}"
    accept, application = header.accept_wanted.strip(), header.application_wanted.strip()
    if not accept and not application:
        return f"A{outcome.value}"
    if _wanted(accept, outcome):
        return f"{_ENHANCED_PREFIX}{outcome.value}"
    return f"A{outcome.value}" if _wanted(application, outcome) else ""


def _wanted(condition: bytes, outcome: Outcome) -> bool:
    match condition:
        case b"" | b"NE":
            return False
        case b"ER":
            return outcome is not Outcome.ACCEPTED
        case b"SU":
            return outcome is Outcome.ACCEPTED
        case _:
            return True


def acknowledge(
    header: Header | None, outcome: Outcome, *, at: datetime, control_id: str, problem: Problem | None = None
) -> bytes:
    """The acknowledgement of the message with that header (None: it had none), without MLLP framing.

    `at` is aware; `control_id` becomes our own MSH-10. Empty bytes if the sender wants no answer of this kind.
    """
    answer = code(header, outcome)
    if not answer:
        return b""
    if header is None:
        header = Header(b"|", [b"MSH", b"^~\\&"])
    bar, encoding = _marks(header)
    version = _safe(header.field(12), bar) or b"2.4"
    msh = (
        b"MSH",
        encoding,
        _safe(header.field(5), bar) or _OURSELVES,
        _safe(header.field(6), bar),
        _safe(header.field(3), bar),
        _safe(header.field(4), bar),
        write_local(at).encode(),
        b"",
        _message_type(header, bar, encoding),
        control_id.encode("ascii", "replace"),
        _safe(header.field(11), bar) or b"P",
        version,
    )
    msa = [b"MSA", answer.encode(), _cut(_safe(header.control_id, bar))]
    segments = [bar.join(msh)]
    if problem is None:
        segments.append(bar.join(msa))
    else:
        segments += _with_problem(msa, problem, header, bar, encoding)
    return b"\r".join(segments) + b"\r"


def _marks(header: Header) -> tuple[bytes, bytes]:
    """The sender's own separators, so that what is echoed means to it what it meant; ours, if its own are unusable."""
    marks = header.encoding
    used = marks[:4] + header.separator
    good = 1 <= len(marks) <= 5 and len(set(used)) == len(used) and used.isascii() and min(used) > 0x20
    return (header.separator, marks) if good and not any(chr(mark).isalnum() for mark in used) else (b"|", b"^~\\&")


def _safe(sent: bytes, bar: bytes) -> bytes:
    """Controls are dropped: CR would begin a segment, FS would end the block."""
    return sent if sent.isalnum() else sent.translate(None, _CONTROLS + bar)


def _cut(sent: bytes) -> bytes:
    if len(sent) <= _MOST:
        return sent
    try:
        return sent.decode()[:_MOST].encode()
    except UnicodeDecodeError:
        return sent[:_MOST]


def _message_type(header: Header, bar: bytes, encoding: bytes) -> bytes:
    """`ACK^A01^ACK`; plain `ACK` before v2.3.1 or where no trigger was sent."""
    trigger = _safe(header.trigger, bar)[:20]
    if not trigger or header.version.strip() in (b"2.1", b"2.2", b"2.3"):
        return b"ACK"
    return encoding[:1].join((b"ACK", trigger, b"ACK"))


def _with_problem(msa: list[bytes], problem: Problem, header: Header, bar: bytes, encoding: bytes) -> list[bytes]:
    """MSA-6 and ERR-1 to v2.4, ERR-2 to ERR-4 from v2.5."""
    marks = separators(bar.decode(), encoding.decode(), "utf-8")
    words = (escape(problem.words, marks) if len(encoding) >= 3 else problem.words).encode()
    words = _safe(words, bar)
    component = encoding[:1]
    coded = (problem.condition.encode(), words, b"HL70357")
    numbers = [str(number).encode() for number in (problem.field, problem.component) if number]
    place = [problem.segment.encode(), b"1", *numbers] if problem.segment else []
    if _from_2_5(header.version):
        err = (b"ERR", b"", component.join(place), component.join(coded), b"E")
        return [bar.join(msa), bar.join(err)]
    msa += [words, b"", b"", component.join(coded)]
    spot = [*place, *[b""] * (3 - len(place))][:3]
    err = (b"ERR", component.join((*spot, (encoding[3:4] or b"&").join(coded))))
    return [bar.join(msa), bar.join(err)]


def _from_2_5(version: bytes) -> bool:
    """Whether ERR has its later shape; an unknown or blank version counts as 2.4, as English feeds do."""
    return version.strip()[:3] in (b"2.5", b"2.6", b"2.7", b"2.8", b"2.9")
