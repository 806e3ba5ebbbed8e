"""Sign-in of the demonstration: who is looking?"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.screens.presenters import codes, frame
from shared.contracts.api.discharge import DemonstrationPerson

_STARTS = (
    ("/people", "Co-ordinators: start at My people"),
    ("/delays", "Bed managers: start at Delays"),
    ("/wards", "Ward staff: start at their ward"),
    ("/messages", "Integration engineers: start at Messages"),
    (None, "Others"),
)
_WITHOUT_PEOPLE = frozenset({"bed_manager", "integration_engineer", "administrator"})
"""Who has only these roles looks after nobody: no profession is theirs, whatever the setup has to call it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person that may be chosen, and what they do. `profession` is for those who look after people."""

    staff_id: str
    name: str
    profession: str | None
    describes: str


@dataclass(frozen=True, slots=True)
class Group:
    """People who start at the same page."""

    heading: str
    people: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page. `empty` when nobody may be chosen; `first` is the one the error summary leads to."""

    groups: tuple[Group, ...]
    empty: str | None
    first: str | None
    after: str


def present(people: Sequence[DemonstrationPerson], after: str) -> SignInPage:
    """Who may be chosen, by where they start; `after` is the address to go on to."""
    groups = tuple(
        Group(heading, chosen)
        for start, heading in _STARTS
        if (chosen := tuple(_choice(one) for one in people if frame.start(one.roles) == start))
    )
    return SignInPage(
        groups=groups,
        empty=None
        if people
        else "Nobody can be chosen here. Demonstration sign-in is switched off, or no staff are set up yet.",
        first=f"#person-{groups[0].people[0].staff_id}" if groups else None,
        after=after,
    )


def _choice(one: DemonstrationPerson) -> Choice:
    own = codes.profession(one.profession) if not _WITHOUT_PEOPLE.issuperset(one.roles) else None
    return Choice(one.staff_id, one.name, own, one.describes)
