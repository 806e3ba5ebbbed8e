"""What became of a message is said with its stays; what a door counted, with since when."""

from datetime import timedelta

import pytest

from services.screens.presenters import messages
from services.screens.presenters.feeds import feed_line
from services.screens.presenters.message_stays import StayLine
from services.screens.presenters.messages import MessageView
from shared.contracts.api.admissions import DoorFault, FeedSummary, MessageDetail, MessagePage, StayOfMessage
from shared.contracts.encounters import EncounterStatus, PatientClass
from tests.screens import feeds
from tests.screens.hospital import HEARD, NOW

ODD = feeds.STAY
PLAIN = ODD.model_copy(update={"encounter_id": "enc-002", "flags": ()})


def _shown(*stays: StayOfMessage, flags: tuple[str, ...] = ()) -> MessageView:
    named = tuple(stay.encounter_id for stay in stays)
    summary = feeds.message(0).model_copy(update={"encounter_ids": named, "flags": flags})
    return messages.present_one(MessageDetail(summary=summary, stays=stays, text="", masked=True), may_amend=True)


def _odd(view: MessageView) -> str:
    return dict(view.facts)["What was odd"]


def test_a_message_whose_stay_is_odd_is_not_said_to_have_nothing_odd() -> None:
    view = _shown(ODD)
    assert view.answer.endswith("It is part of 1 hospital stay. Something is odd about that stay.")
    assert _odd(view) == "Nothing in the message itself, but see its hospital stay"
    (stay,) = view.stays
    assert dict(stay.facts) == {
        "Now": "Discharged, inpatient",
        "Ward code": "ASH, bed A",
        "Admitted": "24 November 2026 at 4:52am",
        "Discharged": "22 November 2026 at 7:52am",
        "What is odd about it": "The discharge was told as before the admission: check both times",
    }


@pytest.mark.parametrize(
    ("stays", "flags", "said", "odd"),
    [
        ((PLAIN,), (), "1 hospital stay.", "Nothing"),
        ((PLAIN, ODD), (), "Something is odd about 1 of them.", "see its hospital stays"),
        ((ODD,), ("number-retired",), "Something is odd about that stay.", "The hospital number was merged"),
        ((PLAIN.model_copy(update={"flags": ("nhs-number-for-tests",)}),), (), "1 hospital stay.", "see its"),
    ],
)
def test_what_is_odd_is_said_of_the_message_and_of_its_stays(
    stays: tuple[StayOfMessage, ...], flags: tuple[str, ...], said: str, odd: str
) -> None:
    view = _shown(*stays, flags=flags)
    assert view.answer.endswith(said)
    assert (_odd(view) == odd) == (odd == "Nothing")
    assert odd in _odd(view)


@pytest.mark.parametrize(
    ("named", "odd", "why"),
    [
        (("s1",), {"s1": ("discharge-before-admission",)}, "Something is odd about its hospital stay"),
        (("s1", "s2"), {"s2": ("inferred-stay",)}, "Something is odd about its hospital stays"),
        (("s1",), {"s2": ("inferred-stay",)}, "Applied as it came"),
        (("s1",), {"s1": ("nhs-number-for-tests",)}, "Applied as it came"),
    ],
)
def test_a_message_whose_stay_is_odd_is_not_said_to_be_applied_as_it_came(
    named: tuple[str, ...], odd: dict[str, tuple[str, ...]], why: str
) -> None:
    one = feeds.message(0).model_copy(update={"encounter_ids": named, "reason": None})
    found = MessagePage(items=(one,), odd_stays=odd)
    (listed,) = messages.present(found, None, chosen="", now=NOW).messages
    (searched,) = messages.present_found(found, messages.search_form(), NOW).messages
    assert listed.reason == searched.reason == why


def test_what_is_not_known_of_a_stay_is_said_so() -> None:
    bare = StayOfMessage(encounter_id="enc-003", status=EncounterStatus.ON_LEAVE, patient_class=PatientClass.DAY_CASE)
    (stay,) = _shown(bare).stays
    assert stay.facts == (
        ("Now", "On leave, day case"),
        ("Ward code", "Not told"),
        ("Admitted", "Not told"),
        ("What is odd about it", "Nothing"),
    )


def test_a_ward_code_is_shown_in_the_hospitals_own_letters() -> None:
    (stay,) = _shown(PLAIN.model_copy(update={"ward_code": "a1 west", "bed": None})).stays
    assert dict(stay.facts)["Ward code"] == "a1 west"


def test_a_stay_of_which_only_the_reference_is_told_is_still_named() -> None:
    view = messages.present_one(MessageDetail(summary=feeds.message(0), text="", masked=True), may_amend=True)
    assert view.stays == (StayLine("enc-001", ()),)


def test_what_a_door_counted_is_said_with_since_when() -> None:
    opened = NOW - timedelta(days=2, hours=1)
    faults = (DoorFault(kind="late", number=2), DoorFault(kind="noise", number=1))
    door = FeedSummary(feed="mllp", faults=faults, counted_since=opened)
    told = "2 links closed because the answer was late, 1 link of noise"
    assert feed_line(door, NOW).odd == f"Since Sunday at 6:52am, when the door opened: {told}"
    quiet = door.model_copy(update={"faults": ()})
    assert feed_line(quiet, NOW).odd == "Nothing odd since Sunday at 6:52am, when the door opened"
    older = door.model_copy(update={"counted_since": None})
    assert feed_line(older, NOW).odd == told


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 connection whose TLS handshake failed"), (3, "3 connections whose TLS handshake failed")],
)
def test_a_failed_handshake_is_not_said_to_be_without_tls(number: int, said: str) -> None:
    fault = DoorFault(kind="not_encrypted", number=number, last_at=HEARD, last_peer="192.0.2.7")
    assert feed_line(FeedSummary(feed="mllp", faults=(fault,)), NOW).odd.startswith(said)
