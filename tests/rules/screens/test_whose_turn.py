"""The board and the wall put first what nobody has: who is named to nobody, then what nobody is on."""

from services.screens.presenters import delays
from services.screens.presenters.frame import Link, Notice
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.api.notifications import AlertList
from tests.screens import board as board_of
from tests.screens.checklists import NOW, ago

TAKEN = {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_by": "Priya Shah", "acknowledged_at": ago(minutes=40)}
UNNAMED = board_of.alert(13, kind=AlertKind.UNCOVERED, level=1, coordinator_name=None)
RISEN = board_of.alert(3, **TAKEN, escalated_at=ago(minutes=5))
LISTED = (
    board_of.alert(0, **TAKEN),
    RISEN,
    board_of.alert(6),
    board_of.alert(1, **TAKEN),
    board_of.alert(4),
    UNNAMED,
)
"""As notifications lists them: the highest level and the oldest first."""


def board(*alerts: AlertState) -> delays.Board:
    """What the board is made of."""
    return delays.Board(AlertList(items=alerts, at=NOW), {}, None, {})


def page(*alerts: AlertState, free: bool = False, wall: bool = False, ward: str | None = None) -> delays.DelaysPage:
    """The board of these."""
    return delays.present(board(*alerts), ward=ward, cause=None, free=free, wall=wall, taker="staff-priya", now=NOW)


def order(shown: delays.DelaysPage) -> list[str]:
    """The numbers of the alerts shown."""
    return [row.alert_id.removeprefix("alert-0") for row in shown.alerts]


def test_what_nobody_has_comes_first_on_the_board_and_on_the_wall() -> None:
    wanted = ["13", "03", "06", "04", "00", "01"]
    assert order(page(*LISTED)) == order(page(*LISTED, wall=True)) == wanted


def test_somebody_named_to_nobody_is_on_the_wall_however_many_are_taken() -> None:
    many = [board_of.alert(number, **TAKEN) for number in range(12)]
    assert order(page(*many, UNNAMED, wall=True))[0] == "13"


def test_on_how_many_nobody_is_leads_to_just_those() -> None:
    assert page(*LISTED).on_it == Link("Nobody is on 3 of these", "/delays?on=nobody")
    free = page(*LISTED, free=True)
    assert (order(free), free.chosen) == (["13", "06", "04"], "Only those that nobody is on")
    assert free.on_it == page(*LISTED).on_it, "the sentence is about all of them"
    wall = page(*LISTED, free=True, wall=True)
    assert (wall.on_it, order(wall)) == (
        Link("Nobody is on 3 of these", "/delays?view=wall&on=nobody"),
        ["13", "06", "04"],
    )
    ash = page(*LISTED, free=True, ward="ash")
    assert (order(ash), ash.chosen) == (["06"], "Only Ash ward, those that nobody is on")


def test_where_nobody_or_somebody_is_on_all_there_is_no_way_to_some() -> None:
    assert page(UNNAMED).on_it == Link("Nobody is on any of these.", "")
    assert page(board_of.alert(1, **TAKEN)).on_it == Link("Somebody is on each.", "")
    assert page().on_it is None
    none = page(board_of.alert(1, **TAKEN), free=True)
    assert none.empty == "Nobody here is delayed now. Last checked 7:52am."


def taken(alert_id: str | None, *alerts: AlertState, free: bool = False) -> Notice:
    """What is said when an alert was taken."""
    return delays.taken(board(*alerts), page(*alerts, free=free), alert_id, NOW)


def test_who_takes_an_alert_is_told_which_and_what_is_next() -> None:
    said = taken("alert-001", *LISTED)
    assert said.title == "You have this: Patient, bed 2C, Birch ward (general surgery)"
    assert said.way_on == Link(
        "Next that nobody is on: Patient, bed 4C, Birch ward (general surgery)", "#take-alert-013"
    )
    mine = taken("alert-013", *LISTED)
    assert mine.way_on == Link("Next that nobody is on: Patient, bed 2C, Ash ward", "#take-alert-006")
    assert taken("alert-001", *LISTED, free=True).title == said.title, "also where it is not shown any more"


def test_who_takes_the_last_one_or_one_that_is_over_is_told_no_more_than_is_so() -> None:
    assert taken("alert-001", board_of.alert(1, **TAKEN)).way_on is None
    assert taken("alert-999", *LISTED).title == taken(None, *LISTED).title == "You have this"
