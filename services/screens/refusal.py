"""A refusal, as a service said it: what the clients read and the presenters put at the right field."""

from dataclasses import dataclass

from shared.refusals import FieldProblem


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem as a service answered it. `code` is the last part of its type."""

    status: int
    code: str
    title: str
    detail: str | None = None
    fields: tuple[FieldProblem, ...] = ()

    @property
    def stale(self) -> bool:
        """Somebody changed it since it was read (RFC 9110, 412)."""
        return self.status == 412

    @property
    def unseen(self) -> bool:
        """The change did not say which version was seen (RFC 6585, 428)."""
        return self.status == 428
