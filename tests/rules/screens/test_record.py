"""The record on a case: told once, said to whom; what was typed for it becomes an entry or says what is wrong."""

from datetime import UTC, date, datetime

import pytest

from services.screens.presenters import record as presenter
from services.screens.presenters import record_entries
from shared.contracts.api.discharge.record import (
    CaseNote,
    CaseRecord,
    ContactMade,
    SummaryEntry,
    SummarySection,
    TeamMember,
    WriteEntry,
)
from tests.screens import hospital, record
from tests.screens.hospital import NOW


def test_the_persons_own_goals_stand_first_and_what_nobody_told_is_said() -> None:
    page = presenter.present(record.RECORD, "/cases/c", NOW, works=True)
    assert page is not None
    assert [one.heading for one in page.told] == ["Their own goals", "Home"]
    assert page.told[0].source == "Asha Patel, yesterday at 11:52am"
    assert page.missing is not None
    assert page.missing.startswith("Not told yet: who they are, what matters to them, carers")
    assert page.misplaced == "1 entry was written about somebody else and was hidden."
    assert len(page.links) == 3
    quiet = presenter.present(CaseRecord(case_id="c", person_id="p"), "/cases/c", NOW, works=False)
    assert quiet is not None
    assert (quiet.told, quiet.said, quiet.links, quiet.misplaced) == ((), (), (), None)
    assert presenter.present(None, "/cases/c", NOW, works=True) is None


def test_the_newest_of_what_was_said_stands_first_and_the_rest_is_kept_back() -> None:
    page = presenter.present(record.RECORD, "/cases/c", NOW, works=True)
    assert page is not None
    assert page.said[0].heading == "Could not reach Daughter by phone, 6:52am"
    assert page.said[0].source == "Morgan Hale, 6:52am, changed since"
    assert (len(page.said), len(page.older)) == (5, 2)


def test_what_was_withdrawn_is_not_shown() -> None:
    withdrawn = record.entry(3, CaseNote(kind="note", text="x"), withdrawn=True)
    gone = record.RECORD.model_copy(update={"notes": (withdrawn,)})
    page = presenter.present(gone, "/cases/c", NOW, works=True)
    assert page is not None
    assert [one.text for one in page.said] == ["No answer, will ring at 2pm"]


def test_what_was_typed_becomes_an_entry() -> None:
    told = record_entries.summary({"section": ["goals"], "text": ["Home by Friday"]}, NOW)
    assert told == WriteEntry(content=SummaryEntry(kind="summary", section=SummarySection.GOALS, text="Home by Friday"))
    assert record_entries.note({"text": ["x"]}, NOW) == WriteEntry(content=CaseNote(kind="note", text="x"))
    typed = {"with_whom": ["Daughter"], "way": ["phone"], "reached": ["no"], "outcome": ["No answer"]}
    now = record_entries.contact(typed, NOW)
    assert isinstance(now, WriteEntry)
    assert isinstance(now.content, ContactMade)
    assert (now.content.spoken_at, now.content.reached) == (NOW, False)
    parts = {"when": ["earlier"], "true_from_time": ["9am"]}
    day = {"true_from-day": ["23"], "true_from-month": ["11"], "true_from-year": ["2026"]}
    earlier = record_entries.contact(typed | parts | day, NOW)
    assert isinstance(earlier, WriteEntry)
    assert isinstance(earlier.content, ContactMade)
    assert earlier.content.spoken_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read", "typed", "fields"),
    [
        (record_entries.summary, {}, ["section", "text"]),
        (record_entries.note, {"text": [" "]}, ["text"]),
        (record_entries.note, {"text": ["x" * 5000]}, ["text"]),
        (record_entries.contact, {"way": ["pigeon"]}, ["with_whom", "outcome", "way"]),
        (
            record_entries.contact,
            {"with_whom": ["a"], "outcome": ["b"], "way": ["phone"], "when": ["earlier"]},
            ["true_from"],
        ),
    ],
)
def test_what_is_missing_is_said_at_its_field(read, typed: dict[str, list[str]], fields: list[str]) -> None:
    wrongs = read(typed, NOW)
    assert isinstance(wrongs, tuple)
    assert [wrong.field for wrong in wrongs] == fields


def test_each_form_is_about_the_stay_that_was_read() -> None:
    found = hospital.detail(hospital.case(6))
    for made in (presenter.summary_form, presenter.note_form, presenter.contact_form):
        assert dict(made(found, NOW).hidden) == {"encounter_id": "enc-006"}


def test_who_is_of_the_team_is_shown_with_what_they_are_and_since_when() -> None:
    there = {"kind": "team", "name": "Mo Reid", "profession": "Mental health liaison", "phone": "01632 960011"}
    here = TeamMember.model_validate(there | {"organisation_kind": "other_health", "from_on": NOW.date()})
    carer = here.model_copy(update={"organisation": "Age Concern", "phone": None, "from_on": date(2026, 10, 6)})
    found = CaseRecord(case_id="c", person_id="p", team=(record.entry(1, here), record.entry(2, carer)))
    page = presenter.present(found, "/cases/c", NOW, works=True)
    assert page is not None
    assert [(one.name, one.phone, one.what) for one in page.team] == [
        ("Mo Reid", "01632 960011", "Mental health liaison, since today"),
        ("Mo Reid", None, "Mental health liaison, Age Concern, since 6 October"),
    ]
