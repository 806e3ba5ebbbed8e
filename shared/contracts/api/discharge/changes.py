"""REST shapes of *changed since you last looked*, for a case and for all of one’s people."""

from shared.contracts.shape import Asked, Instant, OpaqueId, Published


class ChangeView(Published):
    """One change since the caller last looked: `short` as in lists, `told` as a sentence."""

    short: str
    told: str


class CaseChanges(Published):
    """What changed on a case since the caller last looked (`seen_at`; absent if never), the most important first.

    `version` goes into If-Match when saying that one has looked.
    """

    case_id: str
    version: int
    seen_at: Instant | None = None
    stop_first: str | None = None
    items: tuple[ChangeView, ...] = ()


class MyChanges(Published):
    """The caller's people with something changed since they last looked at each, deaths first."""

    items: tuple[CaseChanges, ...]


class SeenCase(Asked):
    """A case the caller has looked at, at the version they saw."""

    case_id: OpaqueId
    version: int


class SeenCases(Asked):
    """Cases the caller has looked at, 500 at most."""

    items: tuple[SeenCase, ...]


class StillChanged(Published):
    """The cases that were not marked, because they changed again or are not there."""

    case_ids: tuple[str, ...]
