"""Who takes the next person, and how a lead shares people out."""

from collections import Counter

from services.simulator.rules.sharing import Give, Held, Worker, shared_out, takes

ANN, BEN, LEA = Worker("ann", "medicine"), Worker("ben", "medicine"), Worker("lea", "medicine", 0.5)
SAM = Worker("sam", "surgery")
TEAM = (ANN, BEN, LEA, SAM)


def held(**counts: int) -> list[Held]:
    return [Held(f"{who}-{number}", who) for who, count in counts.items() for number in range(count)]


def after(gives: list[Give], cases: list[Held]) -> Counter[str]:
    now = {one.case_id: one.coordinator for one in cases} | {give.case_id: give.to for give in gives}
    return Counter(now.values())


def test_who_has_the_fewest_for_their_share_takes_the_next() -> None:
    assert takes(TEAM, "medicine", {"ann": 5, "ben": 4, "lea": 1}) == LEA
    assert takes(TEAM, "medicine", {"ann": 5, "ben": 4, "lea": 3}) == BEN
    assert takes(TEAM, "medicine", {}) == ANN
    assert takes(TEAM, "maternity", {}) is None


def test_a_fair_share_stays_as_it_is() -> None:
    assert shared_out(TEAM, held(ann=10, ben=8, lea=4, sam=40)) == []


def test_one_who_has_everybody_is_relieved_within_the_cluster_only() -> None:
    cases = held(ann=50, sam=3)
    carried = after(shared_out(TEAM, cases), cases)
    assert carried.total() == 53
    assert carried["sam"] == 3
    assert 18 <= carried["ann"] <= 23
    assert abs(carried["ann"] - carried["ben"]) <= 4
    assert 8 <= carried["lea"] <= 11


def test_nobody_is_given_twice_to_the_same_and_the_last_of_the_list_go_first() -> None:
    gives = shared_out(TEAM, held(ann=30, ben=20, lea=10))
    assert {give.case_id for give in gives} <= {f"ann-{number}" for number in range(20, 30)}
    assert all(give.to != "ann" for give in gives)


def test_who_waits_to_be_handed_over_counts_but_stays() -> None:
    waiting = [Held(f"away-{number}", "ann", stays=True) for number in range(12)]
    gives = shared_out((ANN, BEN), [*waiting, *held(ann=10)])
    assert {give.case_id for give in gives} == {f"ann-{number}" for number in range(1, 10)}
    assert shared_out((ANN, BEN), waiting) == []
