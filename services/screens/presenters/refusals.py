"""A service's refusal in words at the right field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.screens.presenters.fields import Wrong


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


_FIELDS: Mapping[str, str] = {
    "due_at": "due",
    "true_from": "true_from",
    "coordinator_id": "coordinator_id",
    "owner_id": "owner_id",
    "owner_profession": "owner_profession",
}
_GENERAL: Mapping[str, str] = {
    "missing": "Answer this",
    "string_too_short": "Answer this",
    "string_too_long": "Use fewer words",
    "value_error": "Check this answer",
}
STALE = "Somebody changed this while you were typing. What you typed is still here. Check it, then save again"


def wrongs(refusal: Refusal) -> tuple[Wrong, ...]:
    """The lines of the error summary for a refusal; never empty."""
    if refusal.stale:
        return (Wrong(None, STALE),)
    named = tuple(Wrong(_field(one.where), _words(one)) for one in refusal.fields)
    if named:
        return named
    return (Wrong(None, refusal.detail or refusal.title),)


def _field(where: str) -> str | None:
    """The name of the form's field that `where` means: `body.criteria.0` is `criteria`."""
    parts = [part for part in where.split(".") if part not in ("body", "query", "header") and not part.isdigit()]
    return _FIELDS.get(parts[0], parts[0]) if parts else None


def _words(field: RefusedField) -> str:
    return _GENERAL.get(field.code, field.detail)


def about_fields(refusal: Refusal, known: Sequence[str]) -> bool:
    """Whether the refusal can be mended by typing: it names a field of the form, or it is a 409, 412 or 422."""
    return refusal.status in (409, 412, 422, 428) or any(_field(one.where) in known for one in refusal.fields)
