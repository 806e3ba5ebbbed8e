"""Keeps entries of the record, each with every state it had, and finds them by case and by person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, func, or_, select, true

from services.discharge.model.records import Entry, EntryAct, EntryContent, Subject
from services.discharge.tables import cases as c
from services.discharge.tables import records as t
from shared.contracts.api.discharge.record import Content
from shared.database import Reading, Transaction

_CONTENT: TypeAdapter[EntryContent] = TypeAdapter(Content)
_PLAIN = tuple(name for name in Entry.__struct_fields__ if name not in ("about", "content", "act"))


async def subject(reading: Reading, trust: str, case_id: str) -> Subject | None:
    """Whom a case of the trust is about now."""
    table = c.cases
    row = await reading.row(
        select(table.c.case_id, table.c.encounter_id, table.c.person_id).where(
            table.c.trust == trust, table.c.case_id == case_id
        )
    )
    return Subject(row.case_id, row.encounter_id, row.person_id) if row is not None else None


async def entries_for(reading: Reading, trust: str, about: Subject) -> list[Entry]:
    """What was written on the case, and what was told of its person anywhere; in the order written."""
    table = t.entries
    of_person = (table.c.person_id == about.person_id) & (table.c.kind == "summary")
    rows = await reading.rows(
        select(table)
        .where(table.c.trust == trust, or_(table.c.case_id == about.case_id, of_person))
        .order_by(table.c.written_at, table.c.entry_id)
    )
    return [_entry(row) for row in rows]


async def lock_entry(tx: Transaction, trust: str, entry_id: str) -> Entry | None:
    """An entry, locked until the end."""
    table = t.entries
    row = await tx.row(select(table).where(table.c.trust == trust, table.c.entry_id == entry_id).with_for_update())
    return _entry(row) if row is not None else None


async def keep(tx: Transaction, trust: str, entry: Entry) -> None:
    """Keep a new state of an entry beside those it had."""
    row = _row(trust, entry)
    await tx.insert_many(t.entry_states, [row])
    await tx.upsert_many(t.entries, [row], key=["trust", "entry_id"])


async def history(reading: Reading, trust: str, entry_id: str) -> list[Entry]:
    """Every state of an entry, newest first."""
    table = t.entry_states
    rows = await reading.rows(
        select(table).where(table.c.trust == trust, table.c.entry_id == entry_id).order_by(table.c.number.desc())
    )
    return [_entry(row) for row in rows]


async def misplaced(reading: Reading, trust: str) -> list[Row[Any]]:
    """The cases with entries about somebody else: `case_id`, `ward_name`, `entries`; by case id."""
    table, cases = t.entries, c.cases
    same = (cases.c.trust == table.c.trust) & (cases.c.case_id == table.c.case_id)
    return await reading.rows(
        select(cases.c.case_id, cases.c.ward_name, func.count().label("entries"))
        .join_from(table, cases, same)
        .where(
            table.c.trust == trust,
            table.c.person_id != cases.c.person_id,
            table.c.withdrawn.is_(False),
            table.c.set_aside.is_(False),
        )
        .group_by(cases.c.case_id, cases.c.ward_name)
        .order_by(cases.c.case_id)
    )


async def sheets(reading: Reading, trust: str, case_ids: Sequence[str]) -> list[Entry]:
    """The sheets given out on these cases, in the order they were given, withdrawn ones left out."""
    return await of_kind(reading, trust, case_ids, "sheet")


async def of_kind(
    reading: Reading, trust: str, case_ids: Sequence[str], kind: str, since: datetime | None = None
) -> list[Entry]:
    """The entries of a kind on these cases, in the order they were written, withdrawn ones left out; those written or
    changed at `since` or after, if given.
    """
    table = t.entries
    new = true() if since is None else table.c.changed_at >= since
    rows = await reading.rows(
        select(table)
        .where(
            table.c.trust == trust,
            table.c.case_id.in_(case_ids),
            table.c.kind == kind,
            table.c.withdrawn.is_(False),
            new,
        )
        .order_by(table.c.written_at, table.c.entry_id)
    )
    return [_entry(row) for row in rows]


def _row(trust: str, entry: Entry) -> dict[str, object]:
    return {
        "trust": trust,
        "case_id": entry.about.case_id,
        "encounter_id": entry.about.encounter_id,
        "person_id": entry.about.person_id,
        "kind": entry.content.kind,
        "content": entry.content.model_dump(mode="json"),
        "act": entry.act.value,
        **{name: getattr(entry, name) for name in _PLAIN},
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        about=Subject(row.case_id, row.encounter_id, row.person_id),
        content=_CONTENT.validate_python(row.content),
        act=EntryAct(row.act),
        **{name: getattr(row, name) for name in _PLAIN},
    )
