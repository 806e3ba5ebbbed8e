"""A row of the ward edited in its place: what the board round asks of a bed, and what was changed of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from services.screens.presenters import codes, entries, rows, tags, words
from services.screens.presenters.fields import Field, Option, Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.forms import owners
from services.screens.presenters.frame import Problem
from services.screens.presenters.overtaken import answered, caught_up, date_changed, differences
from services.screens.presenters.ward import beds_shown, shown_at
from shared.contracts.api.discharge import (
    BedRow,
    CaseSummary,
    ChangeTask,
    Profession,
    RecordReview,
    SetExpectedDate,
    SetPathway,
    StaffView,
    TaskStatus,
    WardView,
)
from shared.contracts.cases import CaseStatus
from shared.words import listing

Said = TypeVar("Said", SetExpectedDate, SetPathway, RecordReview)
AS_IT_IS = Option("", "As it is")
_STEPS = (AS_IT_IS, Option(TaskStatus.STARTED.value, "Started"), Option(TaskStatus.DONE.value, "Done"))
_PARTS = "rdps"
_OF_THE_STEP = ("step", "owner_id")
_READ_OF_THE_STEP = ("task_id", "task_version", "owner_was", "profession_was")


@dataclass(frozen=True, slots=True)
class BedEdit:
    """The form under the row of `case_id`. `hidden` is what was read; `next_bed` is the case that follows;
    `saved` is what was saved before, of the bed before.
    """

    case_id: str
    heading: str
    action: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    cancel: str
    task_href: str | None
    review_href: str
    next_bed: str | None
    changed: str | None = None
    saved: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What the round changes about one person; None is left as it is. `task`: the next step's id and version."""

    expected: SetExpectedDate | None = None
    pathway: SetPathway | None = None
    review: RecordReview | None = None
    change: ChangeTask | None = None
    task: tuple[str, str] = ("", "")


def find(found: WardView, case_id: str) -> CaseSummary | None:
    """The person in one of the ward's beds."""
    return next((bed.case for bed in found.beds if bed.case is not None and bed.case.case_id == case_id), None)


def present(found: WardView, case: CaseSummary, staff: Sequence[StaffView], *, chosen: str, now: datetime) -> BedEdit:
    """The form with what is known in it."""
    task = case.next_task
    base = f"/cases/{case.case_id}"
    return BedEdit(
        case_id=case.case_id,
        heading=whose(case),
        action=f"/wards/{found.ward_id}/beds/{case.case_id}",
        fields=(*_about_leaving(case), *_next_step(case, staff)),
        hidden=(
            ("version", str(case.version)),
            ("encounter_id", case.encounter_id),
            ("expected_was", case.expected_discharge_on.isoformat() if case.expected_discharge_on else ""),
            ("pathway_was", case.pathway.value if case.pathway else ""),
            ("task_id", task.task_id if task else ""),
            ("task_version", str(task.version) if task else ""),
            ("owner_was", (task.owner_id or "") if task else ""),
            ("profession_was", task.owner_profession.value if task else ""),
            ("show", chosen),
        ),
        cancel=shown_at(found.ward_id, chosen),
        task_href=f"{base}/tasks/{task.task_id}" if task else None,
        review_href=f"{base}/review",
        next_bed=_next_bed(beds_shown(found, chosen, now, case.case_id), case.case_id),
    )


def whose(case: CaseSummary) -> str:
    """Whose bed it is, as "Bed 2A: BELL, Walter"."""
    return f"{f'Bed {case.bed}' if case.bed else 'No bed yet'}: {words.list_name(case.person)}"


def parts_of(wanted: Round) -> str:
    """Which parts of the form a round changes: their letters, for an address."""
    asked = (wanted.review, wanted.expected, wanted.pathway, wanted.change)
    return "".join(letter for letter, part in zip(_PARTS, asked, strict=True) if part is not None)


def saved(case: CaseSummary, parts: str, now: datetime) -> str:
    """What was saved of a bed, by the letters of `parts`, as it stands now; what is no letter of one is nothing."""
    told = {
        "r": f"reviewed, {tags.of_case(case).text.lower()}",
        "d": f"expected to leave {rows.expected(case, now)}",
        "p": f"pathway {codes.SHORT_PATHWAYS[case.pathway] if case.pathway else 'not recorded'}",
        "s": "the next step",
    }
    said = listing([told[letter] for letter in _PARTS if letter in parts])
    return f"{words.sentence(said)}. Everybody who looks at this ward sees it." if said else "Nothing was changed."


def _next_bed(beds: Sequence[BedRow], case_id: str) -> str | None:
    ids = [bed.case.case_id for bed in beds if bed.case is not None]
    after = ids[ids.index(case_id) + 1 :] if case_id in ids else []
    return after[0] if after else None


def _about_leaving(case: CaseSummary) -> tuple[Field, ...]:
    day = case.expected_discharge_on
    needed = Field(
        "radios",
        "meets_criteria",
        "Acute bed needed?",
        value=("",),
        options=(Option("no", "No, can go"), Option("yes", "Yes, not yet"), Option("", "Not reviewed now")),
    )
    # A number typed in the list chooses its criterion, without a script.
    numbered = (Option(code, f"{int(code[3:])} {text}") for code, text in codes.CRITERIA.items())
    reasons = (Option("", "Choose"), *numbered)
    pathways = tuple(Option(one.value, words_of) for one, words_of in codes.SHORT_PATHWAYS.items())
    return (
        *((needed, Field("select", "criteria", "If yes, why?", options=reasons)) if _open(case) else ()),
        Field(
            "date",
            "expected_on",
            "Expected to leave",
            value=(str(day.day), str(day.month), str(day.year)) if day else ("", "", ""),
        ),
        Field(
            "select",
            "pathway",
            "Pathway",
            value=(case.pathway.value,) if case.pathway else (),
            options=(*(() if case.pathway else (Option("", "Not recorded yet"),)), *pathways),
        ),
    )


def _open(case: CaseSummary) -> bool:
    return case.status is CaseStatus.OPEN


def _next_step(case: CaseSummary, staff: Sequence[StaffView]) -> tuple[Field, ...]:
    task = case.next_task
    if task is None:
        return ()
    nobody = f"{codes.PROFESSIONS[task.owner_profession]}, nobody by name"
    return (
        Field("select", "step", f"Next step: {task.title}", options=_STEPS),
        Field("select", "owner_id", "Who has it?", value=(task.owner_id or "",), options=owners(staff, task, nobody)),
    )


def again(
    form: BedEdit, typed: Typed, wrongs: Sequence[Wrong], *, asked: bool, changed: str | None
) -> tuple[BedEdit, list[Problem]]:
    """The form with everything typed still in it.

    What was read stays what was read, so that a change of somebody else's is noticed; but once the service was `asked`
    it is what is so now, so that what was saved before the refusal is not saved twice. What was chosen of a next step
    is never chosen of another that took its place. `changed` of the form says what is otherwise now, then `changed`.
    """
    other = _other_step(form, typed)
    written = caught_up(form.fields, typed) if asked else typed
    if other:
        written = {**written, **answered([field for field in form.fields if field.name in _OF_THE_STEP])}
    fields, problems = with_wrongs(refill(form.fields, written), wrongs)
    about_all = [field for field in form.fields if not (other and field.name in _OF_THE_STEP)]
    lines = (*((other,) if other else ()), *(differences(about_all, typed) if asked else ()))
    hidden = form.hidden if asked else _as_read(form, typed, () if other is None else _READ_OF_THE_STEP)
    said = " ".join((*lines, *((changed,) if changed else ())))
    return replace(form, fields=fields, hidden=hidden, changed=said or None), list(problems)


def _as_read(form: BedEdit, typed: Typed, but: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value if name in but else one(typed, name)[:64]) for name, value in form.hidden)


def _other_step(form: BedEdit, typed: Typed) -> str | None:
    """What to say when the next step is not the one that was read; None when it is."""
    if "task_id" not in typed or one(typed, "task_id") == dict(form.hidden)["task_id"]:
        return None
    label = next((field.label for field in form.fields if field.name == "step"), "Next step: none")
    touched = one(typed, "step") or one(typed, "owner_id") != one(typed, "owner_was")
    lost = " What you chose for the one before was not saved." if touched else ""
    return f"The next step is another now. {label}.{lost}"


def read(typed: Typed, now: datetime) -> Round | tuple[Wrong, ...]:
    """What was changed. What is as it was read is not written again."""
    wrongs: list[Wrong] = []
    made = Round(
        expected=_kept(entries.expected_date(typed, now), wrongs) if date_changed(typed, "expected_on") else None,
        pathway=_kept(entries.pathway(typed), wrongs) if one(typed, "pathway") != one(typed, "pathway_was") else None,
        review=_kept(entries.review_now(typed), wrongs) if one(typed, "meets_criteria") else None,
        change=_change(typed),
        task=(one(typed, "task_id")[:64], one(typed, "task_version")[:40] or "0"),
    )
    return tuple(wrongs) or made


def _kept(read: Said | entries.Wrongs, wrongs: list[Wrong]) -> Said | None:
    if isinstance(read, tuple):
        wrongs.extend(read)
        return None
    return read


def _change(typed: Typed) -> ChangeTask | None:
    step, held = one(typed, "step"), one(typed, "profession_was")
    status = TaskStatus(step) if step in (TaskStatus.STARTED, TaskStatus.DONE) else None
    known = Profession(held) if held in Profession.__members__ else None
    owner, profession = entries.passed_on(typed, known, one(typed, "owner_was") or None) if known else (None, None)
    if status is None and owner is None and profession is None:
        return None
    return ChangeTask(status=status, owner_id=owner, owner_profession=profession)
