"""What a form is made of, and what was typed into it. A form keeps what was typed through every refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.screens.presenters.banner import PatientBanner
from services.screens.presenters.frame import Link, Problem

Typed = Mapping[str, Sequence[str]]
Kind = Literal["text", "textarea", "select", "radios", "checkboxes", "date"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `value` is what is posted."""

    value: str
    text: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A question. `value` are the values in it now; of a date: day, month, year. `error` is what is wrong with it.

    `under` is the choice of another question, as "when=earlier", that this one belongs to: it is asked for under it,
    and only while it is chosen where scripts run.
    """

    kind: Kind
    name: str
    label: str
    value: tuple[str, ...] = ()
    hint: str | None = None
    options: tuple[Option, ...] = ()
    error: str | None = None
    width: str = ""
    under: str = ""

    @property
    def anchor(self) -> str:
        """The id that the error summary leads to."""
        return f"#{self.name}-day" if self.kind == "date" else f"#{self.name}"


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form about a patient. `hidden` are posted as they are; `changed` is what somebody else did."""

    title: str
    banner: PatientBanner
    action: str
    submit: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    cancel: Link
    intro: str | None = None
    changed: str | None = None
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The recorded changes of something, newest first."""

    title: str
    banner: PatientBanner
    lines: tuple[str, ...]
    back: Link


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with what was typed: `field` is the name of a field, or None when it is about the whole."""

    field: str | None
    text: str


def one(typed: Typed, name: str) -> str:
    """The first value of a field, without blanks around it; empty when there is none."""
    values = typed.get(name, ())
    return values[0].strip() if values else ""


def date_of(typed: Typed, name: str) -> tuple[str, str, str]:
    """The three parts of a date as typed."""
    return one(typed, f"{name}-day"), one(typed, f"{name}-month"), one(typed, f"{name}-year")


def refill(fields: Sequence[Field], typed: Typed) -> tuple[Field, ...]:
    """The fields with what was typed in them."""
    return tuple(replace(field, value=_typed_value(field, typed)) for field in fields)


def _typed_value(field: Field, typed: Typed) -> tuple[str, ...]:
    if field.kind == "date":
        return date_of(typed, field.name)
    if field.kind == "checkboxes":
        return tuple(typed.get(field.name, ()))
    return (one(typed, field.name),)


def with_wrongs(fields: Sequence[Field], wrongs: Sequence[Wrong]) -> tuple[tuple[Field, ...], tuple[Problem, ...]]:
    """The fields with their errors, and the lines of the error summary in the order of the fields."""
    by_name: dict[str | None, str] = {}
    names = {field.name for field in fields}
    for wrong in wrongs:
        by_name.setdefault(wrong.field if wrong.field in names else None, wrong.text)
    marked = tuple(replace(field, error=by_name.get(field.name)) for field in fields)
    lines = [Problem(field.error, field.anchor) for field in marked if field.error]
    general = [Problem(text) for name, text in by_name.items() if name is None]
    return marked, (*general, *lines)
