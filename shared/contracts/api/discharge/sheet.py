"""REST shapes of the sheet for the person and the carer: whom to call, what is awaited, the expected date."""

from datetime import date
from typing import Literal

from shared.contracts.shape import Asked, Instant, Published, ShortText


class SheetContact(Published):
    """Somebody to call, and in plain words when."""

    name: str
    phone: str | None = None
    when: str


class Sheet(Published):
    """The sheet as it would be given now, in plain words. `edition` names what it says of whom to call and when.

    `given` counts how often one was given for this stay. `out_of_date` says in words what is no longer right on the one
    in hand: give it out again. Empty when the one in hand is right, or none was given.
    """

    case_id: str
    edition: str
    contacts: tuple[SheetContact, ...]
    expected: str
    expected_on: date | None = None
    awaited: tuple[str, ...] = ()
    given: int = 0
    last_given_at: Instant | None = None
    out_of_date: tuple[str, ...] = ()


class GiveSheet(Asked):
    """Record that the sheet of this `edition` was given."""

    edition: ShortText
    given_to: Literal["person", "carer"]
    way: Literal["printed", "posted", "read_out"] = "printed"


class SheetDue(Published):
    """A case whose sheet has to be given, or given again because of `out_of_date`."""

    case_id: str
    ward_name: str | None = None
    bed: str | None = None
    given: int = 0
    out_of_date: tuple[str, ...] = ()


class SheetsDue(Published):
    """The caller's cases whose sheet is due. `given` and `cases` count all of their cases with one, and all of them."""

    items: tuple[SheetDue, ...]
    given: int
    cases: int
