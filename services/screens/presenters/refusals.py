"""A service's refusal in words at the right field."""

from collections.abc import Mapping

from services.screens.presenters.fields import Wrong
from services.screens.refusal import Refusal
from shared.refusals import FieldProblem

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

UNSEEN = "This was saved already, or this page is too old to say what you saw. Open it again, check it, then change it"


def wrongs(refusal: Refusal) -> tuple[Wrong, ...]:
    """The lines of the error summary for a refusal; never empty."""
    if refusal.stale:
        return (Wrong(None, STALE),)
    if refusal.unseen:
        return (Wrong(None, UNSEEN),)
    named = tuple(Wrong(_field(one.where), _words(one)) for one in refusal.fields)
    if named:
        return named
    return (Wrong(None, refusal.detail or refusal.title),)


def _field(where: str) -> str | None:
    """The name of the form's field that `where` means: `body.criteria.0` is `criteria`."""
    parts = [part for part in where.split(".") if part not in ("body", "query", "header") and not part.isdigit()]
    return _FIELDS.get(parts[0], parts[0]) if parts else None


def _words(field: FieldProblem) -> str:
    return _GENERAL.get(field.code, field.detail)
