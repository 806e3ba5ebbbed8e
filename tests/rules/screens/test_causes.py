"""The board by what people wait for: what stands in an address for it."""

from services.screens.presenters import delays
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
