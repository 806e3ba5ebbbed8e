"""What was typed for the record becomes an entry, or a list of what is wrong with it."""

from datetime import datetime

from services.screens.presenters import entries
from services.screens.presenters.entries import Wrongs
from services.screens.presenters.fields import Typed, Wrong, one
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.api.discharge.record import (
    CaseNote,
    ContactMade,
    ContactWay,
    SummaryEntry,
    SummarySection,
    WriteEntry,
)


def summary(typed: Typed, _: datetime) -> WriteEntry | Wrongs:
    """Something told once."""
    text = entries.long_text(typed, "text", "Enter what is so")
    section = one(typed, "section")
    known = section in {one.value for one in SummarySection}
    if isinstance(text, Wrong) or not known:
        wrongs = [] if known else [Wrong("section", "Choose what it is about")]
        return (*wrongs, *([text] if isinstance(text, Wrong) else []))
    kinds = tuple(one for one in NeedKind if one.value in typed.get("need_kinds", ()))
    told = SummaryEntry(kind="summary", section=SummarySection(section), text=text, need_kinds=kinds)
    return WriteEntry(content=told)


def note(typed: Typed, _: datetime) -> WriteEntry | Wrongs:
    """A note."""
    text = entries.long_text(typed, "text", "Enter the note")
    return (text,) if isinstance(text, Wrong) else WriteEntry(content=CaseNote(kind="note", text=text))


def contact(typed: Typed, now: datetime) -> WriteEntry | Wrongs:
    """A contact, of now or of an earlier time."""
    whom = entries.short_text(typed, "with_whom", "Enter whom you spoke to")
    outcome = entries.long_text(typed, "outcome", "Enter what came of it")
    at = entries.true_from(typed, now)
    way = one(typed, "way")
    wrongs = [part for part in (whom, outcome, at) if isinstance(part, Wrong)]
    if way not in {one.value for one in ContactWay}:
        wrongs.append(Wrong("way", "Choose how"))
    if wrongs or isinstance(whom, Wrong) or isinstance(outcome, Wrong) or isinstance(at, Wrong):
        return tuple(wrongs)
    made = ContactMade(
        kind="contact",
        with_whom=whom,
        way=ContactWay(way),
        spoken_at=at or now,
        reached=one(typed, "reached") != "no",
        outcome=outcome,
    )
    return WriteEntry(content=made)
