"""Who holds a case, and who is asked to take it, as the person moves and as nobody is found."""

import pytest

from services.discharge.model.cases import By, CaseFile, Cover, in_fields
from services.discharge.model.cover import ClusterCover, CoveredWard, Hospital, OnRota
from services.discharge.rules.absence import answered
from services.discharge.rules.assignment import Named, Uncovered
from services.discharge.rules.handing_over import Taker, given
from services.discharge.rules.naming import named
from shared.contracts.cases import HandOver, Holding
from shared.contracts.encounters import Location
from tests.rules.discharge.stays import HOUR, MONDAY, POLICY, W1, received, stay

_CLUSTERS = {one: ClusterCover(one, f"{one.title()} cluster", ()) for one in ("north", "south", "east")}
_WARDS = {
    "W1": W1,
    "W2": CoveredWard("w2", "Ward 2", "south"),
    "W3": CoveredWard("w3", "Ward 3", "south"),
    "W4": CoveredWard("w4", "Ward 4", "east"),
}
_HOSPITAL = Hospital("RXX", _WARDS, _CLUSTERS, POLICY)
_ASHA = OnRota("asha", "Asha Patel", None, MONDAY, MONDAY + 8 * HOUR)


def _moved(*wards: str) -> CaseFile:
    """The case of somebody Asha of the north cluster was named for on W1, then moved on, an hour apart."""
    file = named(received(stay(), hospital=_HOSPITAL), Named(_ASHA, "north", "Next on duty", ()), MONDAY)
    for hours, ward in enumerate(wards, 1):
        file = received(stay(location=Location(ward_code=ward)), file, _HOSPITAL, MONDAY + hours * HOUR)
    return file


def _asked(file: CaseFile) -> HandOver:
    assert file.hand_over is not None
    return file.hand_over


def test_moved_on_to_a_third_cluster_the_hand_over_is_for_that_one():
    asked = _asked(_moved("W2", "W4"))
    assert (asked.to_cluster, asked.to_cluster_name) == ("east", "East cluster")
    assert asked.reason == "Moved to Ward 4, which East cluster covers."
    assert asked.raised_at == MONDAY + 2 * HOUR
    assert asked.accept_by == MONDAY + 2 * HOUR + POLICY.accept_handover_within


def test_moved_on_within_the_new_cluster_the_hand_over_names_the_ward_and_is_no_younger():
    asked = _asked(_moved("W2", "W3"))
    assert (asked.to_cluster, asked.reason) == ("south", "Moved to Ward 3, which South cluster covers.")
    assert asked.raised_at == MONDAY + HOUR
    assert asked.accept_by == MONDAY + HOUR + POLICY.accept_handover_within


def test_a_case_is_given_for_the_cluster_where_the_person_now_is():
    by = By("lena", "Lena Wolf", MONDAY + 2 * HOUR)
    taken = given(_moved("W2"), Taker("cara", "Cara Nowak", None), "Moved ward", by)
    assert taken.holding is not None
    assert (taken.holding.coordinator_id, taken.holding.cluster_id, taken.hand_over) == ("cara", "south", None)
    moved_on = received(stay(location=Location(ward_code="W3")), taken, _HOSPITAL, MONDAY + 3 * HOUR)
    assert moved_on.hand_over is None


@pytest.mark.parametrize(("by", "words"), [("cara", "Cara Nowak took"), ("lena", "Lena Wolf gave")])
def test_who_takes_a_case_does_not_give_it_to_themselves(by: str, words: str):
    given_by = By(by, {"cara": "Cara Nowak", "lena": "Lena Wolf"}[by], MONDAY)
    taken = given(_moved("W2"), Taker("cara", "Cara Nowak", None), "Moved ward", given_by)
    assert taken.holding is not None
    assert taken.holding.explanation[0].startswith(f"{words} the case")


def test_nobody_has_been_named_for_as_long_whatever_the_reason_becomes():
    first = named(received(stay()), Uncovered("No cluster covers the ward."), MONDAY)
    later = named(first, Uncovered("Nobody is on the rota."), MONDAY + HOUR)
    assert later.holding is not None
    assert (later.holding.reason, later.holding.since) == ("Nobody is on the rota.", MONDAY + HOUR)
    assert later.holding.uncovered_since == MONDAY


def test_a_cover_agreed_when_the_case_was_given_stands():
    absent = {"asha": Cover("the south desk", "01632 960002", MONDAY + 9 * HOUR)}
    held = Holding(since=MONDAY, reason="Next on duty", coordinator_id="asha", coordinator_name="Asha Patel")
    agreed = held.model_copy(
        update={"covered_by": "the duty desk", "covered_by_phone": "01632 960999", "cover_until": MONDAY + HOUR}
    )
    assert answered(agreed, absent, MONDAY) == agreed
    assert answered(held, absent, MONDAY).covered_by == "the south desk"


def test_nothing_of_a_colleagues_cover_is_left_when_the_duty_desk_answers_after_it():
    """The clock has not looked yet since the colleague's shift ended: the desk answers, and no colleague beside it."""
    held = Holding(since=MONDAY, reason="Next on duty", coordinator_id="asha", coordinator_name="Asha Patel")
    bens = held.model_copy(update=in_fields(Cover("Ben Cole", "01632 960003", MONDAY, "ben")))
    desk = answered(bens, {"asha": Cover("the duty desk", None, MONDAY + HOUR)}, MONDAY)
    assert (desk.covered_by, desk.covered_by_id, desk.covered_by_phone, desk.cover_until) == (
        "the duty desk",
        None,
        None,
        MONDAY + HOUR,
    )
    assert answered(bens, {}, MONDAY) == held
