"""A file that is no database, or is damaged, is said to be that, by its name."""

from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select

from shared.database import Database, DatabaseDamaged
from shared.database.tending import tend

metadata = MetaData()
kept = Table("kept_until_damaged", metadata, Column("id", Text, primary_key=True), Column("said", Text))
PAGE = 4096


async def _file_of(folder: Path) -> Path:
    """A database of several pages, whole and closed."""
    file = folder / "kept.db"
    database = await Database.open(f"sqlite:///{file}")
    await database.create_all(metadata)
    async with database.transaction() as tx:
        await tx.insert_many(kept, [{"id": str(number), "said": "secret" * 200} for number in range(50)])
    await database.close()
    assert file.stat().st_size > 10 * PAGE
    return file


def _spoil(file: Path, start: int) -> None:
    """Write over all of `file` from `start` on."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xff" * (size - start))


@pytest.mark.parametrize("damage", ["text", "cut"])
async def test_a_file_that_is_no_database_is_named(tmp_path: Path, damage: str) -> None:
    file = await _file_of(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(b"No database at all.\n" * 500 if damage == "text" else whole[: len(whole) // 2])
    with pytest.raises(DatabaseDamaged, match=str(file)):
        await Database.open(f"sqlite:///{file}")
    with pytest.raises(DatabaseDamaged, match=str(file)):
        await tend(f"sqlite:///{file}", lambda connection: connection.exec_driver_sql("SELECT 1 FROM sqlite_master"))


async def test_damage_that_is_met_later_is_named_and_says_nothing_of_a_row(tmp_path: Path) -> None:
    file = await _file_of(tmp_path)
    _spoil(file, PAGE)  # the first page says what there is, and is whole
    database = await Database.open(f"sqlite:///{file}")
    try:
        with pytest.raises(DatabaseDamaged, match=str(file)) as read:
            async with database.reading() as reading:
                await reading.rows(select(kept.c.said))
        with pytest.raises(DatabaseDamaged, match=str(file)) as written:
            async with database.transaction() as tx:
                await tx.insert_many(kept, [{"id": "more", "said": "secret"}])
        assert "secret" not in f"{read.value} {written.value}"
    finally:
        await database.close()
