"""The record on a case's page: told once, and what was said and to whom."""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import banner, words
from services.screens.presenters.fields import Field, FormPage, Option
from services.screens.presenters.forms import DATE_HINT, NOTE_HINT
from services.screens.presenters.frame import Link
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.api.discharge.record import (
    CaseNote,
    CaseRecord,
    ContactMade,
    ContactWay,
    EntryView,
    SummaryEntry,
    SummarySection,
    TeamMember,
)
from shared.words import NEEDS, listing, short_day

SECTIONS: dict[SummarySection, str] = {
    SummarySection.GOALS: "Their own goals",
    SummarySection.WHO_THEY_ARE: "Who they are",
    SummarySection.WHAT_MATTERS: "What matters to them",
    SummarySection.HOME: "Home",
    SummarySection.CARERS: "Carers",
    SummarySection.CONSENT: "Consent",
    SummarySection.COMMUNICATION: "Communication needs",
    SummarySection.RISKS: "Risks",
}
WAYS: dict[ContactWay, str] = {
    ContactWay.IN_PERSON: "in person",
    ContactWay.PHONE: "by phone",
    ContactWay.VIDEO: "by video",
    ContactWay.LETTER: "by letter",
    ContactWay.EMAIL: "by email",
    ContactWay.MESSAGE: "by message",
}
_SHOWN = 5
_YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a heading, what it says, and who said so when."""

    heading: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team: `what` they are, and since when they are of it."""

    name: str
    phone: str | None
    what: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record. `missing` names what nobody told yet; `older` are notes and contacts shown when asked for."""

    told: tuple[Entry, ...]
    missing: str | None
    said: tuple[Entry, ...]
    older: tuple[Entry, ...]
    links: tuple[Link, ...]
    misplaced: str | None
    team: tuple[Colleague, ...] = ()


def present(found: CaseRecord | None, base: str, now: datetime, *, works: bool) -> RecordView | None:
    """The record; nothing for who may not read it or when it cannot be read now."""
    if found is None:
        return None
    told = tuple(_told(one, now) for one in found.summary if not one.withdrawn)
    kept = {one.content.section for one in found.summary if isinstance(one.content, SummaryEntry) and not one.withdrawn}
    missing = [name[:1].lower() + name[1:] for section, name in SECTIONS.items() if section not in kept]
    entries = [one for one in (*found.notes, *found.contacts) if not one.withdrawn]
    said = tuple(_said(one, now) for one in sorted(entries, key=lambda one: one.written_at, reverse=True))
    links = (
        Link("Tell it once", f"{base}/record/summary"),
        Link("Write a note", f"{base}/record/note"),
        Link("Record a contact", f"{base}/record/contact"),
    )
    return RecordView(
        told=told,
        missing=f"Not told yet: {listing(missing)}." if missing else None,
        said=said[:_SHOWN],
        older=said[_SHOWN:],
        links=links if works else (),
        misplaced=_misplaced(found.misplaced),
        team=tuple(_colleague(one.content, now) for one in found.team if isinstance(one.content, TeamMember)),
    )


def _colleague(one: TeamMember, now: datetime) -> Colleague:
    since = short_day(one.from_on, words.london_date(now))
    where = f", {one.organisation}" if one.organisation else ""
    return Colleague(one.name, one.phone, f"{one.profession}{where}, since {since}")


def _misplaced(number: int) -> str | None:
    if not number:
        return None
    verb = "was" if number == 1 else "were"
    return f"{words.count(number, 'entry', 'entries')} {verb} written about somebody else and {verb} hidden."


def _told(one: EntryView, now: datetime) -> Entry:
    section = one.content.section if isinstance(one.content, SummaryEntry) else SummarySection.WHO_THEY_ARE
    text = one.content.text if isinstance(one.content, SummaryEntry) else ""
    kinds = one.content.need_kinds if isinstance(one.content, SummaryEntry) else ()
    needs = f"Kind of need: {listing([NEEDS[kind].lower() for kind in kinds])}. " if kinds else ""
    return Entry(SECTIONS[section], text, f"{needs}{one.confirmed_by}, {words.moment(one.confirmed_at, now)}")


def _said(one: EntryView, now: datetime) -> Entry:
    edited = ", changed since" if one.edited else ""
    source = f"{one.written_by}, {words.moment(one.written_at, now)}{edited}"
    match one.content:
        case ContactMade() as made:
            reached = "Spoke to" if made.reached else "Could not reach"
            when = words.moment(made.spoken_at, now)
            return Entry(f"{reached} {made.with_whom} {WAYS[made.way]}, {when}", made.outcome, source)
        case CaseNote() as note:
            return Entry("Note", note.text, source)
        case _:
            return Entry("Entry", "", source)


def _form(found: CaseDetail, now: datetime, part: str, title: str, submit: str, fields: tuple[Field, ...]) -> FormPage:
    case = found.summary
    base = f"/cases/{case.case_id}"
    return FormPage(
        title=title,
        banner=banner.present(case, now),
        action=f"{base}/record/{part}",
        submit=submit,
        fields=fields,
        hidden=(("encounter_id", case.encounter_id),),
        cancel=Link("Back to the case", base),
        intro={
            "summary": "Everybody who works with this person reads it, so that nobody has to ask again. "
            "It is kept for their next stay.",
        }.get(part),
    )


def summary_form(found: CaseDetail, now: datetime) -> FormPage:
    """Something about the person, told once."""
    sections = tuple(Option(one.value, name) for one, name in SECTIONS.items())
    fields = (
        Field("radios", "section", "What is it about?", options=sections),
        Field("textarea", "text", "What is so?", hint=NOTE_HINT),
        Field(
            "checkboxes",
            "need_kinds",
            "Does it say that they have one of these needs? (optional)",
            hint="Somebody of the profession that fits may be asked to join",
            options=tuple(Option(kind.value, name) for kind, name in NEEDS.items()),
        ),
    )
    return _form(found, now, "summary", "Tell it once", "Save", fields)


def note_form(found: CaseDetail, now: datetime) -> FormPage:
    """A note."""
    return _form(found, now, "note", "Write a note", "Save note", (Field("textarea", "text", "Note", hint=NOTE_HINT),))


def contact_form(found: CaseDetail, now: datetime) -> FormPage:
    """Who was spoken to, and what came of it."""
    ways = tuple(Option(one.value, words.sentence(name)) for one, name in WAYS.items())
    fields = (
        Field("text", "with_whom", "Whom did you speak to?", hint="For example, daughter, or council home care team"),
        Field("radios", "way", "How?", value=(ContactWay.PHONE.value,), options=ways),
        Field(
            "radios",
            "reached",
            "Did you reach them?",
            value=("yes",),
            options=_YES_NO,
        ),
        Field("textarea", "outcome", "What came of it?", hint=NOTE_HINT),
        Field(
            "radios",
            "when",
            "When was it?",
            value=("now",),
            options=(Option("now", "Just now"), Option("earlier", "Earlier, at the date and time below")),
        ),
        Field("date", "true_from", "Date, if earlier", hint=DATE_HINT),
        Field("text", "true_from_time", "Time, if earlier", hint="For example, 9:30am or 14:00", width="5"),
    )
    return _form(found, now, "contact", "Record a contact", "Save contact", fields)
