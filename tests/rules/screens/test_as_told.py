"""What discharge decides is shown as discharge says it: a screen decides nothing anew."""

from services.screens.presenters import people
from shared.contracts.cases import HandOver
from tests.rules.screens.test_pages import MORGAN, listed
from tests.screens import hospital
from tests.screens.checklists import NOW


def test_whose_a_late_hand_over_is_to_accept_is_what_discharge_says() -> None:
    """It has come as far as the duty desk; whether the reader is at the desk, a screen does not know."""
    late = HandOver(to_cluster="south", to_cluster_name="South cluster", raised_at=NOW, reason="Moved.", level=2)
    giver = hospital.HOLDING.model_copy(update={"coordinator_id": "staff-sam", "coordinator_name": "Sam Okoro"})
    told = hospital.case(7, hand_over=late, holding=giver)
    for asked, text in ((False, "Update task"), (True, "Read and accept")):
        case = told.model_copy(update={"to_accept": asked, "why": "Nothing due today"})
        row = people.present(listed(case), MORGAN, scope="mine", chosen="", now=NOW).people[0]
        assert (row.action.text, row.next_step == "") == (text, asked)


def test_the_filters_say_what_discharge_counted_and_not_what_the_page_shows() -> None:
    counted = {"all": 500, "can_go": 61, "changed": 9, "hand_over": 2, "today": 40, "offered": 1, "declined": 3}
    found = listed(*hospital.people(), counts={**counted, "named": 480, "named_can_go": 60, "died": 0})
    page = people.present(found, MORGAN, scope="mine", chosen="", now=NOW)
    assert [one.text.rpartition(" ")[2] for one in page.filters] == [f"({number})" for number in counted.values()]
