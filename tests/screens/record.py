"""The record of the people of the frozen hospital, and what changed since somebody last looked."""

from datetime import date

from shared.contracts.api.discharge.record import (
    CaseNote,
    CaseRecord,
    ContactMade,
    ContactWay,
    Content,
    EntryView,
    OrganisationKind,
    SummaryEntry,
    SummarySection,
    TeamMember,
)
from tests.screens.hospital import ago


def entry(number: int, content: Content, **changed: object) -> EntryView:
    """An entry, written so many hours ago."""
    at = ago(hours=number)
    shown: dict[str, object] = {
        "entry_id": f"entry-{number}",
        "version": 1,
        "content": content,
        "written_at": at,
        "written_by": "Morgan Hale",
        "changed_at": at,
        "changed_by": "Morgan Hale",
        "confirmed_at": at,
        "confirmed_by": "Asha Patel",
    }
    return EntryView.model_validate(shown | changed)


ENTRIES = (
    entry(20, SummaryEntry(kind="summary", section=SummarySection.GOALS, text="To sleep in her own bed by Friday")),
    entry(
        21,
        SummaryEntry(
            kind="summary", section=SummarySection.HOME, text="Bungalow, two steps at the door.\nKey with the neighbour"
        ),
    ),
)
NOTES = tuple(entry(2 + number, CaseNote(kind="note", text=f"Rang the council, call {number}")) for number in range(6))
CONTACT = entry(
    1,
    ContactMade(
        kind="contact",
        with_whom="Daughter",
        way=ContactWay.PHONE,
        spoken_at=ago(hours=1),
        reached=False,
        outcome="No answer, will ring at 2pm",
    ),
    edited=True,
)
TEAM = entry(
    30,
    TeamMember(
        kind="team",
        name="Mo Reid",
        profession="Mental health liaison",
        organisation_kind=OrganisationKind.WARD,
        phone="01632 960011",
        from_on=date(2026, 11, 20),
    ),
)
RECORD = CaseRecord(
    case_id="case", person_id="p", summary=ENTRIES, notes=NOTES, contacts=(CONTACT,), team=(TEAM,), misplaced=1
)
