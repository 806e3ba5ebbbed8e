"""REST shapes of accepting many hand-overs at once."""

from typing import Annotated

from pydantic import Field

from shared.contracts.shape import Asked, LongText, OpaqueId, Published


class AcceptMany(Asked):
    """Accept the hand-overs of these cases for oneself, 200 at most."""

    case_ids: Annotated[tuple[OpaqueId, ...], Field(min_length=1, max_length=200)]
    note: LongText | None = None


class AcceptShift(Asked):
    """Answer for these people, 200 at most, as one shift ends and one's own goes on."""

    case_ids: Annotated[tuple[OpaqueId, ...], Field(min_length=1, max_length=200)]


class AcceptedOne(Published):
    """What became of one case: its new `version`, or the code of the problem that kept it from being accepted."""

    case_id: str
    version: int | None = None
    problem: str | None = None


class AcceptedMany(Published):
    """What became of each case, in the order asked. Those with no problem were accepted together."""

    items: tuple[AcceptedOne, ...]
