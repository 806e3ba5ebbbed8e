"""A YAML document as text with line numbers, for files people write. Pure; all mistakes are told at once.

Nothing is guessed: `no` is two letters, `08:30` is five.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

import yaml
from yaml import MappingNode, Node, SafeLoader, ScalarNode, SequenceNode

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SPAN: Final = re.compile(r"([0-9]{1,4})(m|h|d)")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST: Final = 200
_CONTENT_LIMIT: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with the file: the `line` (from 1), the `word` it is about, and what is `wrong` with it."""

    line: int
    word: str
    wrong: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.word}: {self.wrong}"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A name the file uses for something, and the line it does so on."""

    name: str
    line: int


@dataclass(slots=True)
class Notes:
    """Everything found wrong so far."""

    found: list[Wrong] = field(default_factory=list[Wrong])

    def in_order(self) -> "list[Wrong]":
        """All of it, by line."""
        return sorted(self.found, key=lambda one: (one.line, one.word))

    def add(self, node: Node | int, word: str, wrong: str) -> None:
        """Note something wrong, once."""
        line = node if isinstance(node, int) else node.start_mark.line + 1
        one = Wrong(line, word[:60], wrong)
        if one not in self.found:
            self.found.append(one)


@dataclass(frozen=True, slots=True)
class Part:
    """A mapping of the file: its keys, each once and known, are asked for one by one."""

    node: Node
    word: str
    keys: dict[str, Node]
    notes: Notes

    @property
    def line(self) -> int:
        """The line it begins on, from 1."""
        return self.node.start_mark.line + 1

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; noted as missing when it is not there and has no default."""
        return self._scalar(key, lambda text: text, default, "")

    def said(self, key: str) -> str:
        """A text that may be empty where the file says so (`""`); noted as missing when it is not there."""
        node = self.keys.get(key)
        empty = isinstance(node, ScalarNode) and node.style in ("'", '"') and not str(node.value).strip()
        return "" if empty else self.text(key)

    def optional(self, key: str) -> str | None:
        """A text, or None."""
        return self._scalar(key, lambda text: text, "", "") or None

    def id(self, key: str = "id") -> str:
        """An id: small letters, digits and hyphens."""
        return self._scalar(key, _id, None, "")

    def mention(self, key: str) -> Mentioned | None:
        """The id of something described elsewhere in the file."""
        node = self.keys.get(key)
        return None if node is None else Mentioned(self.id(key), node.start_mark.line + 1)

    def mentions(self, key: str) -> tuple[Mentioned, ...]:
        """The ids of things described elsewhere in the file."""
        return tuple(Mentioned(text, node.start_mark.line + 1) for node, text in self._texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one. Absent is empty."""
        return tuple(text for _, text in self._texts(key))

    def whole(self, key: str, default: int, *, least: int = 0, most: int = 1000) -> int:
        """A whole number."""
        return self._scalar(key, lambda text: _whole(text, least, most), default, default)

    def share(self, key: str, default: float) -> float:
        """A number above 0, at most 2."""
        return self._scalar(key, _share, default, default)

    def yes(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        return self._scalar(key, _yes, default, default)

    def span(self, key: str, default: timedelta) -> timedelta:
        """A length of time: `30m`, `4h`, `7d`."""
        return self._scalar(key, span, default, default)

    def spans(self, key: str, default: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        """Lengths of time, rising."""
        if key not in self.keys:
            return default
        found = [self._read(node, key, text, span, timedelta()) for node, text in self._texts(key)]
        if sorted(set(found)) != found:
            self.notes.add(self.keys[key], key, "must rise")
        return tuple(found)

    def day(self, key: str) -> date | None:
        """A day, as 2026-12-24, or None."""
        return self._scalar(key, _day, None, None) if key in self.keys else None

    def choice(self, key: str, kinds: type[E], fallback: E) -> E:
        """One of the words of `kinds`."""
        return self._scalar(key, lambda text: _choice(text, kinds), None, fallback)

    def read(self, key: str, read: Callable[[str], T], default: T) -> T:
        """What `read` makes of a text; what it says in a ValueError is noted. `default` where the key is not there."""
        return self._scalar(key, read, default, default)

    def each(self, key: str, read: Callable[[str], T]) -> tuple[T, ...]:
        """As `read`, of each text of a list, once each; a single text is a list of one. Absent is empty."""
        found: list[T] = []
        for node, text in self._texts(key):
            try:
                one = read(text)
            except ValueError as wrong:
                self.notes.add(node, text, str(wrong))
                continue
            if one in found:
                self.notes.add(node, text, "stands twice")
            found.append(one)
        if key in self.keys and not found:
            self.notes.add(self.keys[key], key, "names nothing")
        return tuple(found)

    def _scalar(self, key: str, read: Callable[[str], T], default: T | None, fallback: T) -> T:
        node = self.keys.get(key)
        if node is None:
            if default is None:
                self.notes.add(self.node, key, f"is missing from {self.word}")
                return fallback
            return default
        if not isinstance(node, ScalarNode):
            self.notes.add(node, key, "must be a single value")
            return fallback
        return self._read(node, key, str(node.value), read, fallback)

    def _read(self, node: Node, key: str, text: str, read: Callable[[str], T], fallback: T) -> T:
        if not text.strip() or len(text) > _LONGEST:
            self.notes.add(node, key, f"must have 1 to {_LONGEST} characters")
            return fallback
        try:
            return read(text.strip())
        except ValueError as wrong:
            self.notes.add(node, text, str(wrong))
            return fallback

    def _texts(self, key: str) -> list[tuple[Node, str]]:
        node = self.keys.get(key)
        if node is None:
            return []
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        found: list[tuple[Node, str]] = []
        for one in nodes:
            if isinstance(one, ScalarNode) and str(one.value).strip():
                found.append((one, str(one.value).strip()))
            else:
                self.notes.add(one, key, "must be a list of words")
        return found

    def part(self, key: str, known: Sequence[str]) -> "Part":
        """The mapping under `key`; an empty one if it is not there."""
        node = self.keys.get(key)
        return Part(self.node, key, {}, self.notes) if node is None else part_of(node, key, known, self.notes)

    def entries(self, key: str, known: Sequence[str]) -> "list[Mentioned | Part]":
        """A list in which things are mentioned by their ids, or by mappings that say more of them."""
        node = self.keys.get(key)
        found: list[Mentioned | Part] = []
        for one in node.value if isinstance(node, SequenceNode) else [node] if node else []:
            if isinstance(one, ScalarNode) and str(one.value).strip():
                found.append(Mentioned(str(one.value).strip(), one.start_mark.line + 1))
            else:
                found.append(part_of(one, f"an entry of {key}", known, self.notes))
        return found

    def parts(self, key: str, known: Sequence[str]) -> "list[Part]":
        """The list of mappings under `key`."""
        node = self.keys.get(key)
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.notes.add(node, key, "must be a list")
            return []
        return [part_of(one, f"an entry of {key}", known, self.notes) for one in node.value]


def document(text: str, known: Sequence[str]) -> "Part | Wrong":
    """The mapping that `text` (YAML) is, its keys among `known` (any when empty); or why it is none."""
    if len(text) > _CONTENT_LIMIT:
        return Wrong(1, "file", "is too large")
    try:
        root = yaml.compose(text, Loader=SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return Wrong(mark.line + 1 if mark else 1, "file", f"is not YAML: {getattr(error, 'problem', 'unreadable')}")
    except RecursionError:
        return Wrong(1, "file", "is nested too deeply")
    return Wrong(1, "file", "is empty") if root is None else part_of(root, "file", known, Notes())


def part_of(node: Node, word: str, known: Sequence[str], notes: Notes) -> Part:
    """`node` as a mapping; keys that stand twice or are not `known` are noted."""
    keys: dict[str, Node] = {}
    if not isinstance(node, MappingNode):
        notes.add(node, word, "must be a mapping of keys to values")
        return Part(node, word, keys, notes)
    for key_node, value in node.value:
        key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
        if key in keys:
            notes.add(key_node, key, "stands twice")
        elif known and key not in known:
            notes.add(key_node, key, f"is not known here; known are {', '.join(known)}")
        else:
            keys[key] = value
    return Part(node, word, keys, notes)


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("must be small letters, digits and hyphens, beginning with a letter, at most 40")
    return text


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}")
    return int(text)


def _share(text: str) -> float:
    if not re.fullmatch(r"[0-9](\.[0-9]{1,2})?", text) or not 0 < float(text) <= 2:
        raise ValueError("must be a number above 0, at most 2, such as 0.6")
    return float(text)


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def span(text: str) -> timedelta:
    """A length of time from `30m`, `4h` or `7d`. Raises ValueError for anything else."""
    found = _SPAN.fullmatch(text)
    if not found or not int(found[1]):
        raise ValueError("must be a length of time such as 30m, 4h or 7d")
    return int(found[1]) * _UNITS[found[2]]


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("must be a day such as 2026-12-24")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _choice(text: str, kinds: type[E]) -> E:
    try:
        return kinds(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(kinds)}") from None
