"""Staff, rota, absences and clusters as tables (CSV), out and in: a table takes the place of its part of the file.

A table that was written and is read again changes nothing. What is wrong in one is told by its own lines.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.error import Mark

from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file.hours import write_hours
from services.discharge.rules.setup_file.reading import read_parts, setup_document
from services.discharge.rules.setup_file.writing import write_setup
from shared.yaml_parts import Notes, Wrong

_APART: Final = 10_000_000
"""Between the lines of two tables, so that a line tells which table it is of: no file has as many."""
_LINE: Final = re.compile(r"\bon line ([0-9]+)")
_BETWEEN: Final = re.compile(r"[\s;,]+")
_HELD: Final = "the hospital as it is held"


class TableOf(StrEnum):
    """What a table is of; the value is the key of its part in the setup file."""

    STAFF = "staff"
    ROTA = "rota"
    ABSENCES = "away"
    CLUSTERS = "clusters"


_COLUMNS: Final[Mapping[TableOf, tuple[str, ...]]] = {
    TableOf.STAFF: ("id", "name", "profession", "roles", "clusters", "wards", "phone", "capacity"),
    TableOf.ROTA: ("staff", "cluster", "duty_desk", "hours", "from", "until"),
    TableOf.ABSENCES: ("staff", "from", "until"),
    TableOf.CLUSTERS: ("id", "name", "lead", "ward", "specialty", "residence"),
}
_LISTS: Final = frozenset({"roles", "clusters", "wards", "specialty", "residence"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was given: the `name` its mistakes are told by, and its text."""

    name: str
    text: str


def write_table(setup: Setup, of: TableOf) -> str:
    """That part of `setup` as CSV with a header; several ids in a cell stand apart by spaces."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS[of])
    writer.writerows(_WRITTEN[of](setup))
    return out.getvalue()


def read_tables(held: Setup, tables: Mapping[TableOf, Table]) -> Setup | list[str]:
    """The hospital `held` with these tables in place of those parts; or all that is wrong, by table and line."""
    file = setup_document(write_setup(held))
    if isinstance(file, Wrong):
        return [f"{_HELD}: {file}"]
    for number, (of, table) in enumerate(tables.items(), start=1):
        file.keys[of.value] = _nodes(of, table.text, number * _APART, file.notes)
    found = read_parts(file)
    return found if isinstance(found, Setup) else [_told(one, [*tables.values()]) for one in found]


def _told(one: Wrong, tables: Sequence[Table]) -> str:
    def where(line: int) -> str:
        number = line // _APART
        return f"{tables[number - 1].name} line {line % _APART}" if number else f"{_HELD}, line {line} of its export"

    return f"{where(one.line)}: {one.word}: {_LINE.sub(lambda found: f'on {where(int(found[1]))}', one.wrong)}"


def _nodes(of: TableOf, text: str, base: int, notes: Notes) -> Node:
    """The rows of a table as the nodes of its part: each on its line."""
    columns = _COLUMNS[of]
    rows: list[tuple[int, dict[str, str]]] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            here, line = base + line, reader.line_num + 1
            if header is None:
                header = [one.strip().lower() for one in cells]
                _check_header(header, columns, here, notes)
            elif any(one.strip() for one in cells):
                if len(cells) != len(header):
                    notes.add(here, of.value, f"has {len(cells)} cells, the header has {len(header)}")
                rows.append((here, {key: one.strip() for key, one in zip(header, cells, strict=False) if one.strip()}))
    except csv.Error as wrong:
        notes.add(base + line, of.value, f"is not CSV: {wrong}")
    if header is None:
        notes.add(base + 1, of.value, f"is empty: the first line names the columns {', '.join(columns)}")
    entries = _clusters(rows, notes) if of is TableOf.CLUSTERS else [_row(at, _values(at, row)) for at, row in rows]
    return SequenceNode("tag:yaml.org,2002:seq", entries, _mark(base + 1), _mark(base + 1))


def _check_header(header: Sequence[str], columns: Sequence[str], line: int, notes: Notes) -> None:
    for name in header:
        if name not in columns:
            notes.add(line, name or "(empty)", f"is no column; columns are {', '.join(columns)}")
        elif header.count(name) > 1:
            notes.add(line, name, "stands twice")
    for name in columns[:1]:
        if name not in header:
            notes.add(line, name, "is missing from the header")


def _values(line: int, row: Mapping[str, str]) -> dict[str, Node]:
    return {key: _cell(line, key, text) for key, text in row.items()}


def _cell(line: int, key: str, text: str) -> Node:
    if key in _LISTS:
        return _list(line, _BETWEEN.split(text.strip(" ;,")))
    if key == "hours":
        return _list(line, [one.strip() for one in text.split(";") if one.strip()])
    return _scalar(line, text)


def _clusters(rows: Iterable[tuple[int, Mapping[str, str]]], notes: Notes) -> list[Node]:
    """One cluster for the rows of each id, with a ward or a share of one by the row."""
    first: dict[str, tuple[int, Mapping[str, str]]] = {}
    wards: dict[str, list[Node]] = {}
    for line, row in rows:
        key = row.get("id", "")
        begun, before = first.setdefault(key, (line, row))
        for name in ("name", "lead"):
            if row.get(name) != before.get(name):
                notes.add(line, row.get(name, name), f"is another {name} of the cluster than on line {begun}")
        share = {name: row[name] for name in ("ward", "specialty", "residence") if name in row}
        if len(share) > 1:
            wards.setdefault(key, []).append(_row(line, _values(line, share)))
        elif "ward" in share:
            wards.setdefault(key, []).append(_scalar(line, share["ward"]))
    found: list[Node] = []
    for key, (line, row) in first.items():
        values = _values(line, {name: row[name] for name in ("id", "name", "lead") if name in row})
        covered = SequenceNode("tag:yaml.org,2002:seq", wards.get(key, []), _mark(line), _mark(line))
        found.append(_row(line, {**values, "wards": covered}))
    return found


def _row(line: int, values: Mapping[str, Node]) -> Node:
    pairs = [(_scalar(line, key), value) for key, value in values.items()]
    return MappingNode("tag:yaml.org,2002:map", pairs, _mark(line), _mark(line))


def _list(line: int, texts: Iterable[str]) -> Node:
    return SequenceNode("tag:yaml.org,2002:seq", [_scalar(line, one) for one in texts], _mark(line), _mark(line))


def _scalar(line: int, text: str) -> Node:
    return ScalarNode("tag:yaml.org,2002:str", text, _mark(line), _mark(line))


def _mark(line: int) -> Mark:
    return Mark("", 0, line - 1, 0, None, 0)


def _staff(setup: Setup) -> Iterable[Sequence[object]]:
    for one in setup.staff:
        lists = (" ".join(several) for several in (sorted(one.roles), one.clusters, one.wards))
        yield (one.id, one.name, one.profession, *lists, one.phone or "", one.capacity)


def _rota(setup: Setup) -> Iterable[Sequence[object]]:
    for one in setup.rota:
        whose = ("", "true") if one.cluster is None else (one.cluster, "")
        yield (
            one.staff,
            *whose,
            write_hours(one.days, one.starts, one.ends),
            one.valid_from or "",
            one.valid_until or "",
        )


def _absences(setup: Setup) -> Iterable[Sequence[object]]:
    return ((one.staff, one.first, one.last) for one in setup.absences)


def _covered(setup: Setup) -> Iterable[Sequence[object]]:
    for one in setup.clusters:
        named = (one.id, one.name, one.lead or "")
        yield from ((*named, ward, "", "") for ward in one.wards)
        for share in one.shares:
            codes = " ".join(share.codes)
            yield (*named, share.ward, *((codes, "") if share.by.value == "specialty" else ("", codes)))


_WRITTEN: Final[Mapping[TableOf, Callable[[Setup], Iterable[Sequence[object]]]]] = {
    TableOf.STAFF: _staff,
    TableOf.ROTA: _rota,
    TableOf.ABSENCES: _absences,
    TableOf.CLUSTERS: _covered,
}
