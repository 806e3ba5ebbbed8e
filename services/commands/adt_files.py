"""ADT messages in files: HL7 v2 with its batches, and JSON ADT events, each with the file and the line it begins on."""

import json
import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.hl7.message import batches_miscounted, miscounted, split_batch

_ENVELOPE: Final = (b"FHS", b"BHS", b"BTS", b"FTS")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DECODER: Final = json.JSONDecoder()
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_NEXT_LINE: Final = re.compile(r"[\r\n]+(?=\{)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a file, its bytes as they stand there; `line` is where it begins, counted from 1."""

    raw: bytes
    is_json: bool
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


def pieces(path: Path, wrong: list[str]) -> Iterator[Piece]:
    """The messages of a file, or of every file of a folder in the order of their names.

    A file is HL7 v2 (batches are taken apart), or JSON: one event, an array of them, or one after the other. What is
    neither, or holds another number of messages than it says, is named in `wrong` by file and line and by nothing that
    stands there; the rest is given all the same.
    """
    files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    for file in files:
        try:
            raw = file.read_bytes().removeprefix(_BYTE_ORDER_MARK)
        except OSError as fault:
            wrong.append(f"{file.name} cannot be read: {fault.strerror}")
            continue
        if raw.lstrip()[:1] in (b"{", b"["):
            yield from _events(raw, file.name, wrong)
        else:
            yield from _messages(raw, file.name, wrong)


def _messages(raw: bytes, name: str, wrong: list[str]) -> Iterator[Piece]:
    lines = raw.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r")
    begun = [number for number, line in enumerate(lines, 1) if line.startswith(b"MSH")]
    before = lines[: begun[0] - 1] if begun else lines
    strange = (number for number, line in enumerate(before, 1) if line.strip() and line[:3] not in _ENVELOPE)
    if (first := next(strange, None)) is not None:
        wrong.append(f"{name}, line {first} is neither HL7 v2 nor JSON")
    elif not begun:
        wrong.append(f"{name} holds no message")
    if (counts := miscounted(raw)) is not None:
        wrong.append(f"{name} says it holds {counts[0]} messages (BTS-1), and holds {counts[1]}")
    if (counts := batches_miscounted(raw)) is not None:
        wrong.append(f"{name} says it holds {counts[0]} batches (FTS-1), and holds {counts[1]}")
    for line, message in zip(begun, split_batch(raw), strict=True):
        yield Piece(message, False, name, line)


def _events(raw: bytes, name: str, wrong: list[str]) -> Iterator[Piece]:
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        line = len(_LINE_END.findall(raw[: fault.start].decode())) + 1
        wrong.append(f"{name}, line {line} is not UTF-8, and nothing of the file was sent")
    else:
        yield from _Json(text, name, wrong).events()


class _Json:
    """A text of JSON values, one after the other or in arrays, read from its beginning to its end."""

    def __init__(self, text: str, name: str, wrong: list[str]) -> None:
        self._text = text
        self._name = name
        self._wrong = wrong
        self._line_ends = [found.end() for found in _LINE_END.finditer(text)]

    def events(self) -> Iterator[Piece]:
        """The objects; what is none is named in `wrong`."""
        at = self._past_blanks(0)
        while at < len(self._text):
            if self._text[at] == "[":
                at = yield from self._listed(at)
            elif (end := self._end(at)) is not None:
                yield from self._event(at, end)
                at = self._past_blanks(end)
            else:
                self._say(at, "is not JSON")
                following = _NEXT_LINE.search(self._text, at)
                at = len(self._text) if following is None else following.end()

    def _listed(self, at: int) -> Generator[Piece, None, int]:
        """The events of the array that begins at `at`; returns where what follows it begins."""
        at = self._past_blanks(at + 1)
        while not self._text.startswith("]", at):
            end = self._end(at)
            after = len(self._text) if end is None else self._past_blanks(end)
            if end is None or not self._text.startswith((",", "]"), after):
                self._say(at, "is not JSON, and nothing of the file from there on was sent")
                return len(self._text)
            yield from self._event(at, end)
            at = self._past_blanks(after + 1) if self._text[after] == "," else after
        return self._past_blanks(at + 1)

    def _event(self, at: int, end: int) -> Iterator[Piece]:
        if self._text[at] == "{":
            yield Piece(self._text[at:end].encode(), True, self._name, self._line(at))
        else:
            self._say(at, "is no ADT event")

    def _end(self, at: int) -> int | None:
        """Where the JSON value that begins at `at` ends; nothing where none does."""
        try:
            return _DECODER.raw_decode(self._text, at)[1]
        except (ValueError, RecursionError):
            return None

    def _past_blanks(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        return at if found is None else found.end()

    def _line(self, at: int) -> int:
        return bisect_right(self._line_ends, at) + 1

    def _say(self, at: int, words: str) -> None:
        self._wrong.append(f"{self._name}, line {self._line(at)} {words}")
