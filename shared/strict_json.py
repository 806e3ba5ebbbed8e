"""JSON as RFC 8259 and RFC 7493 (I-JSON) have it, and nothing looser.

Python's own reader takes NaN, keeps the last of two equal keys and lets NUL and lone surrogates through, which
databases then refuse. What is refused here is the caller's fault and never reaches a handler.
"""

import json
import math
import re
from collections.abc import Sequence
from typing import Never, cast

from shared.refusals import Refused

MAX_DEPTH = 32
LARGEST_INTEGER = 2**63 - 1

_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_ESCAPED = re.compile(r"[\x00\ud800-\udfff]")


def refuse_json(detail: str, *, status: int = 422) -> Refused:
    """A body that is not acceptable JSON: 400 when it is not JSON at all, else 422."""
    return Refused("body-not-acceptable", status=status, title="The body cannot be accepted", detail=detail)


def read(body: bytes) -> object:
    """The value that `body` says. Raises `Refused`: 400 if it is not UTF-8 or not JSON, 422 if it is looser."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise refuse_json("The body is not UTF-8.", status=400) from wrong
    if text.startswith("\ufeff"):
        raise refuse_json("The body begins with a byte order mark.", status=400)
    _check_depth(body)
    try:
        value = cast(
            "object",
            json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_int=_integer,
                parse_float=_number,
                object_pairs_hook=_without_repeats,
            ),
        )
    except json.JSONDecodeError as wrong:
        raise refuse_json(f"The body is not JSON (at character {wrong.pos}).", status=400) from None
    if "\\u" in text:
        _check_texts(value)
    return value


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for mark in _STRUCTURE.finditer(body):
        match body[mark.start()]:
            case 0x5B | 0x7B:
                depth += 1
                if depth > MAX_DEPTH:
                    raise refuse_json(f"The body is nested deeper than {MAX_DEPTH}.")
            case 0x5D | 0x7D:
                depth -= 1
            case _:
                pass


def _refuse_constant(_: str) -> Never:
    raise refuse_json("NaN and Infinity are not JSON numbers.")


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -LARGEST_INTEGER - 1 <= int(digits) <= LARGEST_INTEGER:
        raise refuse_json("A number is too large.")
    return int(digits)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise refuse_json("A number is too large.")
    return number


def _without_repeats(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise refuse_json("A key stands twice in one object.")
    return value


def _check_texts(value: object) -> None:
    match value:
        case str():
            if _ESCAPED.search(value):
                raise refuse_json("A text holds a NUL or half a surrogate pair.")
        case dict():
            for key, inner in cast("dict[str, object]", value).items():
                _check_texts(key)
                _check_texts(inner)
        case list():
            for inner in cast("list[object]", value):
                _check_texts(inner)
        case _:
            pass
