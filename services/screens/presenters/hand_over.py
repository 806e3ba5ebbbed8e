"""Hand-over of one person: what must I know about them before I take them, and how do I hand them over?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.screens.presenters import banner, entries, words
from services.screens.presenters.entries import Wrongs
from services.screens.presenters.fields import Field, FormPage, Option, Typed, Wrong, date_of, one
from services.screens.presenters.forms import DATE_HINT, NOTE_HINT
from services.screens.presenters.frame import Link, roles_of
from services.screens.presenters.typed_times import read_date
from services.screens.presenters.words import london_date
from shared.contracts.api.discharge import CaseDetail, Pass
from shared.contracts.api.discharge.handing_over import ChooseHandOver, HandOverChoice, HandOverView
from shared.contracts.api.discharge.record import HandOverNote
from shared.contracts.cases import HandOver, Holding
from shared.contracts.roles import TAKERS, Role
from shared.words import named_day

PARTS: tuple[tuple[str, str], ...] = (
    ("situation", "Situation"),
    ("matters", "What matters to the person"),
    ("open_tasks", "Open tasks"),
    ("risks", "Risks"),
    ("next_step", "Next step"),
)
JOINT_AT_MOST = timedelta(days=28)
FROM_HOMEWARD = "Made by Homeward from the record. Nobody has written a note yet."


@dataclass(frozen=True, slots=True)
class NoteView:
    """The note as it is read: each part with its heading, and whose words they are."""

    parts: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """A hand-over to read. `accept` is where accepting is posted, for who may; `write` for who may change the note."""

    title: str
    banner: banner.PatientBanner
    answer: str
    note: NoteView
    accept: Link | None
    write: Link | None
    printed: str


def note(found: HandOverView, now: datetime) -> NoteView:
    """The note, sent or made."""
    sent = found.sent
    source = f"{sent.changed_by}, {words.moment(sent.changed_at, now)}" if sent else FROM_HOMEWARD
    return NoteView(tuple((label, getattr(found.note, name)) for name, label in PARTS), source)


def accepting(found: HandOverView | None, base: str) -> Link | None:
    """What is offered to who may accept, and where it is posted; to who accepted it jointly: to take over now."""
    if found is None or found.hand_over is None or not found.may_accept:
        return None
    return Link("Accept hand-over" if found.hand_over.waits else "Take over now", f"{base}/hand-over")


def may_write(held: Holding, who: Pass) -> bool:
    """Whether `who` writes the note: who is named, who covers, or a lead."""
    mine = who.staff_id in (held.coordinator_id, held.covered_by_id)
    return bool(roles_of(who) & TAKERS) and (mine or Role.LEAD in roles_of(who))


def is_form(found: HandOverView, who: Pass, *, asked: bool) -> bool:
    """Whether `who` finds the form: who gives, and a lead who asks for it; others read."""
    giver = who.staff_id in (found.holding.coordinator_id, found.holding.covered_by_id)
    return may_write(found.holding, who) and (giver or asked)


def told(raised: HandOver | None, giver: str | None, now: datetime) -> str:
    """How the hand-over stands, in a sentence or two."""
    if raised is None:
        return "No hand-over waits."
    if raised.joint_until is not None and not raised.waits:
        until = named_day(raised.joint_until)
        return (
            f"Together with {raised.taker_name} until {until}: {giver} is named until then, then {raised.taker_name}."
        )
    late = ("", " Late: raised with the lead.", " Late: raised with the duty desk.")[min(raised.level, 2)]
    asked = f"To {raised.to_cluster_name}, waiting {words.age_of(raised.raised_at, now)}.{late}"
    joint = f" Together until {named_day(raised.joint_until)}." if raised.joint_until else ""
    return f"{asked}{joint} {raised.reason.rstrip('.')}. {giver or 'Nobody'} stays responsible until it is accepted."


def reading(found: CaseDetail, view: HandOverView, who: Pass, now: datetime) -> HandOverPage:
    """The page of who takes, or only reads."""
    case = found.summary
    base = f"/cases/{case.case_id}"
    return HandOverPage(
        title="Hand-over",
        banner=banner.present(case, now),
        answer=told(view.hand_over, view.holding.coordinator_name, now),
        note=note(view, now),
        accept=accepting(view, base),
        write=Link("Change the note", f"{base}/hand-over/note?edit=1") if may_write(view.holding, who) else None,
        printed=f"Printed {words.full_moment(now)} by {who.name}",
    )


def form(found: CaseDetail, view: HandOverView, now: datetime) -> FormPage:
    """The page of who gives: the note, as sent or as made, and how it is to end while a hand-over waits."""
    case, raised = found.summary, view.hand_over
    base = f"/cases/{case.case_id}"
    parts = tuple(Field("textarea", name, label, value=(getattr(view.note, name),)) for name, label in PARTS)
    return FormPage(
        title="Hand over" if raised else "Note for the next shift",
        intro=_intro(view, now),
        banner=banner.present(case, now),
        action=f"{base}/hand-over/note",
        submit="Hand over" if raised else "Save note",
        fields=(*(_ends(raised) if raised else ()), *parts),
        hidden=(
            ("version", str(view.version)),
            ("note_version", str(view.sent.version if view.sent else 0)),
            ("encounter_id", case.encounter_id),
            ("waits", "yes" if raised else ""),
        ),
        cancel=Link("Back to the case", base),
    )


def changed(view: HandOverView, now: datetime) -> str:
    """What stands now, for whoever typed on what stood before."""
    sent = view.sent
    when = words.moment(sent.changed_at, now) if sent else ""
    said = f"{sent.changed_by} sent a note, {when}: {view.note.situation} " if sent else ""
    return f"{said}{told(view.hand_over, view.holding.coordinator_name, now)}"


def _intro(view: HandOverView, now: datetime) -> str:
    by = f"Sent by {view.sent.changed_by}, {words.moment(view.sent.changed_at, now)}." if view.sent else FROM_HOMEWARD
    standing = f"{told(view.hand_over, view.holding.coordinator_name, now)} " if view.hand_over else ""
    return f"{standing}{by} Correct it, then send it. {NOTE_HINT}."


def _ends(raised: HandOver) -> tuple[Field, ...]:
    day = raised.joint_until
    return (
        Field(
            "radios",
            "choice",
            "How do you hand over?",
            value=(HandOverChoice.JOINT.value if day else HandOverChoice.TRANSFER.value,),
            options=(
                Option("transfer", f"Give to {raised.to_cluster_name}", "Whoever accepts is named at once"),
                Option("joint", "Together until a day", "You stay named until that day begins, then whoever accepted"),
                Option("keep", "Keep this person", "You stay named, on the new ward too"),
            ),
        ),
        Field(
            "date",
            "until",
            "Until which day?",
            value=(str(day.day), str(day.month), str(day.year)) if day else ("", "", ""),
            hint=DATE_HINT,
            under="choice=joint",
        ),
        Field("text", "reason", "Why do you keep them?", value=("",), under="choice=keep"),
    )


def read_note(typed: Typed) -> HandOverNote | Wrongs:
    """The note as typed."""
    found = {name: entries.long_text(typed, name, f"Enter {label.lower()}") for name, label in PARTS}
    wrongs = tuple(said for said in found.values() if isinstance(said, Wrong))
    return wrongs or HandOverNote.model_validate(found)


def read_choice(typed: Typed, now: datetime) -> ChooseHandOver | Wrongs:
    """How the hand-over is to end, as typed."""
    chosen = one(typed, "choice")
    if chosen == HandOverChoice.TRANSFER:
        return ChooseHandOver(choice=HandOverChoice.TRANSFER)
    if chosen == HandOverChoice.KEEP:
        why = entries.short_text(typed, "reason", "Enter why you keep them")
        return (why,) if isinstance(why, Wrong) else ChooseHandOver(choice=HandOverChoice.KEEP, reason=why)
    if chosen != HandOverChoice.JOINT:
        return (Wrong("choice", "Choose how you hand over"),)
    day = read_date(date_of(typed, "until"), "until", "the day")
    if isinstance(day, Wrong):
        return (day,)
    today = london_date(now)
    if not today < day <= today + JOINT_AT_MOST:
        return (Wrong("until", "The day must be after today, and within four weeks"),)
    return ChooseHandOver(choice=HandOverChoice.JOINT, until=day)
