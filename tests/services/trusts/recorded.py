"""What a service asked of its stores while it was played, asked again for a trust of which there is nothing."""

import inspect
import pkgutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from functools import wraps
from importlib import import_module
from types import ModuleType
from typing import Any

from shared.database import Conflict, Database

NOBODY = "RNN"
"""A trust that was never heard of."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a store and what it was given after its reading or transaction."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    more: dict[str, Any]

    @property
    def only_adds(self) -> bool:
        """Whether it looks for nothing, and keeps what it is given under the trust it is given."""
        return self.name.rpartition(".")[2].startswith("keep")

    async def again(self, database: Database) -> object:
        """What it gives for nobody's trust; whatever it did is undone."""
        names = list(inspect.signature(self.function).parameters)[1:]
        args = [_of_nobody(name, value) for name, value in zip(names, self.args, strict=False)]
        try:
            async with database.transaction() as tx:
                _undo(await self.function(tx, *args, **self.more))
        except _Undone as undone:
            return undone.result
        except (Conflict, KeyError) as refused:
            return type(refused)


class _Undone(Exception):
    """Carries a result out of a transaction that is not kept."""

    def __init__(self, result: object) -> None:
        self.result = result


def _undo(result: object) -> None:
    raise _Undone(result)


def _of_nobody(name: str, value: Any) -> Any:  # what a store is given
    if name == "trust":
        return NOBODY
    return replace(value, trust=NOBODY) if hasattr(value, "trust") and is_dataclass(type(value)) else value


def _by_trust(function: Any) -> bool:
    """Whether a function of a store is told the trust, by itself or in what is wanted."""
    return inspect.iscoroutinefunction(function) and not {"trust", "wanted"}.isdisjoint(
        inspect.signature(function).parameters
    )


def stores(service: str) -> list[ModuleType]:
    """The modules of a service's store."""
    room = import_module(f"services.{service}.store")
    return [import_module(f"{room.__name__}.{one.name}") for one in pkgutil.iter_modules(room.__path__)]


@contextmanager
def recording(service: str) -> Generator[tuple[dict[str, Call], set[str]]]:
    """The calls of the store's functions that are told a trust, made meanwhile; and the names of all there are."""
    calls: dict[str, Call] = {}
    here = [
        (module, name, function)
        for module in stores(service)
        for name, function in vars(module).items()
        if _by_trust(function) and function.__module__ == module.__name__
    ]
    for module, name, function in here:
        setattr(module, name, _recorded(calls, f"{module.__name__}.{name}", function))
    try:
        yield calls, {f"{module.__name__}.{name}" for module, name, _ in here}
    finally:
        for module, name, function in here:
            setattr(module, name, function)


def _recorded(calls: dict[str, Call], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def heard(reading: object, *args: Any, **more: Any) -> Any:
        args = tuple(tuple(one) if isinstance(one, Iterator) else one for one in args)
        calls.setdefault(f"{name} {args!r} {more!r}", Call(name, function, args, more))
        return await function(reading, *args, **more)

    return heard
