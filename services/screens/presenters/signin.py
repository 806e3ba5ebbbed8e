"""Sign-in of the demonstration: who is looking?"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.api.discharge import DemonstrationPerson


@dataclass(frozen=True, slots=True)
class Choice:
    """A person that may be chosen, and what they will see."""

    staff_id: str
    name: str
    profession: str
    describes: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page. `empty` when nobody may be chosen."""

    people: tuple[Choice, ...]
    empty: str | None
    after: str


def present(people: Sequence[DemonstrationPerson], after: str) -> SignInPage:
    """Who may be chosen; `after` is the address to go on to."""
    return SignInPage(
        people=tuple(Choice(one.staff_id, one.name, one.profession, one.describes) for one in people),
        empty=None
        if people
        else "Nobody can be chosen here. Demonstration sign-in is switched off, or no staff are set up yet.",
        after=after,
    )
