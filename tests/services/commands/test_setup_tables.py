"""`homeward setup --export`, tables in place of parts, and `--preview`: what comes out goes in and changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select

from services.commands import setup_text
from services.commands.setup import SetupRefused, applied, loaded
from services.commands.setup_preview import previewed
from services.commands.setup_tables import NotSetUp, TableName, exported, of_tables
from services.commands.setup_text import NotRecorded
from services.discharge.rules.setup_file import Table, TableOf
from services.discharge.tables.cases import audited
from shared.audit import ensure_key
from shared.database import Database
from shared.settings import Settings
from tests.rules.setup.test_setup_file import EXAMPLE
from tests.services.admissions.hospital import TRUST
from tests.services.commands.test_setup import HERE, NAMED, settings
from tests.services.discharge.riverside import case_id_of, hear, stay

__all__ = ["settings"]
STAFF = "id,name,profession,roles,clusters\nann,Ann,HSW,social_worker,west\nbo,Bo,HSW,social_worker,west\n"


async def _load(settings: Settings, of: TableOf, text: str) -> tuple[str, ...]:
    return await loaded(settings, of_tables(TRUST, {of: Table(f"{of.name.lower()}.csv", text)}))


async def test_what_is_exported_and_loaded_again_changes_nothing(settings: Settings) -> None:
    example = EXAMPLE.read_text().replace("RZZ", TRUST)
    await applied(settings, example)
    text = await exported(settings, TRUST)
    assert await applied(settings, text) == ()
    assert await exported(settings, TRUST) == text
    for name in TableName:
        assert await _load(settings, name.of, await exported(settings, TRUST, name.of)) == ()
    assert await applied(settings, example) == ()


async def test_a_table_changes_its_part_and_leaves_all_else_feeds_too(settings: Settings) -> None:
    await applied(settings, HERE + NAMED)
    assert await _load(settings, TableOf.STAFF, STAFF) == ("member of staff bo added",)
    assert (await exported(settings, TRUST, TableOf.STAFF)).splitlines()[2].startswith("bo,Bo,HSW,social_worker,west")
    assert await applied(settings, HERE + NAMED) == ("member of staff bo removed",)


async def test_a_table_with_mistakes_is_refused_by_its_lines_and_keeps_nothing(settings: Settings) -> None:
    await applied(settings, HERE + NAMED)
    with pytest.raises(SetupRefused, match=r"^staff\.csv line 3: surgeon: is not a role"):
        await _load(settings, TableOf.STAFF, STAFF.replace("bo,Bo,HSW,social_worker", "bo,Bo,HSW,surgeon"))
    assert await applied(settings, HERE + NAMED) == ()
    with pytest.raises(NotSetUp, match="RZZ is not set up yet"):
        await exported(settings, "RZZ")


async def test_a_preview_says_what_loading_would_and_does_nothing(settings: Settings) -> None:
    await applied(settings, HERE)
    wanted = HERE.replace("name: West", "name: West and north") + NAMED
    seen = await previewed(settings, setup_text.of_text(wanted))
    told = await applied(settings, wanted)
    assert told == ("cluster west changed", f"feed PAS at {TRUST} is named")
    assert seen == [
        *told,
        "Of 0 cases that would be looked at again:",
        "  no case is looked at because of it",
        "Nothing was done.",
    ]
    assert await previewed(settings, setup_text.of_text(wanted)) == []


def test_a_file_that_a_spreadsheet_saved_may_begin_with_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + HERE.encode())
    assert setup_text.text_of(file) == HERE


async def test_who_previews_by_command_is_on_record_before_a_case_is_shown(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = settings.model_copy(update={"data": tmp_path_factory.mktemp("data")})
    await applied(settings, HERE)
    wanted = setup_text.of_text(HERE.replace("west", "east"))
    database = await Database.open(settings.url())
    try:
        await hear(database, stay(1, ward="OAK"))
        with pytest.raises(NotRecorded, match="the key of the audit rows is not in"):
            await previewed(settings, wanted)
        ensure_key(settings.keys())
        told = await previewed(settings, wanted)
        assert "  1 case would be another cluster’s" in told
        case_id = await case_id_of(database)
        assert any(line.startswith(f"  {case_id} (cluster, hand over): Oak, West, Ann") for line in told), told
        async with database.reading() as reading:
            rows = await reading.rows(select(audited.c.caller, audited.c.act, audited.c.subjects))
        assert [(row.caller, row.act, row.subjects) for row in rows] == [
            ("homeward-setup", "setup-previewed", [case_id])
        ]
    finally:
        await database.close()
