"""What is done with bytes that anybody may send, as one function that must never fail: the target of the fuzzing.

MLLP framing in pieces; the header and the acknowledgement; batches; reading; what a message means; folding; masking. A
fault is an exception, a wrong promise, more than a second of processor time, or anything logged.
"""

import hashlib
import logging
from collections.abc import MutableMapping
from datetime import UTC, datetime
from itertools import count
from time import process_time
from typing import Any, Final, NoReturn

import structlog

from services.admissions.arrivals import JSON, Arrival, each_of, of_er7, of_json
from services.admissions.model import Feed, Pins, Quarantined
from services.admissions.model.messages import KeptMessage
from services.admissions.rules.interpreting import interpret
from services.admissions.rules.masking import masked_er7, masked_json, readable
from services.admissions.rules.reading import read_kept
from shared.hl7.acknowledgement import Outcome, acknowledge
from shared.hl7.framing import Decoder, frame
from shared.hl7.message import batches_miscounted, miscounted, split_batch

AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED: Final = Feed(name="fuzz", default_issuer="RXX")
LARGEST: Final = 64 * 1024
SECONDS: Final = 1.0


class Logged(Exception):
    """Something was logged while a message was read."""


def _refuse(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> NoReturn:
    raise Logged(str(entry.get("event")))


class _Refusing(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise Logged(record.name)


def watch_logs() -> None:
    """Have everything logged from now on be a fault."""
    structlog.configure(processors=[_refuse])
    logging.basicConfig(handlers=[_Refusing()], level=logging.DEBUG, force=True)


def examine(data: bytes) -> None:
    """Do all that is done with `data`. Raises for any fault."""
    began = process_time()
    _framed(data)
    split_batch(data)
    miscounted(data)
    batches_miscounted(data)
    for one in each_of(data) or [data]:
        arrival = of_er7(one, trust="RXX", feed="mllp", received_at=AT, processing_id="P")
        _answered(arrival)
        _meant(arrival)
    _meant(of_json(data, trust="RXX", feed="http", received_at=AT, said=None))
    assert process_time() - began < SECONDS, "it took more than a second"


def _framed(data: bytes) -> None:
    """The decoder says the same however the bytes are split; a message without framing bytes comes out as it was."""
    whole, apart = Decoder(LARGEST), Decoder(LARGEST)
    found = whole.feed(data)
    size = 1 + data[0] % 16 if data else 1
    parts = [one for at in range(0, len(data), size) for one in apart.feed(data[at : at + size])]
    assert (found, whole.fault, whole.stray, whole.nested) == (parts, apart.fault, apart.stray, apart.nested)
    if data and len(data) <= LARGEST and b"\x0b" not in data and b"\x1c" not in data:
        assert Decoder(LARGEST).feed(frame(data)) == [data]


def _answered(arrival: Arrival) -> None:
    for outcome in Outcome:
        said = acknowledge(arrival.header, outcome, at=AT, control_id=arrival.id)
        assert not said or said.count(b"\rMSA") == 1, "an answer names one message"
        assert said.count(b"\r") <= 3, "what was sent adds no segment to an answer"


def _meant(arrival: Arrival) -> None:
    kept = KeptMessage(
        id=arrival.id,
        feed=arrival.feed,
        sending_application=arrival.sending_application,
        sending_facility=arrival.sending_facility,
        control_id=arrival.control_id,
        sha256=hashlib.sha256(arrival.raw).hexdigest(),
        content_type=arrival.content_type,
        raw=arrival.raw,
        received_at=AT,
    )
    told = read_kept(kept, FEED).read
    assert not (isinstance(told, Quarantined) and told.code == "reading-failed"), told
    if isinstance(told, tuple):
        numbers = count()
        interpret(told, Pins(), at=AT, mint=lambda: f"id-{next(numbers)}")
    (masked_json if arrival.content_type == JSON else masked_er7)(arrival.raw)
    readable(arrival.raw)
