"""The frozen hospital: what the services would answer at 7:52am on Tuesday 24 November 2026. Fictional, 999 numbers.

What discharge says in words of its own (why, what is next, what it waits for) is asked of its rules, never invented.
"""

import re
from datetime import date, timedelta

from services.discharge.model.cases import Task
from services.discharge.model.readers import Reader
from services.discharge.rules.checklist import is_overdue
from services.discharge.rules.delay import waiting_for
from services.discharge.rules.handing_over import waits_for
from services.discharge.rules.situation import next_step
from services.discharge.rules.stop_first import banner
from services.discharge.rules.summaries import in_order, needs_reader, task_view
from services.discharge.rules.urgency import urgency
from shared.contracts.api.discharge import (
    BedRow,
    CaseDetail,
    CaseSummary,
    ExpectedDateView,
    Movement,
    ReviewView,
    TimelineEntry,
    WardView,
)
from shared.contracts.cases import CaseState, CaseStatus, DelayCondition, HandOver, Holding, Moments, Pathway
from shared.contracts.encounters import PersonDisplay
from tests.screens.checklists import HEARD, NOW, ago, tasks

READER = Reader("staff-morgan", ("north",))
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
    waits = waiting_for(tasks(number), HOLDING.coordinator_name, NOW)
    return DelayCondition(
        since=ago(days=2, hours=number),
        over_since=ago(days=1, hours=number),
        level=1 + number % 3,
        waiting_for=waits.waiting_for,
        held_by=waits.held_by,
    )


def case(number: int, **changed: object) -> CaseSummary:
    """A case; how it stands goes by number: every sixth can go and is delayed, every sixth but one is overdue."""
    ready = number % 6 == 0
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
        "open_tasks": 5,
        "overdue_tasks": sum(is_overdue(one, NOW) for one in tasks(number)),
        "changed": ("Moved",) if number % 9 == 4 else (),
        "flags": ("admission-time-corrected", "overlapping-stays") if number % 8 == 1 else (),
        "admitted_at": ago(days=4),
    }
    found = CaseSummary.model_validate(shown | changed)
    return _said(found, tasks(number, found.status))


def _said(shown: CaseSummary, held: tuple[Task, ...]) -> CaseSummary:
    """`shown` with what discharge itself says of such a case: what is next, where it stands in a list and why."""
    state = CaseState.model_validate(
        {**dict(shown), "trust": "RX9", "deceased": shown.person.deceased, "at": NOW}, strict=False, extra="ignore"
    )
    step = next_step(state, held, NOW)
    order = urgency(state, step, shown.changed, READER, NOW)
    return shown.model_copy(
        update={
            "next_task": task_view(step, NOW) if step else None,
            "to_accept": waits_for(state.hand_over, READER),
            "urgency": order.score,
            "why": order.why,
            "situation": order.situation,
            "needs_reader": needs_reader(state, held, READER, NOW),
            "stop_first": banner(state),
        }
    )


NOBODY = Holding(since=ago(hours=2), uncovered_since=ago(hours=2), reason="Nobody is on the rota")
UNNAMED = case(18, holding=NOBODY)


def people() -> tuple[CaseSummary, ...]:
    """The 34 people of a co-ordinator: one of them is moving to their cluster, for one nobody is named."""
    moving = HandOver(
        to_cluster="north", to_cluster_name="North cluster", raised_at=ago(hours=3), reason="Moved to Ash ward."
    )
    giver = HOLDING.model_copy(update={"coordinator_id": "staff-sam", "coordinator_name": "Sam Okoro"})
    odd: dict[int, dict[str, object]] = {12: {"hand_over": moving, "holding": giver}, 18: {"holding": NOBODY}}
    return tuple(in_order([case(number, **odd.get(number, {})) for number in range(34)]))


SCRIPT = case(
    6,
    case_id="case-script",
    person=person(6, family="<script>alert(1)</script>", given='O\'Neil & "Co"'),
).model_copy(update={"why": "<b>x</b>"})
LEFT = ago(days=1)
HOME = case(
    2,
    case_id="case-home",
    status=CaseStatus.FOLLOWING,
    left_at=LEFT,
    bed=None,
    moments=Moments(admitted=ago(days=4), named=ago(days=4), left_hospital=LEFT),
)
DIED = case(
    3,
    case_id="case-died",
    person=person(3, deceased=True, deceased_at=ago(hours=9)),
    status=CaseStatus.CLOSED,
    holding=Holding(since=ago(hours=9), reason="The case has ended."),
    left_at=ago(hours=9),
    changed=("Has died",),
)


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
        tasks=tuple(task_view(one, NOW) for one in tasks(6, summary.status)),
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
            Movement(ward_name="Emergency department", since=ago(days=4)),
            Movement(ward_name="Ash ward", bed="2A", since=ago(days=3)),
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
