"""What people typed about a wait is on the board of those who may see the case, and never on a wall."""

from dataclasses import replace

from shared.contracts.api.discharge.board import InOwnWords
from shared.contracts.api.notifications import AlertList
from tests.rules.screens.test_pages import board, shown
from tests.screens import board as board_of
from tests.screens.checklists import NOW

TYPED = InOwnWords(waiting_for="The son's spare key", held_by="Hill House")


def test_the_board_shows_what_was_typed_and_the_wall_what_is_told() -> None:
    alert = board_of.alert(1, waiting_for="Another task", held_by="an outside body")
    found = board(AlertList(items=(alert, board_of.alert(2)), at=NOW))
    found = replace(found, in_own_words={alert.case_id: TYPED})
    rows = {row.alert_id: (row.waiting_for, row.held_by) for row in shown(found).alerts}
    assert rows[alert.alert_id] == ("The son's spare key", "Hill House")
    assert rows["alert-002"] != rows[alert.alert_id]
    wall = {row.alert_id: (row.waiting_for, row.held_by) for row in shown(found, wall=True).alerts}
    assert wall[alert.alert_id] == ("Another task", "An outside body")
    assert shown(found).causes == shown(found, wall=True).causes
