"""The alerts and the staff of the frozen hospital."""

from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.api.discharge import StaffView
from shared.contracts.api.discharge.board import Answering, AtTheDesk
from tests.screens.checklists import NOW, TASKS, ago


def alert(number: int, **changed: object) -> AlertState:
    """An alert of a delayed person."""
    title, _, holder = TASKS[number % 4]
    shown: dict[str, object] = {
        "alert_id": f"alert-{number:03d}",
        "trust": "RX9",
        "version": 2,
        "kind": AlertKind.DELAYED_TRANSFER,
        "status": AlertStatus.RAISED,
        "case_id": f"case-{number:03d}",
        "encounter_id": f"enc-{number:03d}",
        "ward_id": ("ash", "birch", "cedar")[number % 3],
        "ward_name": ("Ash ward", "Birch ward (general surgery)", "Cedar ward")[number % 3],
        "bed": f"{number % 5 + 1}C",
        "level": 3 - number % 3,
        "since": ago(days=3 - number % 3, hours=number),
        "raised_at": ago(minutes=6) if number == 5 else ago(days=1),
        "waiting_for": title,
        "held_by": holder,
        "coordinator_name": "Morgan Hale",
        "coordinator_phone": "01632 960101",
        "at": NOW,
    }
    return AlertState.model_validate(shown | changed)


def alerts(*, taken: bool = False) -> tuple[AlertState, ...]:
    """Fourteen alerts: one of nobody named, three that somebody has; while most are `taken`, twelve that two have."""
    on_it = {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_by": "Priya Shah", "acknowledged_at": ago(minutes=40)}
    other = on_it | {"acknowledged_by": "Bronwen Hughes", "acknowledged_at": ago(hours=14)}
    has = dict.fromkeys(range(12), other) if taken else {}
    found = [alert(number, **(has | dict.fromkeys((2, 3, 7), on_it)).get(number, {})) for number in range(13)]
    nobody = {"held_by": None, "coordinator_name": None, "coordinator_phone": None}
    uncovered = alert(13, kind=AlertKind.UNCOVERED, waiting_for=None, level=1, **nobody)
    return tuple(sorted((*found, uncovered), key=lambda one: (-one.level, one.since)))


DESK = AtTheDesk(name="the discharge duty desk", phone="0115 496 0999")
ANSWERING = {
    f"case-{number:03d}": Answering(name="the discharge duty desk", phone="0115 496 0999", until=ago(hours=-1))
    for number in range(13)
}
"""Who answers while nobody is at work."""
ENDED = (
    alert(20, status=AlertStatus.RESOLVED, ended_at=ago(hours=1), ended_because="went home"),
    alert(21, status=AlertStatus.RETRACTED, ended_at=ago(hours=2), ended_because="needs to be in hospital again"),
)
STAFF = (
    StaffView(staff_id="staff-asha", name="Asha Patel", profession="HUB", roles=("social_worker",)),
    StaffView(staff_id="staff-morgan", name="Morgan Hale", profession="HSW", roles=("social_worker",)),
    StaffView(staff_id="staff-sam", name="Sam Okoro", profession="HSW", roles=("social_worker", "lead")),
)
