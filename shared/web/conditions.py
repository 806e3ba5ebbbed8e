"""Versions on the wire: ETag, If-Match and If-None-Match (RFC 9110 section 13; RFC 6585 section 3)."""

import re
from typing import Final

from fastapi import Request

from shared.refusals import Refused, stale

_NUMBER: Final = re.compile(r'"([0-9]{1,9})"')


def etag(version: int | str) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def _named(header: str) -> list[str]:
    return [one.strip() for one in header.split(",")]


def require_match(request: Request, version: int | str, *alike: str) -> None:
    """Let a change go on only if the caller saw `version`. Raises `Refused`: 428 if they say none, 412 if stale.

    `alike` are tags that do as well: of a part, for a change that rests on that part alone. `If-Match: *` says none: it
    means whatever stands now. Versions are compared strongly (RFC 9110 section 8.8.3.2).
    """
    current = {"ETag": etag(version)}
    if not {etag(version), *(etag(one) for one in alike)}.intersection(_named(_asked(request, current))):
        raise stale(current)


def version_seen(request: Request) -> int:
    """The version the caller saw, for those who compare it later. Raises `Refused`: 428 for none, 412 for no number."""
    number = _NUMBER.fullmatch(_asked(request, {}))
    if number is None:
        raise stale()
    return int(number[1])


def _asked(request: Request, current: dict[str, str]) -> str:
    asked = request.headers.get("if-match", "*").strip()
    if asked == "*":
        raise Refused(
            "version-needed",
            status=428,
            title="Say which version you saw",
            detail="Send If-Match with the ETag you last read.",
            headers=current,
        )
    return asked


def has_seen(request: Request, version: int | str) -> bool:
    """True when the caller already holds `version` (If-None-Match), so that 304 is the whole answer."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or etag(version) in [one.removeprefix("W/") for one in _named(asked)]
