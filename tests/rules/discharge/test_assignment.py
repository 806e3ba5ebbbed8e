"""Who is named, and the words that say why."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.discharge.model.cover import Caseload, ClusterCover, OnRota
from services.discharge.rules import assignment
from services.discharge.rules.assignment import Choice, Named, Uncovered

MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shift(staff: str, starts: datetime = MONDAY - HOUR, ends: datetime = MONDAY + 8 * HOUR) -> OnRota:
    return OnRota(staff, staff.title(), None, starts, ends)


def cluster(*rota: OnRota) -> ClusterCover:
    return ClusterCover("north", "North cluster", rota)


def choose(
    covering: ClusterCover | None, ward: str | None, held_before: Sequence[str], load: Caseload, at: datetime
) -> Choice:
    duty = assignment.duty_at(covering, at) if covering else None
    return assignment.choose(duty, ward, held_before, load)


def chosen(found: Named | Uncovered) -> str:
    assert isinstance(found, Named)
    return found.coordinator.staff_id


def test_the_least_loaded_on_duty():
    load = Caseload({"asha": 3.0, "ben": 2.5})
    found = choose(cluster(shift("asha"), shift("ben")), "Ward 1", [], load, MONDAY)
    assert chosen(found) == "ben"
    assert isinstance(found, Named)
    assert found.explanation == (
        "North cluster covers Ward 1.",
        "On duty now: Asha, Ben.",
        "Ben carries the least (weighted load 2.5).",
    )


def test_of_equal_loads_who_was_given_a_case_longest_ago():
    last = Caseload({}, {"asha": MONDAY, "ben": MONDAY - HOUR})
    assert chosen(choose(cluster(shift("asha"), shift("ben")), "Ward 1", [], last, MONDAY)) == "ben"


def test_of_equals_the_first_in_order_whatever_the_order_of_the_rota():
    for rota in ((shift("asha"), shift("ben")), (shift("ben"), shift("asha"))):
        assert chosen(choose(cluster(*rota), "Ward 1", [], Caseload(), MONDAY)) == "asha"


def test_who_held_the_person_before_comes_before_load():
    load = Caseload({"asha": 30.0})
    found = choose(cluster(shift("asha"), shift("ben")), "Ward 1", ["gone", "asha", "ben"], load, MONDAY)
    assert chosen(found) == "asha"


def test_at_night_the_next_on_duty_and_the_desk_until_then():
    tomorrow = MONDAY + 22 * HOUR
    covered = cluster(shift("asha"), shift("ben", tomorrow, tomorrow + HOUR))
    found = choose(covered, "Ward 1", [], Caseload(), MONDAY + 9 * HOUR)
    assert chosen(found) == "ben"
    assert isinstance(found, Named)
    assert found.cover is not None
    assert (found.cover.by, found.cover.until) == ("the duty desk", tomorrow)


MORNING = MONDAY + 22 * HOUR


def at_night(*rota: OnRota, held_before: tuple[str, ...] = (), load: Caseload | None = None) -> Named:
    found = choose(cluster(*rota), "Ward 1", held_before, load or Caseload(), MONDAY + 9 * HOUR)
    assert isinstance(found, Named)
    return found


def early_and_late() -> tuple[OnRota, ...]:
    starts = {"asha": MORNING, "ben": MORNING + HOUR, "cara": MORNING + 4 * HOUR, "dev": MORNING + 5 * HOUR}
    return tuple(shift(staff, at, at + 8 * HOUR) for staff, at in starts.items())


def test_at_night_the_least_loaded_of_the_next_morning_not_the_first_to_begin():
    found = at_night(*early_and_late(), load=Caseload({"asha": 9.0, "ben": 8.0, "cara": 7.0, "dev": 0.0}))
    assert found.coordinator.staff_id == "cara"
    assert found.cover is not None
    assert found.cover.until == MORNING + 4 * HOUR
    assert found.explanation == (
        "North cluster covers Ward 1.",
        "Nobody is on duty now. Next on duty, from Tuesday 5 May at 8am: Asha, Ben, Cara.",
        "Cara carries the least (weighted load 7).",
        "Cara is on duty from Tuesday 5 May at midday. Until then the duty desk covers.",
    )


def test_at_night_who_held_the_person_before_comes_first_if_they_are_next_on_duty():
    assert at_night(*early_and_late(), held_before=("dev", "ben", "asha")).coordinator.staff_id == "ben"


def test_at_night_of_equal_loads_who_was_given_a_case_longest_ago_then_the_first_in_order():
    last = Caseload({}, {"asha": MONDAY, "ben": MONDAY - HOUR, "cara": MONDAY})
    assert at_night(*early_and_late(), load=last).coordinator.staff_id == "ben"
    assert at_night(*reversed(early_and_late())).coordinator.staff_id == "asha"


def test_at_night_somebody_with_two_shifts_ahead_is_covered_until_the_first():
    twice = (shift("asha", MORNING, MORNING + HOUR), shift("asha", MORNING + 2 * HOUR, MORNING + 3 * HOUR))
    found = at_night(*reversed(twice))
    assert found.cover is not None
    assert (found.cover.until, found.reason) == (MORNING, "Asha is the only one next on duty.")


def test_a_shift_ends_when_it_ends():
    ends = shift("asha", MONDAY - HOUR, MONDAY)
    assert isinstance(choose(cluster(ends), "Ward 1", [], Caseload(), MONDAY), Uncovered)


def test_nobody_can_be_named():
    assert choose(None, "Ward 9", [], Caseload(), MONDAY) == Uncovered(
        "No cluster covers Ward 9.", ("Ward 9 belongs to no ward cluster.",)
    )
    assert isinstance(choose(None, None, [], Caseload(), MONDAY), Uncovered)
    assert isinstance(choose(cluster(), "Ward 1", [], Caseload(), MONDAY), Uncovered)


def by_offer(staff: str) -> OnRota:
    return OnRota(staff, staff.title(), None, MONDAY - HOUR, MONDAY + 8 * HOUR, "MHL", by_offer=True)


def test_who_comes_by_offer_is_named_only_where_the_rota_has_nobody_else():
    load = Caseload({"asha": 30.0})
    assert chosen(choose(cluster(by_offer("mo"), shift("asha")), "Ward 1", ["mo"], load, MONDAY)) == "asha"
    assert chosen(choose(cluster(by_offer("mo")), "Ward 1", [], load, MONDAY)) == "mo"


def test_at_night_the_next_social_worker_and_not_the_specialist_on_duty():
    later = shift("asha", MORNING, MORNING + 8 * HOUR)
    found = choose(cluster(by_offer("mo"), later), "Ward 1", [], Caseload(), MONDAY)
    assert chosen(found) == "asha"
    assert isinstance(found, Named)
    assert found.cover is not None


def test_who_declined_is_not_asked_and_a_specialist_does_not_come_instead():
    covering = cluster(shift("asha"), shift("ben"), by_offer("mo"))
    assert [one.staff_id for one in assignment.duty_at(covering, MONDAY, {"asha"}).people] == ["ben"]
    nobody = assignment.duty_at(covering, MONDAY, {"asha", "ben"})
    assert (nobody.people, nobody.explanation) == ((), "Nobody else is on the rota of North cluster.")
