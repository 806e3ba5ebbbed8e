"""Acknowledgements: the bytes a sender is answered with (HL7 v2, chapter 2).

Original mode if MSH-15 and MSH-16 are both empty or `""` (AA, AE, AR), enhanced if either has a value (CA, CE, CR).
What a sender put in its header is echoed as it came, yet can neither begin a segment or field nor end an MLLP block.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final

from shared.hl7.escapes import escape, separators
from shared.hl7.header import Header, Manner, once_a_manner
from shared.hl7.instants import write_local

_MOST: Final = 199
"""Characters of MSH-10 that are echoed; MSA-2 is no longer than this in any version."""
_CONTROLS: Final = bytes(range(0x20)) + b"\x7f"
_OURSELVES: Final = b"HOMEWARD"
_ENHANCED_PREFIX: Final = "C"
_NULL: Final = b'""'
NOBODY: Final = Manner(b"|", (b"",) * 10, short=True)
"""The manner of a message without a header: answered as HL7 is usually written, in original mode."""


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
    TABLE_VALUE_NOT_FOUND = "103"
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


def is_acknowledgement(manner: Manner) -> bool:
    """Whether the message is itself an answer, which must never be answered with an acceptance (a loop of ACKs)."""
    return manner.message_type in (b"ACK", b"MCF") or manner.message_type.startswith(b"RSP")


def code(header: Header | None, outcome: Outcome) -> str:
    """The MSA-1 to answer with; "" if by MSH-15 and MSH-16 the sender wants no answer of this kind.

    Where an accept acknowledgement is not wanted and an application one is, the latter is given.
    """
    return _form(NOBODY if header is None else header.manner).code(outcome)


def _condition(sent: bytes) -> bytes:
    """Senders by the first ITK rules write the null value where they say nothing."""
    told = sent.strip()
    return b"" if told == _NULL else told


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
    manner, answered = (NOBODY, b"") if header is None else header
    form = _form(manner)
    answer = form.code(outcome)
    if not answer:
        return b""
    bar = form.bar
    sent = answered if answered.isalnum() and len(answered) <= _MOST else _cut(_safe(answered, bar))
    own = (control_id.encode("ascii", "replace"), form.after, answer.encode(), bar, sent)
    accepted = b"".join((form.before, _second(int(at.timestamp())), form.between, *own))
    if problem is None:
        return accepted + b"\r"
    return accepted + _with_problem(problem, manner.version, bar, form.encoding)


@dataclass(frozen=True, slots=True)
class _Form:
    """What the acknowledgements of one manner have in common: the codes, and the bytes around our time and ids."""

    accepted: str
    error: str
    rejected: str
    bar: bytes
    encoding: bytes
    before: bytes
    between: bytes
    after: bytes

    def code(self, outcome: Outcome) -> str:
        if outcome is Outcome.ACCEPTED:
            return self.accepted
        return self.error if outcome is Outcome.ERROR else self.rejected


@once_a_manner
def _form(manner: Manner) -> _Form:
    bar, encoding = _marks(manner)
    to = (
        _safe(manner.receiving_application, bar) or _OURSELVES,
        _safe(manner.receiving_facility, bar),
        _safe(manner.sending_application, bar),
        _safe(manner.sending_facility, bar),
    )
    as_told = (b"", _safe(manner.processing, bar) or b"P", _safe(manner.version_said, bar) or b"2.4")
    return _Form(
        accepted=_code(manner, Outcome.ACCEPTED),
        error=_code(manner, Outcome.ERROR),
        rejected=_code(manner, Outcome.REJECTED),
        bar=bar,
        encoding=encoding,
        before=bar.join((b"MSH", encoding, *to, b"")),
        between=bar.join((b"", b"", _message_type(manner, bar, encoding), b"")),
        after=bar.join(as_told) + b"\rMSA" + bar,
    )


def _code(manner: Manner, outcome: Outcome) -> str:
    accept, application = _condition(manner.accept_wanted), _condition(manner.application_wanted)
    if not accept and not application:
        return f"A{outcome.value}"
    if _wanted(accept, outcome):
        return f"{_ENHANCED_PREFIX}{outcome.value}"
    return f"A{outcome.value}" if _wanted(application, outcome) else ""


@lru_cache(8)
def _second(at: int) -> bytes:
    return write_local(datetime.fromtimestamp(at, UTC)).encode()


def _marks(manner: Manner) -> tuple[bytes, bytes]:
    """The sender's own separators, so that what is echoed means to it what it meant; ours, if its own are unusable."""
    marks = manner.encoding
    used = marks[:4] + manner.separator
    good = 1 <= len(marks) <= 5 and len(set(used)) == len(used) and used.isascii() and min(used) > 0x20
    return (manner.separator, marks) if good and not any(chr(mark).isalnum() for mark in used) else (b"|", b"^~\\&")


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


def _message_type(manner: Manner, bar: bytes, encoding: bytes) -> bytes:
    """`ACK^A01^ACK`; plain `ACK` before v2.3.1 or where no trigger was sent."""
    trigger = _safe(manner.trigger, bar)[:20]
    if not trigger or manner.version.strip() in (b"2.1", b"2.2", b"2.3"):
        return b"ACK"
    return encoding[:1].join((b"ACK", trigger, b"ACK"))


def _with_problem(problem: Problem, version: bytes, bar: bytes, encoding: bytes) -> bytes:
    """The rest of MSA after MSA-2, and ERR: MSA-6 and ERR-1 to v2.4, ERR-2 to ERR-4 from v2.5.

    In v2.1 there is no MSA-6, and the code in ERR-1 has no parts.
    """
    marks = separators(bar.decode(), encoding.decode(), "utf-8")
    words = (escape(problem.words, marks) if len(encoding) >= 3 else problem.words).encode()
    words = _safe(words, bar)
    component = encoding[:1]
    coded = (problem.condition.encode(), words, b"HL70357")
    numbers = [str(number).encode() for number in (problem.field, problem.component) if number]
    place = [problem.segment.encode(), b"1", *numbers] if problem.segment else []
    if _from_2_5(version):
        err = (b"ERR", b"", component.join(place), component.join(coded), b"E")
        return b"\r" + bar.join(err) + b"\r"
    spot = [*place, *[b""] * (3 - len(place))][:3]
    if version.strip() == b"2.1":
        return bar.join((b"", words)) + b"\r" + bar.join((b"ERR", component.join((*spot, coded[0])))) + b"\r"
    told = bar.join((b"", words, b"", b"", component.join(coded)))
    err = (b"ERR", component.join((*spot, (encoding[3:4] or b"&").join(coded))))
    return told + b"\r" + bar.join(err) + b"\r"


def _from_2_5(version: bytes) -> bool:
    """Whether ERR has its later shape; an unknown or blank version counts as 2.4, as English feeds do."""
    return version.strip()[:3] in (b"2.5", b"2.6", b"2.7", b"2.8", b"2.9")
