"""The frozen hospital: what the services would answer at 7:52am on Tuesday 24 November 2026. Fictional, 999 numbers."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.api.discharge import (
    BedRow,
    CaseDetail,
    CaseSummary,
    ExpectedDateView,
    Movement,
    Profession,
    ReviewView,
    TaskStatus,
    TaskView,
    TimelineEntry,
    WardView,
)
from shared.contracts.cases import CaseStatus, DelayCondition, HandOver, Holding, Moments, Pathway
from shared.contracts.encounters import PersonDisplay

NOW = datetime(2026, 11, 24, 7, 52, tzinfo=ZoneInfo("Europe/London")).astimezone(ZoneInfo("UTC"))
HEARD = NOW - timedelta(minutes=2)
NAMES = re.findall(
    r"(\w+) (\w+)",
    """
    Ada Ashdown, Walter Bell, Mabel Carver, Clifford Dunmore, Hilda Eastwood, Norman Fairley, Vera Garside,
    Stanley Holroyd, Edith Ibbotson, Ronald Jowett, Elsie Kirkham, Harold Lister, Ivy Marsden, Wilfred Naylor,
    Olive Oldroyd, Arnold Pickles, Doris Quarmby, Cyril Ramsden, Nora Sugden, Leonard Thackray, Winifred Umpleby,
    Ernest Varley, Gladys Whiteley, Percy Yeadon, Agnes Armitage, Herbert Broadbent, Muriel Crowther, Reginald
    Dyson, Phyllis Earnshaw, Horace Firth, Beryl Greenwood, Sidney Haigh, Amy Illingworth, Frank Jagger
    """,
)
TASKS = (
    ("Home care start date agreed", Profession.HUB, "Asha Patel"),
    ("Key safe fitted", Profession.HSW, "Tom Reeve"),
    ("Medicines to take home dispensed", Profession.PHA, None),
    ("Therapy assessment, function and mobility", Profession.OT, "Grace Oyelaran"),
    ("Transport booked", Profession.TRN, None),
)


def ago(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """So long before now."""
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def person(number: int, **changed: object) -> PersonDisplay:
    """The person of a number."""
    shown: dict[str, object] = {
        "person_id": f"person-{number}",
        "mrn": f"RX9{1000 + number}",
        "nhs_number": f"99900{number:05d}"[:10],
        "nhs_number_valid": True,
        "family": NAMES[number % len(NAMES)][1],
        "given": NAMES[number % len(NAMES)][0],
        "title": "Mrs" if number % 2 == 0 else "Mr",
        "born": date(1930 + number % 25, 1 + number % 12, 1 + number % 27),
        "sex": "F" if number % 2 == 0 else "M",
    }
    return PersonDisplay.model_validate(shown | changed)


def task(number: int, **changed: object) -> TaskView:
    """A task of a case; what it is goes by number."""
    title, profession, name = TASKS[number % len(TASKS)]
    shown: dict[str, object] = {
        "task_id": f"task-{number}",
        "code": f"T{number:02d}",
        "title": title,
        "status": TaskStatus.STARTED,
        "version": 3,
        "owner_profession": profession,
        "owner_id": "staff-asha" if name == "Asha Patel" else None,
        "owner_name": name,
        "due_at": NOW + timedelta(hours=4 + number % 30, minutes=8),
        "changed_at": ago(hours=20),
        "changed_by": "Morgan Hale",
    }
    return TaskView.model_validate(shown | changed)


HOLDING = Holding(
    coordinator_id="staff-morgan",
    coordinator_name="Morgan Hale",
    coordinator_phone="01632 960101",
    since=ago(days=3),
    reason="On duty for the cluster, fewest people",
    explanation=(
        "Ash ward is covered by the North cluster.",
        "Morgan Hale and Sam Okoro were on duty at 4:10pm.",
        "Morgan Hale holds 31 people by weight, Sam Okoro 36.",
    ),
)


def _delay(number: int) -> DelayCondition:
    return DelayCondition(
        since=ago(days=2, hours=number),
        over_since=ago(days=1, hours=number),
        level=1 + number % 3,
        waiting_for=TASKS[number % len(TASKS)][0],
        held_by=TASKS[number % len(TASKS)][2],
    )


def _why(number: int) -> str:
    if number % 6 == 0:
        return f"Can go, 2 days. Waiting for: {TASKS[number % 5][0].lower()}, council, since Thursday"
    if number % 6 == 1:
        return "A task is overdue: therapy assessment was due yesterday"
    return "Expected to leave tomorrow, nothing is late"


def case(number: int, **changed: object) -> CaseSummary:
    """A case; how it stands goes by number: every sixth can go and is delayed, every sixth but one is overdue."""
    ready, overdue = number % 6 == 0, number % 6 == 1
    shown: dict[str, object] = {
        "case_id": f"case-{number:03d}",
        "encounter_id": f"enc-{number:03d}",
        "version": 7,
        "status": CaseStatus.OPEN,
        "person": person(number),
        "age": 2026 - (1930 + number % 25) - 1,
        "ward_id": "ash",
        "ward_name": "Ash ward",
        "bed": f"{number // 6 + 1}{'ABCDEF'[number % 6]}",
        "cluster_id": "north",
        "cluster_name": "North cluster",
        "holding": HOLDING,
        "pathway": (Pathway.P0, Pathway.P1, None, Pathway.P2)[number % 4],
        "expected_discharge_on": date(2026, 11, 24) + timedelta(days=number % 5 - 1) if number % 3 else None,
        "ready_since": ago(days=2, hours=4) if ready else None,
        "meets_criteria": None if number % 7 == 3 else not ready,
        "reviewed_at": ago(hours=1) if number % 4 else ago(days=1),
        "discharge_ready_date": date(2026, 11, 22) if ready else None,
        "delay": _delay(number) if ready else None,
        "moments": Moments(admitted=ago(days=4), named=ago(days=4), needs_established=ago(days=2) if ready else None),
        "next_task": task(
            number,
            overdue=overdue,
            due_at=ago(hours=14) if overdue else NOW + timedelta(hours=5 + number % 30, minutes=8),
        ),
        "open_tasks": 4,
        "overdue_tasks": int(overdue),
        "urgency": 100 - number,
        "why": _why(number),
        "situation": "Can go since Sunday at 3:52am. The last thing missing is a home care start." if ready else "",
        "changed": ("Moved",) if number % 9 == 4 else (),
        "flags": ("admission_time_corrected", "left_without_a_message") if number % 8 == 1 else (),
        "admitted_at": ago(days=4),
    }
    return CaseSummary.model_validate(shown | changed)


def people() -> tuple[CaseSummary, ...]:
    """The 34 people of a co-ordinator, one of them moving to another cluster."""
    moving = HandOver(
        to_cluster="north", to_cluster_name="North cluster", raised_at=ago(hours=3), reason="Moved to Ash ward"
    )
    giver = HOLDING.model_copy(update={"coordinator_id": "staff-sam", "coordinator_name": "Sam Okoro"})
    first = case(12, hand_over=moving, holding=giver, why="Hand-over to accept: moved to your ward 3 hours ago")
    nobody = Holding(since=ago(hours=2), uncovered_since=ago(hours=2), reason="Nobody is on the rota")
    second = case(18, holding=nobody, why="Nobody is named, 2 hours")
    rest = [case(number) for number in range(34) if number not in (12, 18)]
    rest.sort(key=lambda one: (one.ready_since is None, one.overdue_tasks == 0))
    return (first, second, *rest)


SCRIPT = case(
    6,
    case_id="case-script",
    person=person(6, family="<script>alert(1)</script>", given='O\'Neil & "Co"'),
    why="<b>x</b>",
)
HOME = case(
    2, case_id="case-home", status=CaseStatus.FOLLOWING, left_at=ago(days=1), bed=None, ready_since=None, delay=None
)
DIED = case(3, case_id="case-died", person=person(3, deceased=True, deceased_at=ago(hours=9)), status=CaseStatus.CLOSED)


_REVIEWS = (
    ReviewView(
        review_id="r2",
        meets_criteria=False,
        true_from=ago(days=2, hours=4),
        recorded_at=ago(days=2),
        recorded_by="Dr Ruth Adeyemi",
    ),
    ReviewView(
        review_id="r1",
        meets_criteria=True,
        criteria=("CTR03",),
        true_from=ago(days=4),
        recorded_at=ago(days=4),
        recorded_by="Dr Ruth Adeyemi",
        note="IV fluids until eating",
    ),
)
_TIMELINE = (
    TimelineEntry(
        kind="person",
        at=ago(hours=20),
        learned_at=ago(hours=20),
        text="Home care start: waiting on the council",
        by="Morgan Hale",
    ),
    TimelineEntry(kind="clock", at=ago(days=1), learned_at=ago(days=1), text="Delayed: over the limit of 24 hours"),
    TimelineEntry(kind="hospital", at=ago(days=3), learned_at=ago(days=2, hours=20), text="Moved to Ash ward, bed 2A"),
    TimelineEntry(kind="hospital", at=ago(days=4), learned_at=ago(days=4), text="Admitted as an emergency"),
)


def detail(summary: CaseSummary) -> CaseDetail:
    """Everything of a case."""
    summary = summary.model_copy(update={"expected_discharge_on": date(2026, 11, 26)})
    return CaseDetail(
        summary=summary,
        tasks=(
            task(0, status=TaskStatus.WAITING_EXTERNAL, waiting_on="council home care team", waiting_since=ago(days=4)),
            task(1, overdue=True, due_at=ago(hours=15)),
            task(2, status=TaskStatus.OPEN, needs=("TTO prescribed",)),
            task(4, status=TaskStatus.BLOCKED, reason="The start date is not fixed"),
            task(9, title="Follow-up call after discharge", clock="after_leaving", status=TaskStatus.OPEN, due_at=None),
            task(3, status=TaskStatus.DONE),
            task(8, title="Own care home confirms", status=TaskStatus.NOT_NEEDED, reason="Lives at home"),
        ),
        reviews=_REVIEWS,
        expected_dates=(
            ExpectedDateView(
                expected_on=date(2026, 11, 26),
                recorded_at=ago(days=1),
                recorded_by="Morgan Hale",
                reason="Home care start",
            ),
            ExpectedDateView(expected_on=date(2026, 11, 23), recorded_at=ago(days=3), recorded_by="Dr Ruth Adeyemi"),
        ),
        movements=(
            Movement(ward_name="Ash ward", bed="2A", since=ago(days=3)),
            Movement(ward_name="Emergency department", since=ago(days=4)),
        ),
        holdings=(HOLDING,),
        timeline=_TIMELINE,
        data_as_of=HEARD,
        at=NOW,
    )


def ward_view() -> WardView:
    """Ash ward: 28 beds, three of them empty."""
    beds: list[BedRow] = []
    for number in range(28):
        label = f"{number // 6 + 1}{'ABCDEF'[number % 6]}"
        empty = number in (5, 14, 22)
        beds.append(BedRow(bay=str(number // 6 + 1), bed=label, case=None if empty else case(number, bed=label)))
    return WardView(
        ward_id="ash",
        ward_name="Ash ward",
        site_name="Fellside Infirmary",
        cluster_name="North cluster",
        beds=tuple(beds),
        data_as_of=HEARD,
        at=NOW,
    )
