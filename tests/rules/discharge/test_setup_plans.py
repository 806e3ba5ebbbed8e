"""How plans stand over the hospital that is held: each over what those before it leave."""

from dataclasses import replace
from datetime import datetime

from services.discharge.model.hospital import Setup
from services.discharge.model.plans import SetupPlan
from services.discharge.rules.setup_plans import left_before, standings
from shared.contracts.api.setups import PlanAct, PlanStands
from tests.services.discharge.riverside import DAY, MONDAY, riverside


def _desk(name: str) -> Setup:
    return replace(riverside(), duty_desk=replace(riverside().duty_desk, name=name))


def _plan(number: int, then: Setup, wanted: Setup, act: PlanAct = PlanAct.PLANNED) -> SetupPlan:
    at: datetime = MONDAY + number * DAY
    return SetupPlan(f"p-{number}", 1, act, at, "", wanted, then, MONDAY, "ida", "Ida")


def _stand(held: Setup, *plans: SetupPlan) -> list[tuple[str, PlanStands]]:
    return [(one.plan.plan_id, one.stands) for one in standings(plans, held)]


def test_each_waits_over_what_the_one_before_it_leaves() -> None:
    one, two = _plan(1, riverside(), _desk("a")), _plan(2, _desk("a"), _desk("b"))
    assert _stand(riverside(), two, one) == [("p-1", PlanStands.WAITING), ("p-2", PlanStands.WAITING)]
    assert left_before([one, two], riverside(), MONDAY + 2 * DAY) == _desk("a")
    assert left_before([one, two], riverside(), MONDAY + 3 * DAY) == _desk("b")
    assert left_before([one, two], riverside(), MONDAY + DAY) == riverside()


def test_one_that_is_overtaken_leaves_the_hospital_as_it_is() -> None:
    one, two = _plan(1, riverside(), _desk("a")), _plan(2, _desk("a"), _desk("b"))
    assert _stand(_desk("c"), one, two) == [("p-1", PlanStands.OVERTAKEN), ("p-2", PlanStands.OVERTAKEN)]
    assert left_before([one, two], _desk("c"), MONDAY + 3 * DAY) == _desk("c")


def test_nothing_is_overwritten_where_the_hospital_is_as_wanted_already() -> None:
    assert _stand(_desk("a"), _plan(1, riverside(), _desk("a"))) == [("p-1", PlanStands.WAITING)]


def test_those_that_are_settled_come_last_and_count_for_nothing() -> None:
    gone = _plan(1, riverside(), _desk("a"), PlanAct.WITHDRAWN)
    two = _plan(2, riverside(), _desk("b"))
    assert _stand(riverside(), gone, two) == [("p-2", PlanStands.WAITING), ("p-1", PlanStands.WITHDRAWN)]
