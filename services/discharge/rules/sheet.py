"""The sheet for the person and the carer, in words that need no explaining."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final

from services.discharge.model.cases import Task, TaskClock
from services.discharge.model.records import Entry
from services.discharge.rules.checklist import SETTLED
from shared.contracts.api.discharge.record import SheetGiven
from shared.contracts.api.discharge.sheet import SheetContact
from shared.contracts.cases import CaseState, CaseStatus, Holding
from shared.words import named_day

AWAITED: Final = {
    "T07": "A therapist to look with you at how you manage",
    "T12": "Agreeing how your care will be paid for",
    "T18": "A meeting with you and the people close to you",
    "T23": "Your usual carers to start again",
    "T24": "Help at home to get you going again",
    "T25": "Care at home",
    "T26": "A community nurse to visit you",
    "T27": "A bed in a community hospital",
    "T28": "A place in a care home",
    "T29": "Your care home to be ready for you",
    "T30": "Equipment for your home",
    "T31": "A visit to look at your home",
    "T32": "Changes to your home",
    "T33": "Keys and a way into your home",
    "T34": "Your home to be warm, clean and with food in it",
    "T35": "Somebody to look after your pets or the people you care for",
    "T41": "Your medicines to take home",
    "T42": "The letter for you and your GP",
    "T45": "Transport",
}
"""What of the task list is said to the person. Screening, capacity and safeguarding are not: they are spoken about."""


def contacts(holding: Holding | None, desk: str, desk_phone: str | None) -> tuple[SheetContact, ...]:
    """Whom to call: the co-ordinator, and who answers when they are not at work. Nobody named: the desk."""
    name = holding.coordinator_name if holding else None
    phone = holding.coordinator_phone if holding else None
    cover = (holding.covered_by if holding else None) or desk
    cover_phone = (holding.covered_by_phone if holding else None) or desk_phone
    if name is None:
        return (SheetContact(name=desk, phone=desk_phone, when="Call at any time with questions about going home"),)
    return (
        SheetContact(name=name, phone=phone, when="Your named person: call with any question about going home"),
        SheetContact(name=cover, phone=cover_phone, when=f"Call when {name} is not at work"),
    )


def expected(case: CaseState) -> str:
    """When the person is expected to go, in a sentence."""
    if case.status is CaseStatus.FOLLOWING:
        return "You have left hospital. We stay in touch until all is in place."
    if case.expected_discharge_on is None:
        return "We do not yet know when you can go home. Ask us at any time."
    return (
        f"We expect you to leave hospital on {named_day(case.expected_discharge_on)}. "
        "This may change, and we will tell you."
    )


def awaited(tasks: Sequence[Task]) -> tuple[str, ...]:
    """What still has to happen before the person leaves, in plain words."""
    waiting = [task.code for task in tasks if task.clock is TaskClock.BEFORE_LEAVING and task.status not in SETTLED]
    return tuple(AWAITED[code] for code in AWAITED if code in waiting)


def edition(people: Sequence[SheetContact], expected_on: date | None) -> str:
    """The name of what a sheet says: another one when a name, a number or the date is another."""
    said = repr([(one.name, one.phone) for one in people] + [expected_on])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def given(entries: Sequence[Entry]) -> list[Entry]:
    """The sheets given out among these entries, in order."""
    return [one for one in entries if isinstance(one.content, SheetGiven) and not one.withdrawn]


def snapshot(people: Sequence[SheetContact], expected_on: date | None, to: str, way: str) -> SheetGiven:
    """What the sheet said that is given now."""
    cover = people[1] if len(people) > 1 else None
    return SheetGiven.model_validate(
        {
            "kind": "sheet",
            "given_to": to,
            "way": way,
            "coordinator_name": people[0].name,
            "coordinator_phone": people[0].phone,
            "cover_name": cover.name if cover else None,
            "cover_phone": cover.phone if cover else None,
            "expected_on": expected_on,
        }
    )


def out_of_date(sheets: Sequence[Entry], people: Sequence[SheetContact]) -> tuple[str, ...]:
    """What is no longer right on the sheet last given; empty when all is, or none was."""
    last = sheets[-1].content if sheets else None
    if not isinstance(last, SheetGiven):
        return ()
    now = snapshot(people, None, last.given_to, last.way)
    return (
        *_differs(
            "The named person", (last.coordinator_name, last.coordinator_phone), (people[0].name, people[0].phone)
        ),
        *_differs("Who covers", (last.cover_name, last.cover_phone), (now.cover_name, now.cover_phone)),
    )


def _differs(what: str, was: tuple[str | None, str | None], now: tuple[str | None, str | None]) -> tuple[str, ...]:
    if was[0] != now[0]:
        return (f"{what} is now {now[0]}" if now[0] else f"{what} is no longer {was[0]}",)
    return (f"The number of {now[0]} changed",) if was[1] != now[1] else ()
