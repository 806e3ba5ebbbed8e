"""Logs: lines of JSON on standard error. Nothing about a patient belongs in one.

Callers log names of events and opaque ids. As a net below that, any field whose name says it holds a person's data is
refused, and libraries that would log payloads when set to DEBUG are kept at INFO.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, cast

import structlog

REFUSED_FIELDS = frozenset(
    {
        "address",
        "body",
        "born",
        "data",
        "family",
        "given",
        "message",
        "mrn",
        "name",
        "nhs_number",
        "payload",
        "raw",
        "text",
    }
)
_TALKATIVE = (
    "aiokafka",
    "asyncio",
    "httpcore",
    "httpx2",
    "sqlalchemy.engine",
    "uvicorn",
    "uvicorn.access",
    "uvicorn.error",
)


def without_people(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out any field that by its name holds a person's data; say that it was there."""
    for field in REFUSED_FIELDS & entry.keys():
        entry[field] = "(not logged)"
    return entry


def without_words(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception keep its kinds and where it happened, not its words: they may quote a person's record."""
    fault = entry.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    if isinstance(fault, tuple):
        fault = cast("tuple[object, object, object]", fault)[1]
    if isinstance(fault, BaseException):
        entry["exception"] = [_one(each) for each in _chain(fault)]
    return entry


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = fault
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for inner in cast("BaseExceptionGroup[BaseException]", seen).exceptions:
                yield from _chain(inner)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _one(fault: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(fault.__traceback__)
    return {
        "kind": type(fault).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }


def configure_logging(level: str) -> None:
    """Log from `level` on, one JSON object a line."""
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_people,
            without_words,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
