"""Who is calling: a person who has signed in, or a machine with a token."""

from dataclasses import dataclass
from typing import Literal, Protocol

from shared.contracts.roles import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller whose pass or token has been checked.

    `id` is the staff id of a person, or the id of a machine's token. `trust` is the ODS code of the one trust the
    caller may see. `clusters` are the ward clusters a person works for. `session` is the sign-in the pass is from.
    """

    kind: Literal["person", "machine"]
    id: str
    name: str
    roles: frozenset[Role]
    trust: str
    clusters: tuple[str, ...] = ()
    session: str | None = None

    def is_any_of(self, roles: frozenset[Role] | set[Role]) -> bool:
        """True when the caller has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)


class Verifies(Protocol):
    """Turns a bearer credential into a caller."""

    async def caller(self, bearer: str) -> Caller:
        """The caller whose credential `bearer` is; raises `Refused` with status 401 if it is not good."""
        ...
