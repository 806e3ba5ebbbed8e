"""What a page asks of somebody who died, who is at home, whom another reader may only look at; and what changed."""

from datetime import timedelta

from services.screens.presenters import banner, case, people, rows, words
from shared.contracts.api.discharge.changes import CaseChanges, ChangeView
from shared.contracts.cases import Holding
from tests.rules.screens.test_pages import MORGAN, listed
from tests.screens import hospital
from tests.screens.checklists import NOW, ago


def test_of_somebody_who_died_nothing_is_asked_and_nothing_is_red() -> None:
    page = case.present(hospital.detail(hospital.DIED), MORGAN, NOW)
    assert (page.heading, page.steps) == ("Mr Clifford Dunmore has died", ())
    assert (page.banner.owner.name, page.banner.owner.uncovered) == ("Nobody now", False)
    assert page.banner.place == "Last on Ash ward"
    assert [fact.label for fact in page.facts] == ["Where"]
    row = people.present(listed(hospital.DIED), MORGAN, scope="mine", chosen="", now=NOW).people[0]
    assert row.why == "Has died. Stop planned contact with the family."
    assert (row.owner, row.step, row.next_step) == (None, "", "All tasks were stopped")
    assert (row.expected, row.action.text) == ("Died yesterday", "Open")


def test_where_somebody_is_stands_since_they_came_there_and_where_they_were_before_it() -> None:
    page = case.present(hospital.detail(hospital.case(6)), MORGAN, NOW)
    where = next(fact for fact in page.facts if fact.label == "Where")
    assert where.source == f"Since {words.moment(ago(days=3), NOW)}"
    assert where.history == (f"Emergency department, since {words.moment(ago(days=4), NOW)}",)


def test_somebody_at_home_is_followed_and_not_held() -> None:
    page = case.present(hospital.detail(hospital.HOME), MORGAN, NOW)
    assert page.heading == "What is still to do for Mrs Mabel Carver at home"
    assert [step.state for step in page.steps] == ["done", "done", "todo", "todo", "current"]
    assert rows.current_step(page.steps) == ("Not followed up yet", "1 day")
    assert {fact.label: fact.value for fact in page.facts}["Left hospital"] == "Left yesterday"
    assert not any(fact.change for fact in page.facts if fact.label != "Pathway")


def test_who_may_only_look_is_offered_nothing_to_do() -> None:
    priya = MORGAN.model_copy(update={"roles": ("bed_manager",), "staff_id": "staff-priya", "clusters": ()})
    page = case.present(hospital.detail(hospital.case(6)), priya, NOW)
    assert (page.main_action, page.add_task, page.reassign) == (None, None, None)
    assert not any(fact.change for fact in page.facts)
    tasks = [row for group in page.groups for row in group.tasks]
    assert not any(row.done_action for row in tasks)
    assert all(row.href.endswith("/history") for row in tasks)


def test_what_changed_is_told_in_sentences() -> None:
    told = (ChangeView(short="Moved", told="Moved to Ash ward, bed 2A."),)
    changes = CaseChanges(case_id="case-006", version=7, seen_at=ago(days=1), items=told)
    page = case.present(hospital.detail(hospital.case(6)), MORGAN, NOW, changes)
    assert page.changed == case.Changed(
        "Changed since you last looked, yesterday at 7:52am", ("Moved to Ash ward, bed 2A.",)
    )
    assert (
        case.present(hospital.detail(hospital.case(6)), MORGAN, NOW, changes.model_copy(update={"items": ()})).changed
        is None
    )


def test_the_banner_says_that_somebody_died_or_left() -> None:
    died = banner.present(hospital.DIED, NOW)
    assert died.died
    assert died.alert is not None
    assert died.alert.startswith("This person died yesterday at 10:52pm. Do not contact the family")
    home = banner.present(hospital.HOME, NOW)
    assert home.alert == "This person left hospital yesterday at 7:52am and is being followed at home."
    assert home.place == "At home"


def test_the_banner_says_what_is_not_known() -> None:
    person = hospital.person(1, family=None, given=None, title=None, nhs_number=None, born=None, mrn=None, sex=None)
    found = banner.present(hospital.case(1, person=person, age=None, bed=None), NOW)
    assert (found.name, found.born, found.nhs_number, found.sex) == (
        "Name not known",
        "not known",
        "not known",
        "Not known",
    )
    assert found.place == "Ash ward, no bed yet"


def test_nobody_named_is_a_red_state_with_its_age() -> None:
    found = rows.owner(Holding(since=ago(hours=2), uncovered_since=ago(hours=2), reason="x"), NOW)
    assert (found.name, found.uncovered, found.note) == ("Unassigned", True, "No named co-ordinator for 2 hours")


def test_cover_is_said_until_it_ends() -> None:
    cover = {"covered_by": "the duty desk", "covered_by_phone": "01632 960999", "cover_until": NOW + timedelta(hours=1)}
    held = hospital.HOLDING.model_copy(update=cover)
    found = rows.owner(held, NOW)
    assert (found.note, found.cover_phone) == ("Off duty. The duty desk answers until 8:52am", "01632 960999")
    later = rows.owner(held, NOW + timedelta(hours=2))
    assert (later.note, later.cover_phone) == (None, None)


def test_nothing_can_be_recorded_for_somebody_who_died() -> None:
    page = case.present(hospital.detail(hospital.DIED), MORGAN, NOW)
    assert page.main_action is None
    assert page.add_task is None
    assert all(row.done_action is None for group in page.groups for row in group.tasks)
