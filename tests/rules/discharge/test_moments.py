"""When the needs of somebody in hospital are established, and what holds that back."""

import pytest
from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile
from services.discharge.rules.checklist import from_template
from services.discharge.rules.decisions import with_pathway
from services.discharge.rules.moments import ADD_ONS, needs_established
from services.discharge.rules.task_templates import CATALOGUE, SCREENING
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import Pathway
from tests.rules.discharge.stays import MONDAY, received, stay


def _with_pathway(*more: str) -> CaseFile:
    """A case with a pathway, whose screening is done and in which the tasks `more` were called for and are open."""
    case = with_pathway(received(stay()), By("asha", "Asha", MONDAY), Pathway.P0, None)
    called_for = tuple(from_template(case.case_id, code, MONDAY) for code in more)
    done = tuple(replace(task, status=TaskStatus.DONE) if task.code in SCREENING else task for task in case.tasks)
    return replace(case, tasks=(*done, *called_for))


def test_needs_are_established_with_the_screening_and_a_pathway():
    assert needs_established(_with_pathway())
    assert not needs_established(replace(_with_pathway(), pathways=()))


@pytest.mark.parametrize("code", [*(f"T{number}" for number in (*range(13, 19), *range(36, 40), 49, 50))])
def test_what_the_screening_called_for_holds_them_back_until_it_is_finished(code: str):
    case = _with_pathway(code)
    assert not needs_established(case)
    for status in (TaskStatus.DONE, TaskStatus.NOT_NEEDED):
        tasks = tuple(replace(task, status=status) if task.code == code else task for task in case.tasks)
        assert needs_established(replace(case, tasks=tasks))


@pytest.mark.parametrize("code", sorted(CATALOGUE.keys() - ADD_ONS - set(SCREENING)))
def test_nothing_else_does(code: str):
    assert needs_established(_with_pathway(code))
