"""Which fields a body may have at a place: asked of its type, never of what was sent."""

from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def fields_at(kind: object, where: Sequence[str | int]) -> list[str]:
    """The names of the fields of what stands `where`, as pydantic names places, in a value of type `kind`.

    In the order in which they are declared; none where that cannot be said.
    """
    kinds = list(_kinds(kind))
    for step in where:
        if len(kinds) > 1:
            kinds = [one for one in kinds if _is_called(one, step)]
        else:
            kinds = [inner for one in kinds for inner in _inside(one, step)]
    return list(_fields(kinds[0])) if len(kinds) == 1 else []


def _kinds(kind: object) -> Iterator[object]:
    """What a value of type `kind` may be, null apart."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _kinds(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for one in get_args(kind):
            yield from _kinds(one)
    elif kind is not NoneType:
        yield kind


def _fields(kind: object) -> dict[str, object]:
    """By the names by which they are sent, the types of a model's fields."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return {}
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _inside(kind: object, step: str | int) -> Iterator[object]:
    if isinstance(step, str):
        yield from _kinds(_fields(kind).get(step))
    elif get_origin(kind) in (list, tuple, set, frozenset, Sequence):
        yield from _kinds(get_args(kind)[0])


def _is_called(kind: object, tag: str | int) -> bool:
    """Whether pydantic calls this one of several `tag`: by its name, or by the field that says which one it is."""
    literals = [get_args(one) for one in _fields(kind).values() if get_origin(one) is Literal]
    return getattr(kind, "__name__", None) == tag or any(tag in one for one in literals)
