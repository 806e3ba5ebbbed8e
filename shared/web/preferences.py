"""How much of an answer a caller prefers (RFC 7240 section 4.2)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response

_MINIMAL: Final = re.compile(r'return\s*=\s*"?minimal"?', re.IGNORECASE)
_SAID: Final = "Done, and `Prefer: return=minimal` was asked: no body. The ETag is the version that the change made."
MINIMAL: Final[Mapping[int | str, dict[str, Any]]] = {204: {"description": _SAID}}
"""What the published contract says of a route that honours the preference, beside its full answer."""


def prefers_minimal(request: Request) -> bool:
    """Whether the caller wants nothing told of what a change made but its version."""
    asked = ",".join(request.headers.getlist("prefer")).split(",")
    return any(_MINIMAL.fullmatch(one.split(";")[0].strip()) for one in asked)


def minimal(done: Response) -> Response:
    """`done`, which has no body, saying that the preference was honoured."""
    done.headers["Preference-Applied"] = "return=minimal"
    return done
