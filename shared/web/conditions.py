"""Versions on the wire: ETag, If-Match and If-None-Match (RFC 9110 section 13; RFC 6585 section 3)."""

from fastapi import Request

from shared.refusals import Refused


def etag(version: int | str) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def _named(header: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in header.split(",")}


def require_match(request: Request, version: int | str) -> None:
    """Let a change go on only if the caller saw `version`. Raises `Refused`: 428 without If-Match, 412 if stale."""
    asked = request.headers.get("if-match")
    current = {"ETag": etag(version)}
    if asked is None:
        raise Refused(
            "version-needed",
            status=428,
            title="Say which version you saw",
            detail="Send If-Match with the ETag you last read.",
            headers=current,
        )
    if asked.strip() != "*" and etag(version) not in _named(asked):
        raise Refused(
            "version-stale",
            status=412,
            title="Somebody changed this since you read it",
            detail="Read it again, then decide.",
            headers=current,
        )


def has_seen(request: Request, version: int | str) -> bool:
    """True when the caller already holds `version` (If-None-Match), so that 304 is the whole answer."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or etag(version) in _named(asked)
