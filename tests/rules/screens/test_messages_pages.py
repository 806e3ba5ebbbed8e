"""What *Messages* says: feeds, searches, refused messages, ward codes that nobody mapped."""

import pytest

from services.screens.presenters import (
    messages,
    refused,
    ward_codes,
)
from services.screens.presenters.feed_settings import SettingLine, settings
from services.screens.presenters.feeds import feed_line
from shared.contracts.api.admissions import (
    DoorFault,
    FeedList,
    FeedSummary,
    MessageDetail,
    MessagePage,
    Outcome,
    RefusedPage,
    RefusedText,
    WardCodesHeard,
)
from shared.contracts.api.discharge import CaseList, Pass
from shared.contracts.api.hospital import UnmappedCodes
from shared.contracts.encounters import PatientClass
from tests.screens import feeds
from tests.screens.hospital import HEARD, NOW

MORGAN = Pass(
    bearer="x",
    expires_at=NOW,
    staff_id="staff-morgan",
    name="Morgan Hale",
    roles=("social_worker",),
    trust="RX9",
    profession="Hospital social worker",
    clusters=("north",),
)


def listed(*items, **changed) -> CaseList:
    return CaseList(items=items, total=len(items), data_as_of=HEARD, at=NOW).model_copy(update=changed)


def test_a_ward_code_nobody_mapped_is_said_with_its_people_and_messages() -> None:
    found = UnmappedCodes(items=feeds.UNMAPPED)
    page = ward_codes.present(found, WardCodesHeard(items=feeds.CODES_HEARD[:1]), NOW)
    assert page is not None
    assert page.answer.startswith("2 ward codes are not mapped to a ward. 3 people are there now: ")
    assert page.lines[0] == ward_codes.CodeLine("SDEC2", "3", "Sunday at 6:52am", "17", "7:12am")
    assert (page.lines[1].people, page.lines[1].messages) == ("Nobody", "")
    alone = ward_codes.present(found, None, NOW)
    assert alone is not None
    assert not alone.counted
    assert ward_codes.present(UnmappedCodes(items=()), None, NOW) is None
    assert ward_codes.present(None, None, NOW) is None


@pytest.mark.parametrize(
    ("code", "may"),
    [("W" * 200, True), ("W" * 201, False), ("A B", True), ("A\nB", False), (" A", False), ("A\u202e", False)],
)
def test_only_a_code_that_the_form_gives_back_as_it_is_can_be_mapped(code: str, *, may: bool) -> None:
    found = UnmappedCodes(items=(feeds.UNMAPPED[0].model_copy(update={"code": code}),))
    page = ward_codes.present(found, None, NOW, may_map=True)
    assert page is not None
    assert (page.lines[0].href is not None, page.lines[0].unmappable is None) == (may, may)


@pytest.mark.parametrize(
    ("reason", "can"), [("no-time-and-no-visit: nothing says when", False), ("no-visit: there is no PV1 segment", True)]
)
def test_what_release_cannot_mend_is_not_told_to_be_released(reason: str, *, can: bool) -> None:
    summary = feeds.message(1).model_copy(update={"reason": reason})
    said = messages.present_one(MessageDetail(summary=summary, text="", masked=True), may_amend=True).answer
    assert ("Release it" in said, "have it sent again with a time" in said) == (can, not can)


def test_what_a_search_found_is_said_without_what_was_looked_for() -> None:
    form = messages.search_form({"by": ["patient"], "value": ["SECRET"]})
    page = messages.present_found(MessagePage(items=(feeds.message(1),)), form, NOW)
    assert page.answer == "1 message with that hospital number, newest first."
    assert "SECRET" not in page.answer + page.note
    assert "could not be read" in page.note
    none = messages.present_found(MessagePage(items=()), messages.search_form({"by": ["?"]}), NOW)
    assert none.answer == "No message with that control id (MSH-10). Last checked 7:52am."


def test_a_refused_message_says_how_often_and_from_whom() -> None:
    page = refused.present(RefusedPage(items=feeds.REFUSED), NOW)
    assert [line.times for line in page.lines] == ["1,204 times, last 7:51am", "Once"]
    assert [line.sender for line in page.lines] == ["PAS-TRAINING at RX9", "Sender not known"]
    assert [(line.control_id, line.trigger) for line in page.lines] == [("00099001", "A01"), ("None", "Not read")]


def test_a_refused_message_says_what_was_really_answered() -> None:
    told = [
        dict(refused.present_one(RefusedText(summary=one, text="", masked=True)).facts)["Answered"]
        for one in feeds.REFUSED
    ]
    assert told == ["CR", "Not answered"]


def test_refused_messages_are_found_beside_those_that_were_taken() -> None:
    form = messages.search_form({"by": ["control_id"], "value": ["00099001"]})
    page = messages.present_found(MessagePage(items=(), refused=feeds.REFUSED[:1]), form, NOW)
    assert page.answer == "No message with that control id (MSH-10) was taken. 1 message with it was refused."
    assert [line.href for line in page.refused] == ["/messages/refused/refused-1"]
    assert page.note == "That you saw them is recorded."


def test_a_feed_of_which_everything_is_refused_is_odd() -> None:
    feed = FeedSummary(feed="mllp", sending_application="PAS", refused=3, last_refused_at=HEARD)
    page = messages.present(MessagePage(items=()), FeedList(items=(feed,), at=NOW), chosen="", now=NOW)
    assert page.answer == "No message was taken yet. 3 messages refused today."
    assert page.feeds[0].odd.startswith("3 messages refused, the last ")
    assert (page.feeds[0].sender, page.feeds[0].heard) == ("PAS", "Nothing taken yet")


def test_figures_of_a_feed_that_do_not_add_up_are_said() -> None:
    feed = FeedSummary(feed="main", received=10, applied=7, quarantined=1, last_heard_at=HEARD)
    page = messages.present(MessagePage(items=()), FeedList(items=(feed,), at=NOW), chosen="quarantined", now=NOW)
    assert page.feeds[0].odd == "2 not accounted for"
    assert page.empty == "No message is quarantined. Last checked 7:52am."
    assert page.answer.endswith("1 quarantined needs a person, none waiting to be read.")


def test_the_connections_of_a_door_are_not_a_sender_that_was_never_heard() -> None:
    door, sender = (
        FeedSummary(feed="mllp", links_open=6),
        FeedSummary(feed="mllp", sending_application="PAS", received=1),
    )
    page = messages.present(MessagePage(items=()), FeedList(items=(door, sender), at=NOW), chosen="", now=NOW)
    assert [(one.sender, one.links) for one in page.feeds] == [
        ("Connections of all senders", "6 links open"),
        ("PAS", ""),
    ]
    assert page.feeds[0].heard == "See its senders"


def test_a_sender_that_says_no_name_is_not_known_and_read_as_any_other() -> None:
    door = FeedSummary(feed="mllp", links_open=6)
    nobody = FeedSummary(feed="mllp", received=1, applied=1, last_heard_at=HEARD, profile=feeds.USUAL)
    told = FeedList(items=(door, nobody), at=NOW)
    assert [feed_line(one, NOW).sender for one in told.items] == ["Connections of all senders", "Sender not known"]
    (shown,) = settings(told)
    assert (shown.title, shown.answer) == (
        "Sender not known (mllp)",
        "not in the setup file, so everything is assumed",
    )


def test_feeds_that_are_away_leave_the_messages() -> None:
    page = messages.present(MessagePage(items=()), None, chosen="", now=NOW)
    assert not page.feeds_known
    assert page.answer == "How the feeds are cannot be shown now."


def test_a_message_says_how_its_sender_was_answered_and_why_it_was_discarded() -> None:
    def facts(**changed: str | None) -> dict[str, str]:
        why = changed.pop("why", None)
        summary = feeds.message(2).model_copy(update=changed)
        found = MessageDetail(summary=summary, text="", masked=True, discarded_because=why)
        return dict(messages.present_one(found, may_amend=True).facts)

    assert facts()["Answered"] == "AA"
    assert facts(feed="kafka", acknowledged_as=None)["Answered"] == "Not answered"
    json = {"feed": "http", "content_type": "application/json", "acknowledged_as": None}
    assert facts(**json)["Answered"] == "202 (HTTP)"
    assert facts(why="A test of the supplier")["Discarded because"] == "A test of the supplier"
    assert "Discarded because" not in facts()


def test_what_a_door_turned_away_is_told_by_kind_with_the_last_address_and_time() -> None:
    faults = (
        *feeds.FAULTS,
        DoorFault(kind="oversize", number=2, last_at=HEARD, last_peer="192.0.2.8"),
        DoorFault(kind="stray_bytes", number=1_204),
    )
    line = feed_line(FeedSummary(feed="mllp", faults=faults), NOW)
    first, second, *rest = line.odd.split(" ago, ")
    assert first == "1 connection spoke TLS or HTTP, not MLLP, from 192.0.2.7, 9 minutes"
    assert second.startswith("2 messages too large, the last from 192.0.2.8, ")
    assert rest == ["1,204 bytes between messages"]


def test_a_sender_that_was_named_and_never_heard_is_said_so() -> None:
    line = feed_line(FeedSummary(feed="", sending_application="PAS", sending_facility="RX9"), NOW)
    assert (line.name, line.sender, line.heard) == ("Any door", "PAS at RX9", "Nothing taken yet")


def test_a_stale_feed_is_marked_and_says_what_is_usual() -> None:
    talks, silent = feeds.feeds(HEARD)
    assert (feed_line(talks, NOW).stale, feed_line(talks, NOW).stale_because) == (None, "")
    line = feed_line(silent, NOW)
    assert line.stale is not None
    assert line.stale_because.startswith("Usually 40 messages by now on a Monday morning")
    page = messages.present(MessagePage(items=()), FeedList(items=(talks, silent), at=NOW), chosen="", now=NOW)
    assert page.answer.startswith("1 feed is stale. 1,216 messages today")


def test_how_a_sender_is_read_is_said_with_where_it_is_from() -> None:
    items = (*feeds.feeds(HEARD), FeedSummary(feed="mllp", links_open=2))
    named, new = settings(FeedList(items=items, at=NOW))
    assert (named.title, named.answer) == ("PAS at RX9 (main)", "2 settings from the setup file, 17 assumed")
    assert named.lines[:2] == (
        SettingLine("Heard from", "192.0.2.0/24, 198.51.100.7, 2001:db8::/64", "Setup file"),
        SettingLine("Own patient classes", "IP is inpatient, DC is day case", "Setup file"),
    )
    assert new.answer == "not in the setup file, so everything is assumed"
    assert {line.source for line in new.lines} == {"Assumed"}
    assert len(new.lines) == len(named.lines) == len(feeds.USUAL.assumed)
    assert (
        SettingLine("Times without an offset", "Europe/London, unless MSH-7 has another offset", "Assumed") in new.lines
    )
    assert SettingLine("Heard from", "Any address", "Assumed") in new.lines
    bare = FeedSummary(feed="", sending_application="LAB", sending_facility="RX9", named=True, profile=feeds.USUAL)
    (only,) = settings(FeedList(items=(bare,), at=NOW))
    assert (only.title, only.answer) == (
        "LAB at RX9 (any door)",
        "in the setup file, everything as assumed of any sender",
    )
    assert settings(None) == ()


@pytest.mark.parametrize(
    ("taken", "mark", "said"),
    [
        ("P", "T", ["T: nothing of it is taken, for this system takes P alone", "Used, but this system takes none"]),
        ("P", "P", ["P", "Used, but this system takes none"]),
        ("T", "T", ["T", "Used"]),
        (None, "T", ["T", "Used"]),
    ],
)
def test_that_a_sender_bears_a_mark_that_no_door_takes_is_said(taken: str | None, mark: str, said: list[str]) -> None:
    profile = feeds.USUAL.model_copy(update={"processing_id": mark, "accepts_training": True, "assumed": ()})
    feed = FeedSummary(feed="mllp", sending_application="PAS", named=True, profile=profile)
    (told,) = settings(FeedList(items=(feed,), at=NOW, processing_id=taken))
    values = {line.name: line.value for line in told.lines}
    assert [values["Processing id (MSH-11)"], values["Training messages"]] == said


def test_every_setting_is_in_words_other_than_what_is_assumed() -> None:
    other = feeds.USUAL.model_copy(
        update={
            "default_issuer": "CITY",
            "preferred_issuer": "OTHER",
            **dict.fromkeys(("visits_within_person", "control_ids_count_up", "moves_by_update"), True),
            **dict.fromkeys(("class_by_update", "accepts_training", "times_are_local"), True),
            "may_end_stays": False,
            "charset": "iso8859-15",
            "zone": "Etc/UTC",
            "null_policy": "ignored",
            "empty_erases": ("PV1",),
            "classes": {"B": PatientClass.INPATIENT},
            "fields": {"specialty": "PV1-39"},
            "version": "2.4",
            "processing_id": "P",
            "peers": ("192.0.2.7/32",),
            "certificates": ("tie.example",),
            "assumed": (),
        }
    )
    items = (
        FeedSummary(feed="mllp", sending_application="PAS", named=True, profile=other),
        FeedSummary(feed="mllp", sending_application="LAB", profile=feeds.USUAL),
    )
    told, usual = settings(FeedList(items=items, at=NOW))
    assert {line.name for line in told.lines} == {line.name for line in usual.lines}
    assumed = {line.name: line.value for line in usual.lines}
    assert [line.name for line in told.lines if line.value == assumed[line.name]] == []


def test_a_message_refused_for_its_address_says_which_it_was() -> None:
    one = feeds.REFUSED[0].model_copy(update={"reason": "address", "came_from": "192.0.2.9"})
    page = refused.present_one(RefusedText(summary=one, text="", masked=True))
    assert "an address that its sender is not heard from" in page.answer
    assert dict(page.facts)["Came from"] == "192.0.2.9"


@pytest.mark.parametrize(
    ("outcome", "flags", "why"),
    [
        (Outcome.APPLIED, (), "Applied as it came"),
        (Outcome.WAITING, (), "Not read yet"),
        (Outcome.NO_EFFECT, (), ""),
    ],
)
def test_a_message_without_a_reason_says_what_became_of_it(outcome: Outcome, flags: tuple[str, ...], why: str) -> None:
    one = feeds.message(1).model_copy(update={"outcome": outcome, "reason": None, "flags": flags})
    (line,) = messages.present(MessagePage(items=(one,)), None, chosen="", now=NOW).messages
    assert line.reason == why
