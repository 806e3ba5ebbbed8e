"""Whom to ask about somebody in a bed: the row names the co-ordinator, and the ward who answers for one off duty."""

from datetime import timedelta

from services.screens.presenters import codes, ward
from services.screens.presenters.ward import WardPage
from shared.contracts.api.discharge import BedRow, CaseSummary, Profession, WardView
from tests.screens import hospital
from tests.screens.checklists import NOW, ago, task

OFF_DUTY = hospital.HOLDING.model_copy(
    update={
        "coordinator_name": "Sam Okoro",
        "covered_by": "the discharge duty desk",
        "covered_by_phone": "0115 496 0999",
        "cover_until": NOW + timedelta(hours=1),
    }
)


def shown(*cases: CaseSummary) -> WardPage:
    beds = tuple(BedRow(bed=case.bed, case=case) for case in cases)
    view = WardView(ward_id="ash", ward_name="Ash ward", beds=beds, at=NOW)
    return ward.present(view, chosen="", printed_by="Lee Brandt", may_edit=True, now=NOW)


def test_a_bed_names_its_co_ordinator() -> None:
    page = shown(hospital.case(0), hospital.case(1))
    assert [(bed.named, bed.unnamed) for bed in page.beds] == [("Morgan Hale", False)] * 2
    assert page.desk is None


def test_a_bed_without_one_says_so_once() -> None:
    bed = shown(hospital.UNNAMED).beds[0]
    assert (bed.named, bed.unnamed, bed.marks) == ("Unassigned", True, ())


def test_one_off_duty_is_marked_and_the_ward_says_who_answers() -> None:
    page = shown(hospital.case(0, holding=OFF_DUTY), hospital.case(1, holding=OFF_DUTY), hospital.case(2))
    assert [bed.named for bed in page.beds] == ["Sam Okoro (off)", "Sam Okoro (off)", "Morgan Hale"]
    assert page.desk == "Off duty now: ask the discharge duty desk, 0115 496 0999"
    back = OFF_DUTY.model_copy(update={"cover_until": ago(minutes=1)})
    page = shown(hospital.case(0, holding=back))
    assert (page.beds[0].named, page.desk) == ("Sam Okoro", None)


def test_a_profession_that_has_the_step_is_written_small_and_a_name_as_it_is() -> None:
    page = shown(hospital.case(4), hospital.case(1), hospital.case(0))
    assert [bed.next_owner for bed in page.beds] == ["patient transport", "Tom Reeve", "council home care team"]


def test_an_owner_is_said_with_what_they_work_as_whosever_the_task_is() -> None:
    equipment = task(1, owner_profession=Profession.EQP)
    assert codes.has_it(equipment.model_copy(update={"owner_works_as": "OT"})) == "Tom Reeve (occupational therapist)"
    assert codes.has_it(equipment.model_copy(update={"owner_works_as": "Ward clerk"})) == "Tom Reeve (ward clerk)"
    assert codes.has_it(equipment) == "Tom Reeve", "who works here no longer"
    assert codes.has_it(task(4)) == "Patient transport"
