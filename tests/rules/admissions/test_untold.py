"""Messages that do not say when: what is still read of them, and which of them have no place anywhere."""

from datetime import UTC, datetime

import pytest

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import NOT_TOLD, UNTOLD, Fact, Feed, Flag, NoEffect, Quarantined
from shared.hl7.message import read

RECEIVED = datetime(2026, 7, 1, tzinfo=UTC)
PID = "PID|1||H1^^^RZZ^MR"


def _pv1(visit: str = "", admitted: str = "", ended: str = "", account: str = "") -> list[str]:
    return [f"{PID}{'|' * 15}{account}", f"PV1|1|I|B47{'|' * 16}{visit}{'|' * 25}{admitted}|{ended}"]


def _read(
    trigger: str, *segments: str, sent: str = "", recorded: str = "", happened: str = ""
) -> tuple[Fact, ...] | NoEffect | Quarantined:
    head = [f"MSH|^~\\&|PAS|RZZ|||{sent}||ADT^{trigger}|C1|P|2.4", f"EVN|{trigger}|{recorded}||||{happened}"]
    return read_facts(read("\r".join([*head, *segments]).encode()), Feed("pas", "RZZ"), Kept("m", "s", RECEIVED))


def _fact(trigger: str, *segments: str, sent: str = "", recorded: str = "", happened: str = "") -> Fact:
    told = _read(trigger, *segments, sent=sent, recorded=recorded, happened=happened)
    assert isinstance(told, tuple), told
    return told[0]


@pytest.mark.parametrize(
    ("sent", "recorded"), [("", ""), ('""', '""'), ("2026", "202606"), ("18991231", "20261345"), ("", "29990101")]
)
def test_without_a_time_to_go_by_nothing_is_taken_from_its_arrival(sent: str, recorded: str) -> None:
    fact = _fact("A01", *_pv1("V1"), sent=sent, recorded=recorded)
    assert (fact.recorded, fact.occurred, fact.is_dated) == (UNTOLD, NOT_TOLD, False)
    assert Flag.TIME_NOT_TOLD in fact.flags


@pytest.mark.parametrize(("sent", "recorded"), [("20260605", ""), ("", "20260605"), ("20260605", "20261345")])
def test_one_of_the_two_is_enough(sent: str, recorded: str) -> None:
    fact = _fact("A01", *_pv1("V1"), sent=sent, recorded=recorded)
    assert fact.recorded == datetime(2026, 6, 4, 23, tzinfo=UTC)
    assert Flag.TIME_NOT_TOLD not in fact.flags


def test_what_it_says_of_when_it_happened_is_when_it_happened() -> None:
    happened = datetime(2026, 6, 5, 9, tzinfo=UTC)
    for fact in (
        _fact("A02", *_pv1("V1"), happened="20260605100000"),
        _fact("A01", *_pv1(admitted="20260605100000")),
        _fact("A03", *_pv1(ended="20260605100000")),
    ):
        assert (fact.recorded, fact.occurred.at, fact.occurred.is_told) == (UNTOLD, happened, True)


@pytest.mark.parametrize("trigger", ["A01", "A02", "A03", "A08", "A11", "A12", "A13", "A21"])
def test_without_a_time_and_a_visit_it_has_no_place(trigger: str) -> None:
    told = _read(trigger, *_pv1())
    assert isinstance(told, Quarantined)
    assert told.code == "no-time-and-no-visit"
    for placed in (_pv1("V1"), _pv1(account="A1"), _pv1(admitted="20260605100000")):
        assert isinstance(_read(trigger, *placed), tuple)


def test_of_a_swap_what_has_a_place_is_read() -> None:
    one, other = _pv1("V1"), _pv1()
    other[0] = other[0].replace("H1", "H2")
    told = _read("A17", *one, *other)
    assert isinstance(told, tuple)
    assert [fact.patient.value for fact in told] == ["H1"]


@pytest.mark.parametrize("trigger", ["A28", "A31", "A40"])
def test_what_is_about_a_person_needs_no_time(trigger: str) -> None:
    assert isinstance(_read(trigger, PID, "MRG|H2^^^RZZ^MR"), tuple)


def test_a_plan_may_be_known_by_its_number_alone() -> None:
    assert isinstance(_read("A05", PID, "PV1|1|P|B47||W1"), tuple)
    assert isinstance(_read("A08", PID, "PV1|1|I|B47||W1"), Quarantined)


@pytest.mark.parametrize(
    ("recorded", "sent", "at"),
    [
        ("20260605", "20260605150000", datetime(2026, 6, 5, 14, tzinfo=UTC)),
        ("20260605", "20260605003000", datetime(2026, 6, 4, 23, 30, tzinfo=UTC)),
        ("20260605", "20260606003000", datetime(2026, 6, 4, 23, tzinfo=UTC)),
        ("20261025", "20261025233000", datetime(2026, 10, 25, 23, 30, tzinfo=UTC)),
        ("2026060515", "20260605155900", datetime(2026, 6, 5, 14, 59, tzinfo=UTC)),
        ("2026060515", "20260605160000", datetime(2026, 6, 5, 14, tzinfo=UTC)),
        ("20260605143000", "20260605", datetime(2026, 6, 5, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_finer_time_within_a_coarse_one_is_when_it_was_recorded(recorded: str, sent: str, at: datetime) -> None:
    fact = _fact("A02", *_pv1("V1"), sent=sent, recorded=recorded)
    assert (fact.recorded, fact.occurred.at) == (at, at)


def test_a_coarse_time_of_happening_yields_to_a_finer_one_within_it() -> None:
    day = {"recorded": "20260605150000", "happened": "20260605"}
    eight, three = datetime(2026, 6, 5, 7, tzinfo=UTC), datetime(2026, 6, 5, 14, tzinfo=UTC)
    assert _fact("A01", *_pv1("V1", admitted="20260605080000"), **day).occurred.at == eight
    assert _fact("A02", *_pv1("V1", admitted="20260605080000"), **day).occurred.at == three
    assert _fact("A03", *_pv1("V1", ended="20260606080000"), **day).occurred.at == three
    moved = _fact("A02", *_pv1("V1"), "ZBE|M1^PAS|20260605||INSERT", recorded="20260605150000")
    assert moved.occurred.at == three
