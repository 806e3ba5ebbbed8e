"""What does not say when it was told, or when it happened, beside what does: in every order, it overwrites nothing."""

from datetime import UTC, datetime
from itertools import permutations

from msgspec.structs import replace

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import NOT_TOLD, UNTOLD, Encounter, EncounterStatus, Fact, Feed, Flag, Pins
from services.admissions.rules.claims import admission_claimed
from services.admissions.rules.interpreting import interpret
from shared.hl7.message import read
from tests.rules.admissions.ward_language import in_ward_language

AT = datetime(2026, 2, 1, tzinfo=UTC)
FIFTH = "20260105100000"


def _told(trigger: str, recorded: str = "", **said: str) -> bytes:
    """A message about H1. `said`: ward, visit (V1), account, admitted, ended, born, control, and mrg (MRG-5)."""
    pid = ["PID", "1", "", "H1^^^RZZ^MR", "", "", "", said.get("born", ""), *[""] * 10, said.get("account", "")]
    pv1 = ["PV1", "1", "I", said.get("ward", ""), *[""] * 15, said.get("visit", "V1")]
    pv1 += [*[""] * 24, said.get("admitted", ""), said.get("ended", "")]
    head = f"MSH|^~\\&|PAS|RZZ|||{recorded}||ADT^{trigger}|{said.get('control', '')}|P|2.4"
    merge = [f"MRG|||||{said['mrg']}"] if "mrg" in said else []
    return "\r".join([head, f"EVN|{trigger}|{recorded}", "|".join(pid), *merge, "|".join(pv1)]).encode()


def _facts(*sent: bytes, counts: bool = False) -> list[Fact]:
    feed = Feed("pas", "RZZ", control_ids_count_up=counts)
    found: list[Fact] = []
    for number, raw in enumerate(sent):
        told = read_facts(read(raw), feed, Kept(f"m{number}", f"s{number}", AT))
        assert isinstance(told, tuple), told
        found.extend(told)
    return found


def _stays(*sent: bytes, counts: bool = False) -> list[Encounter]:
    """The stays, in the order of their admission, which are the same in every order of arrival."""
    facts = _facts(*sent, counts=counts)
    results = [interpret(o, Pins(), at=AT, mint=iter("abcdefgh").__next__) for o in permutations(facts)]
    said = [in_ward_language(result) for result in results]
    assert all(one == said[0] for one in said)
    return sorted(results[0].encounters, key=lambda one: one.admitted_at or UNTOLD)


def _place(stay: Encounter) -> str | None:
    return stay.location and stay.location.ward


def test_of_places_that_nobody_dated_the_one_told_last_is_where_it_began() -> None:
    sent = [_told("A01", ward="B47"), _told("A02", ward="F21"), _told("A08", "20260106120000")]
    (stay,) = _stays(*sent)
    assert [(move.location.ward, move.since.day) for move in stay.movements] == [("F21", 6)]
    (stay,) = _stays(*sent, _told("A02", "20260107120000", ward="C10"))
    assert [move.location.ward for move in stay.movements] == ["F21", "C10"]


def test_a_discharge_nobody_dated_says_where_only_if_nobody_else_does() -> None:
    dated = _told("A01", FIFTH, admitted=FIFTH, ward="B47")
    left = _told("A03", ended="20260109130000", ward="C10")
    (stay,) = _stays(dated, left)
    assert (_place(stay), stay.status) == ("B47", EncounterStatus.DISCHARGED)
    (stay,) = _stays(_told("A01", admitted=FIFTH, ward="B47"), left)
    assert _place(stay) == "C10"


def test_a_move_of_no_known_time_was_not_before_the_admission() -> None:
    old = _told("A08", admitted="20260104100000")
    (stay,) = _stays(old, _told("A01", FIFTH, admitted=FIFTH, ward="B47"), _told("A02", ward="F21"))
    assert Flag.MOVEMENT_BEFORE_ADMISSION not in stay.flags


def test_nobody_is_on_a_leave_of_no_known_time() -> None:
    (stay,) = _stays(_told("A01", FIFTH, admitted=FIFTH, ward="B47"), _told("A21"))
    assert stay.status is EncounterStatus.ADMITTED


def test_a_cancel_may_be_the_dated_one_told_again() -> None:
    began, left = _told("A01", FIFTH, admitted=FIFTH), _told("A03", "20260108130000", ended="20260108120000")
    back, undated = _told("A13", "20260109090000"), _told("A13")
    (stay,) = _stays(began, left, back, undated)
    assert stay.status is EncounterStatus.ADMITTED
    assert Flag.CANCEL_WITHOUT_TARGET not in stay.flags
    (stay,) = _stays(began, left, back, undated, _told("A03", "20260110130000", ended="20260110120000"))
    assert stay.status is EncounterStatus.DISCHARGED
    assert Flag.CANCEL_WITHOUT_TARGET in stay.flags


def test_a_cancel_undoes_nothing_that_was_sent_after_it() -> None:
    sent = [
        _told("A01", FIFTH, admitted=FIFTH, control="1"),
        _told("A13", control="2"),
        _told("A03", "20260108130000", ended="20260108120000", control="3"),
    ]
    assert _stays(*sent, counts=True)[0].status is EncounterStatus.DISCHARGED
    assert _stays(*sent)[0].status is EncounterStatus.ADMITTED


def test_a_discharge_of_no_known_time_is_taken_back_by_whatever_is_dated() -> None:
    keys = {"visit": "", "account": "A1"}
    began, back = _told("A01", FIFTH, admitted=FIFTH, **keys), _told("A13", "20260109090000", admitted=FIFTH, **keys)
    (stay,) = _stays(began, _told("A03", **keys), back)
    assert stay.status is EncounterStatus.ADMITTED


def test_who_was_discharged_nobody_knows_when_may_be_in_hospital_again() -> None:
    ended = [_told("A01", FIFTH, admitted=FIFTH, ward="B47"), _told("A03")]
    first, second = _stays(*ended, _told("A02", "20260120110000", visit="", admitted="20260120100000", ward="F21"))
    assert (first.status, second.status) == (EncounterStatus.DISCHARGED, EncounterStatus.ADMITTED)
    (stay,) = _stays(*ended, _told("A08", "20260106110000", admitted="20260104100000"))
    assert (stay.status, stay.admitted_at) == (EncounterStatus.DISCHARGED, datetime(2026, 1, 4, 10, tzinfo=UTC))


def test_what_has_no_time_does_not_begin_a_stay_earlier() -> None:
    sent = [_told("A02", "20260106110000", ward="F21"), _told("A02", "20260103110000", visit="", ward="B47")]
    assert [_place(stay) for stay in _stays(*sent, _told("A08"))] == ["B47", "F21"]
    moved, began = _told("A02", "20260105090000", ward="F21"), _told("A01", FIFTH, ward="B47")
    (stay,) = _stays(_told("A01"), moved, began)
    assert stay.admitted_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    (keyless,) = _facts(_told("A01", FIFTH, visit=""))
    assert admission_claimed(keyless) == keyless.occurred
    assert admission_claimed(replace(keyless, occurred=NOT_TOLD)) is None


def test_of_two_visits_that_are_one_that_without_a_time_is_not_the_earlier() -> None:
    dated = _told("A01", FIFTH, visit="V2", admitted=FIFTH, ward="F21")
    stays = _stays(_told("A01", ward="B47"), dated, _told("A42", "20260107100000", visit="V2", mrg="V1"))
    assert [one.admitted_at for one in stays] == [datetime(2026, 1, 5, 10, tzinfo=UTC)]


def test_two_wards_at_no_known_time_are_not_two_at_once() -> None:
    facts = _facts(_told("A01", ward="B47"), _told("A01", ward="F21"))
    flags = interpret(facts, Pins(), at=AT, mint=iter("abcd").__next__).fact_flags
    assert {flag for told in flags.values() for flag in told} == {Flag.TIME_NOT_TOLD}


def test_a_newborn_is_kept_apart_whenever_it_was_told() -> None:
    mother = _told("A01", FIFTH, admitted=FIFTH, born="19900101")
    facts = _facts(mother, _told("A01", visit="V2", born="20260105"), _told("A08", visit="V1", born="19900101"))
    result = interpret(facts, Pins(), at=AT, mint=iter("abcd").__next__)
    odd = [Flag.NEWBORN_UNDER_ANOTHERS_NUMBER in result.fact_flags.get(fact.fact_id, ()) for fact in facts]
    assert odd == [False, True, False]


def test_an_alias_is_said_by_its_reliability_too() -> None:
    raw = _told("A31", FIFTH).replace(b"H1^^^RZZ^MR", b"H1^^^RZZ^MR||ALPHA^ZULU").split(b"\r")
    raw[2] = b"|".join([*raw[2].split(b"|")[:8], *[b""] * 24, b"AL"])
    facts = _facts(b"\r".join(raw))
    assert interpret(facts, Pins(), at=AT, mint=iter("ab").__next__).persons[0].flags == (Flag.IDENTITY_PROVISIONAL,)


def _flags(*sent: bytes) -> list[set[Flag]]:
    """What is odd about each message, but that none says when."""
    facts = _facts(*sent)
    flags = interpret(facts, Pins(), at=AT, mint=iter("abcdefgh").__next__).fact_flags
    return [set(flags.get(fact.fact_id, ())) - {Flag.TIME_NOT_TOLD} for fact in facts]


def test_a_cancel_that_may_be_about_several_takes_nothing_back_whatever_else_is_undone() -> None:
    first, second = _told("A02", ward="F21"), _told("A02", "20260107120000", ward="C10")
    sent = [_told("A01", FIFTH, admitted=FIFTH), first, second, _told("A12", "20260108100000"), _told("A12")]
    (stay,) = _stays(*sent)
    assert _place(stay) == "F21"
    assert [Flag.CANCEL_WITHOUT_TARGET in flags for flags in _flags(*sent)] == [False] * 4 + [True]


def test_a_cancel_takes_back_none_of_several_that_nobody_dated() -> None:
    began, moved = _told("A01", admitted=FIFTH, ward="B47"), [_told("A02", ward="F21"), _told("A02", ward="C10")]
    (alone,), (stay,) = _stays(began, *moved), _stays(began, *moved, _told("A12"))
    assert (stay.location, stay.movements) == (alone.location, alone.movements)
    assert Flag.CANCEL_WITHOUT_TARGET in stay.flags
    sent = [_told("A01", FIFTH, ward="B47"), moved[0], _told("A02", "20260107120000"), _told("A12")]
    assert [Flag.CANCEL_WITHOUT_TARGET in flags for flags in _flags(*sent)] == [False, False, False, True]
    (one,) = _stays(began, moved[0], _told("A12"))
    assert (_place(one), Flag.CANCEL_WITHOUT_TARGET in one.flags) == ("B47", False)


def _moved(raw: bytes, movement: str) -> bytes:
    return raw + f"\rZBE|{movement}^PAS".encode()


def test_a_cancel_takes_back_the_movement_that_it_names() -> None:
    began = _told("A01", FIFTH, admitted=FIFTH, ward="B47")
    one = _moved(_told("A02", "20260106120000", ward="F21"), "M1")
    two = _moved(_told("A02", "20260107120000", ward="C10"), "M2")
    for movement, place in (("M2", "F21"), ("M1", "C10")):
        (stay,) = _stays(began, one, two, _moved(_told("A12"), movement))
        assert (_place(stay), Flag.CANCEL_WITHOUT_TARGET in stay.flags) == (place, False)
        assert len(stay.movements) == 2


def test_a_cancel_of_a_movement_that_was_cancelled_and_told_again_takes_nothing_back() -> None:
    began = _told("A01", FIFTH, admitted=FIFTH, ward="B47")
    moved = _moved(_told("A02", "20260106120000", ward="F21"), "M1")
    back, undated = _moved(_told("A12", "20260107120000"), "M1"), _moved(_told("A12"), "M1")
    (stay,) = _stays(began, moved, back, undated)
    assert (_place(stay), Flag.CANCEL_WITHOUT_TARGET in stay.flags) == ("B47", False)
    again = _moved(_told("A02", "20260108120000", ward="C10"), "M1")
    (stay,) = _stays(began, moved, back, undated, again)
    assert (_place(stay), Flag.CANCEL_WITHOUT_TARGET in stay.flags) == ("C10", True)


def test_nothing_is_told_under_a_number_that_was_retired_nobody_knows_when() -> None:
    began = _told("A01", FIFTH, admitted=FIFTH).replace(b"H1^^^RZZ", b"H2^^^RZZ")
    later = _told("A08", "20260109100000").replace(b"H1^^^RZZ", b"H2^^^RZZ")
    old = _told("A08", ward="B47").replace(b"H1^^^RZZ", b"H2^^^RZZ")
    merge, dated = (_told("A40", at, mrg="").replace(b"MRG|||||", b"MRG|H2^^^RZZ^MR") for at in ("", "20260107100000"))
    assert [Flag.NUMBER_RETIRED in f for f in _flags(began, merge, later, old)] == [False] * 4
    assert [Flag.NUMBER_RETIRED in f for f in _flags(old, merge)] == [False] * 2
    assert [Flag.NUMBER_RETIRED in f for f in _flags(began, dated, later, old)] == [False, False, True, False]


def test_an_admission_that_something_dated_confirms_is_not_cancelled() -> None:
    began, left = _told("A01", FIFTH, admitted=FIFTH), _told("A03", "20260108130000", ended="20260108120000")
    back, never = _told("A13", "20260109090000"), _told("A11", admitted=FIFTH)
    (stay,) = _stays(began, left, back, never)
    assert (stay.status, Flag.CANCEL_WITHOUT_TARGET in stay.flags) == (EncounterStatus.ADMITTED, True)
    for sent in ([began, never], [began, left, back, never, _told("A11", "20260110100000", admitted=FIFTH)]):
        (stay,) = _stays(*sent)
        assert (stay.status, Flag.CANCEL_WITHOUT_TARGET in stay.flags) == (EncounterStatus.CANCELLED, False)
    anew = _told("A01", "20260110100000", admitted="20260109090000")
    assert not any(Flag.CANCEL_WITHOUT_TARGET in flags for flags in _flags(began, never, back, anew)[:2])
