"""Rows that are handed on, many at once: what to know of each, who answers, and which may be chosen to be accepted."""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import rows, words
from services.screens.presenters.tags import Tag
from shared.contracts.api.discharge import CaseSummary


@dataclass(frozen=True, slots=True)
class HandedRow:
    """A person: what to know (`note`, in whose words), and since or until when (`when`). `href` leads to the whole note
    or the case.
    """

    case_id: str
    name: str
    age: str
    place: str
    standing: Tag
    since: str
    note: str
    source: str
    when: str
    late: str
    href: str
    link: str


def row(case: CaseSummary, now: datetime, *, note: str, source: str, when: str, late: str = "") -> HandedRow:
    """The row of a case. The note is read whole where it is written and accepted."""
    tag, since = rows.standing(case, now)
    return HandedRow(
        case_id=case.case_id,
        name=words.list_name(case.person),
        age=rows.age(case),
        place=rows.place(case),
        standing=tag,
        since=since,
        note=note,
        source=source,
        when=when,
        late=late,
        href=f"/cases/{case.case_id}/hand-over/note",
        link="Note",
    )


def accepted(done: int, left: int) -> tuple[str, str, str]:
    """What is said once some were accepted: the kind of notice, its title and its text."""
    people = words.count(done, "person", "people")
    if left == 0:
        return "success", f"Accepted: {people}", ""
    others = words.count(left, "person", "people")
    why = "Somebody was there first, or it changed. The list shows them as they are now."
    return "information", f"Accepted: {people}. Not accepted: {others}", why
