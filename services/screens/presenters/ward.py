"""Ward: for each bed, what is next? And the list of wards that leads there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import codes, rows, words
from services.screens.presenters.frame import Link
from services.screens.presenters.tags import Tag
from shared.contracts.api.discharge import BedRow, CaseSummary, WardList, WardSummary, WardView
from shared.contracts.cases import CaseStatus
from shared.words import listing


@dataclass(frozen=True, slots=True)
class BedLine:
    """One bed. `empty`: nobody is in it, in words. `named`: the co-ordinator; `unnamed`: there is none."""

    bed: str
    empty: str | None
    href: str | None
    case_id: str
    edit_href: str | None
    reviewed: bool
    name: str
    age: str
    standing: Tag | None
    since: str
    expected: str
    next_step: str
    next_owner: str
    overdue: bool
    named: str
    unnamed: bool
    pathway: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardPage:
    """The page of one ward. `desk` says who answers for those marked off duty, when some are."""

    ward_id: str
    name: str
    answer: str
    desk: str | None
    strip: tuple[Link, ...]
    beds: tuple[BedLine, ...]
    empty: str | None
    cluster: str
    spoken: str
    printed: str


@dataclass(frozen=True, slots=True)
class WardLine:
    """A ward in the list."""

    name: str
    href: str
    kind: str
    site: str
    cluster: str
    people: str
    can_go: str


@dataclass(frozen=True, slots=True)
class WardsPage:
    """The list of wards."""

    answer: str
    wards: tuple[WardLine, ...]
    empty: str | None


WARD_FILTERS = ("", "can_go", "not_reviewed")


def present_list(found: WardList) -> WardsPage:
    """All wards, the one with most people who can go first."""
    ordered = sorted(found.items, key=lambda ward: (-ward.can_go, ward.ward_name))
    going = sum(ward.can_go for ward in found.items)
    people = sum(ward.people for ward in found.items)
    answer = (
        f"{words.count(people, 'person', 'people')} on {words.count(len(found.items), 'ward')}. "
        f"{going or 'Nobody'} can go and {'is' if going <= 1 else 'are'} still here."
    )
    empty = "No wards are set up yet. An administrator loads them from the setup file." if not ordered else None
    return WardsPage(answer, tuple(_ward(ward) for ward in ordered), empty)


def _ward(ward: WardSummary) -> WardLine:
    return WardLine(
        name=ward.ward_name,
        href=f"/wards/{ward.ward_id}",
        kind=words.sentence(ward.kind.replace("_", " ")),
        site=ward.site_name or "",
        cluster=ward.cluster_name or "No cluster covers it",
        people=f"{ward.people:,}",
        can_go=f"{ward.can_go:,}",
    )


def shown_at(ward_id: str, chosen: str) -> str:
    """The address of a ward with a filter."""
    return f"/wards/{ward_id}" + (f"?show={chosen}" if chosen else "")


def beds_shown(found: WardView, chosen: str, now: datetime, editing: str | None = None) -> tuple[BedRow, ...]:
    """The beds a filter leaves; that of the case `editing` stays, whatever it asks for."""
    if chosen not in ("can_go", "not_reviewed"):
        return found.beds

    def wanted(case: CaseSummary) -> bool:
        fits = _can_go(case) if chosen == "can_go" else _unreviewed(case, now)
        return fits or case.case_id == editing

    return tuple(bed for bed in found.beds if bed.case is not None and wanted(bed.case))


def present(
    found: WardView, *, chosen: str, printed_by: str, may_edit: bool, now: datetime, editing: str | None = None
) -> WardPage:
    """One row a bed, in bed order, empty beds too; a filter leaves the beds it asks for, and the one that is edited."""
    chosen = chosen if chosen in WARD_FILTERS else ""
    cases = [bed.case for bed in found.beds if bed.case is not None]
    today = words.london_date(now)
    going = [case for case in cases if _can_go(case)]
    waiting = [case for case in cases if _unreviewed(case, now)]
    tomorrow = [case for case in cases if case.expected_discharge_on and (case.expected_discharge_on - today).days == 1]
    kept = beds_shown(found, chosen, now, editing)
    return WardPage(
        ward_id=found.ward_id,
        name=found.ward_name,
        answer=_answer(len(found.beds), len(cases), len(going), len(tomorrow)),
        desk=_desk(cases, now),
        strip=(
            Link(f"All beds ({len(found.beds)})", shown_at(found.ward_id, ""), current=not chosen),
            Link(f"Can go ({len(going)})", shown_at(found.ward_id, "can_go"), current=chosen == "can_go"),
            Link(
                f"Not reviewed today ({len(waiting)})",
                shown_at(found.ward_id, "not_reviewed"),
                current=chosen == "not_reviewed",
            ),
        ),
        beds=tuple(_bed(bed, shown_at(found.ward_id, chosen) if may_edit else None, now) for bed in kept),
        empty=_empty(kept, chosen, found.at, now),
        cluster=found.cluster_name or "No cluster covers this ward",
        spoken=f"Ward updated {words.moment(found.at, now)}. {words.count(len(going), 'person', 'people')} can go.",
        printed=f"Printed {words.full_moment(now)} by {printed_by}",
    )


def _answer(beds: int, people: int, going: int, tomorrow: int) -> str:
    first = f"{words.count(people, 'person', 'people')} in {words.count(beds, 'bed')}."
    return f"{first} {going or 'Nobody'} can go now, {tomorrow or 'nobody'} expected to leave tomorrow."


def _desk(cases: Sequence[CaseSummary], now: datetime) -> str | None:
    away = [case.holding for case in cases if rows.owner(case.holding, now).away]
    desks = {(one.covered_by or rows.DESK, one.covered_by_phone) for one in away}
    told = [f"{desk}, {phone}" if phone else desk for desk, phone in sorted(desks, key=str)]
    return f"Off duty now: ask {listing(told)}" if told else None


def _can_go(case: CaseSummary) -> bool:
    return case.ready_since is not None and case.status is CaseStatus.OPEN


def _unreviewed(case: CaseSummary, now: datetime) -> bool:
    """No review today, by the day in London."""
    return case.status is CaseStatus.OPEN and (
        case.reviewed_at is None or words.london_date(case.reviewed_at) != words.london_date(now)
    )


def _empty(kept: tuple[BedRow, ...], chosen: str, at: datetime, now: datetime) -> str | None:
    if kept:
        return None
    said = {
        "": "No beds are known on this ward.",
        "can_go": "Nobody on this ward can go and is still here.",
        "not_reviewed": "Everybody on this ward was reviewed today.",
    }[chosen]
    return f"{said} Last checked {words.moment(at, now)}."


def _bed(row: BedRow, here: str | None, now: datetime) -> BedLine:
    label = row.bed or row.bay or "No bed yet"
    case = row.case
    if case is None:
        return BedLine(
            label, "Empty", None, "", None, reviewed=True, name="", age="", standing=None, since="", expected="",
            next_step="", next_owner="", overdue=False, named="", unnamed=False, pathway="", marks=(),
        )  # fmt: skip
    tag, _ = rows.standing(case, now)
    task = case.next_task
    held = rows.owner(case.holding, now)
    base = f"/cases/{case.case_id}"
    return BedLine(
        bed=label,
        empty=None,
        href=base,
        case_id=case.case_id,
        edit_href=f"{here}{'&' if '?' in here else '?'}edit={case.case_id}#edit" if here else None,
        reviewed=not _unreviewed(case, now),
        name=words.list_name(case.person),
        age=rows.age(case),
        standing=tag,
        since=words.roughly(now - case.ready_since) if case.ready_since and _can_go(case) else "",
        expected=rows.expected(case, now),
        next_step=task.title if task else "Nothing left to do",
        next_owner=codes.within(task.held_by, task.owner_profession) if task else "",
        overdue=bool(task and task.overdue),
        named=f"{held.name} (off)" if held.away else held.name,
        unnamed=held.uncovered,
        pathway=codes.SHORT_PATHWAYS[case.pathway] if case.pathway else "Not recorded",
        marks=case.changed,
    )
