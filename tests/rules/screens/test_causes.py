"""The board by what people wait for, and whom to ring."""

from dataclasses import replace

from services.screens.presenters import delays
from shared.contracts.alerts import AlertKind
from shared.contracts.api.discharge.board import AtTheDesk
from shared.contracts.api.notifications import AlertList
from tests.rules.screens.test_pages import board, shown
from tests.screens import board as board_of
from tests.screens.checklists import NOW


def test_a_cell_of_the_matrix_leaves_just_its_alerts() -> None:
    found = AlertList(items=board_of.alerts(), at=NOW)
    causes = shown(board(found)).causes
    for cause in causes:
        assert delays.cause_of_key(found, delays.cause_key(cause)) == cause
    page = shown(board(found), ward="ash", cause=causes[0])
    assert page.alerts
    assert page.chosen == f"Only Ash ward, still to do: {causes[0]}"
    assert {(row.place, row.waiting_for) for row in page.alerts} == {("Ash ward", causes[0])}


def test_a_cell_stands_for_its_cause_whatever_else_is_waited_for() -> None:
    found = AlertList(items=board_of.alerts(), at=NOW)
    cause = shown(board(found)).causes[0]
    key = delays.cause_key(cause)
    fewer = AlertList(items=tuple(one for one in found.items if one.waiting_for != cause), at=NOW)
    assert delays.cause_of_key(fewer, key) == delays.NO_LONGER
    page = shown(board(fewer), cause=delays.cause_of_key(fewer, key))
    assert (page.alerts, page.empty) == ((), "Nobody here is delayed now. Last checked 7:52am.")
    assert all(cause not in (href or "") for row in page.matrix for _, href in row.cells)


def test_where_nobody_is_named_the_board_gives_the_number_of_the_desk() -> None:
    desk = AtTheDesk(name="the duty desk", phone="01632 960999")
    nobody = [one for one in board_of.alerts() if one.kind is AlertKind.UNCOVERED]
    named = [one for one in board_of.alerts() if one.kind is not AlertKind.UNCOVERED]
    page = shown(replace(board(AlertList(items=(*nobody, named[0]), at=NOW)), desk=desk))
    phones = {row.coordinator: row.phone for row in page.alerts}
    assert phones == {"Unassigned": "01632 960999", "Morgan Hale": "01632 960101"}
    assert page.beneath == "Desk: the duty desk, who answers while the named person is off duty or nobody is named."
    assert shown(board(AlertList(items=tuple(nobody), at=NOW))).alerts[0].phone == ""
