"""What can be answered instead of the thing asked for.

Three meanings: `Refused` (the caller's fault; a 4xx problem), `NotYet` (try again later) and anything else (ours;
parked, or a 500). No refusal's words hold what the caller sent: they can be logged and shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

PROBLEM_PREFIX = "urn:homeward:problem:"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with a request: `where` it stands (`body.due_at`), a stable `code`, and words for a person."""

    where: str
    code: str
    detail: str


def wrong_field(error: Mapping[str, object], known: Sequence[str] = ()) -> FieldProblem:
    """One `error` of pydantic's, in words that repeat nothing of what was sent.

    The name of a field nobody knows is the sender's own words: told is where it stands, and which are `known` there.
    """
    code = str(error.get("type", "invalid"))
    where = [str(part) for part in cast("Sequence[str | int]", error.get("loc", ()))]
    if code == "extra_forbidden":
        told = f" Known here: {', '.join(known)}." if known else ""
        return FieldProblem(".".join(where[:-1]), code, f"A field here is not one that is known.{told}")
    if code == "union_tag_invalid":  # pydantic's own words hold the tag that was sent
        said = cast("Mapping[str, object]", error.get("ctx", {}))
        words = f"{said.get('discriminator', 'The kind')} should be one of {said.get('expected_tags', 'those known')}"
        return FieldProblem(".".join(where), code, words)
    return FieldProblem(".".join(where), code, str(error.get("msg", "Not valid")))


class Refused(Exception):
    """The caller asked for something that cannot be.

    Becomes problem details (RFC 9457) of type `urn:homeward:problem:<code>`. `title` is the same for every refusal of
    this code, `detail` says what to do about this one. Neither holds patient data.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int,
        title: str,
        detail: str | None = None,
        fields: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.fields = tuple(fields)
        self.headers = dict(headers or {})


class NotYet(Exception):
    """What this needs is not there yet; the same thing may be tried again `after` so long."""

    def __init__(self, reason: str, *, after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def signed_out() -> Refused:
    """401: no pass, or one that is not good. Never says which check failed."""
    return Refused(
        "not-signed-in",
        status=401,
        title="You are not signed in",
        detail="Sign in again, or send a valid bearer token.",
        headers={"WWW-Authenticate": 'Bearer realm="homeward"'},
    )


def not_allowed() -> Refused:
    """403: signed in, but not as somebody who may do this."""
    return Refused("not-allowed", status=403, title="Your role does not allow this")


def not_found(what: str = "such thing") -> Refused:
    """404, in the same words whether there is none or it is out of the caller's sight."""
    return Refused("not-found", status=404, title=f"There is no {what}")


def not_valid(where: str, code: str, words: str) -> Refused:
    """422: one thing wrong with a request, found by more than its shape."""
    problem = FieldProblem(where, code, words)
    return Refused("not-valid", status=422, title="The request is not valid", fields=[problem])


def stale(headers: Mapping[str, str] | None = None) -> Refused:
    """412: the caller saw another version than what stands; `headers` may name the one that does."""
    return Refused(
        "version-stale",
        status=412,
        title="Somebody changed this since you read it",
        detail="Read it again, then decide.",
        headers=headers,
    )
