"""A refusal, as a service said it: what the clients read and the presenters put at the right field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedField:
    """One error of a problem (RFC 9457, `errors`): where it stands, as `body.due_at`, and words."""

    where: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem as a service answered it. `code` is the last part of its type."""

    status: int
    code: str
    title: str
    detail: str | None = None
    fields: tuple[RefusedField, ...] = ()

    @property
    def stale(self) -> bool:
        """Somebody changed it since it was read (RFC 9110, 412)."""
        return self.status == 412
