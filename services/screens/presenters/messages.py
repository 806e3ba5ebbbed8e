"""Messages: what became of it? Feeds, the list, one message, and what can be done with a quarantined one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from services.screens.presenters import message_stays, oddities, received, refused, tags, words
from services.screens.presenters.feed_settings import SenderSettings, settings
from services.screens.presenters.feeds import DAY_ASKED, FeedLine, answer, day_field, feed_line, standing_open, when
from services.screens.presenters.fields import Field, Option, Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.frame import Link, Problem
from services.screens.presenters.message_stays import StayLine
from services.screens.presenters.refused import RefusedLine
from services.screens.presenters.tags import Tag
from shared.contracts.api.admissions import FeedList, MessageDetail, MessagePage, MessageSummary, Outcome

_PLAIN = {Outcome.APPLIED: "Applied as it came", Outcome.WAITING: "Not read yet"}
_CANNOT_BE_MENDED_HERE = "no-time-and-no-visit"


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in the list."""

    href: str
    received: str
    feed: str
    sender: str
    trigger: str
    control_id: str
    outcome: Tag
    reason: str


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """Feeds on a day, and the newest messages, of that day if one is asked for. `open` leads to what stands open."""

    answer: str
    open: tuple[Link, ...]
    when: str
    day: Field
    of_a_day: bool
    feeds: tuple[FeedLine, ...]
    feeds_known: bool
    settings: tuple[SenderSettings, ...]
    filters: tuple[Link, ...]
    messages: tuple[MessageLine, ...]
    empty: str | None
    more: Link | None
    spoken: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. `text` has identifiers masked unless asked for."""

    title: str
    outcome: Tag
    answer: str
    facts: tuple[tuple[str, str], ...]
    stays: tuple[StayLine, ...]
    text: str
    masked: bool
    unmask_action: str
    acknowledgement: str | None
    release_action: str | None
    discard_action: str | None


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The search: its kinds of number, which is chosen, what was typed, and between which times, if it is `timed`."""

    kinds: tuple[Option, ...]
    by: str
    value: str
    times: tuple[Field, ...]
    timed: bool


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a search found."""

    answer: str
    messages: tuple[MessageLine, ...]
    refused: tuple[RefusedLine, ...]
    note: str


KINDS = (
    Option("control_id", "Control id (MSH-10)"),
    Option("patient", "Hospital number"),
    Option("nhs_number", "NHS number"),
    Option("visit", "Visit number"),
)
MOST_FOUND = 200

FILTERS: tuple[tuple[str, str], ...] = (
    ("", "All"),
    ("quarantined", "Quarantined"),
    ("waiting", "Waiting"),
    ("no_effect", "No effect"),
    ("applied", "Applied"),
)


def present(
    found: MessagePage,
    feeds: FeedList | None,
    *,
    chosen: str,
    now: datetime,
    day: date | None = None,
    field: Field | None = None,
) -> MessagesPage:
    """The list with the feeds above it, of a `day`, or the newest and today; `feeds` None: they could not be read.

    `field` is the question of which day.
    """
    lines = tuple(_line(message, found, now) for message in found.items)
    checked = f"Last checked {words.moment(feeds.at if feeds else now, now)}."
    word = dict(FILTERS).get(chosen, "All").lower()
    return MessagesPage(
        answer=answer(feeds, now, day),
        open=standing_open(feeds),
        when=when(day, now),
        day=field or day_field(day, {}, None),
        of_a_day=day is not None,
        feeds=tuple(feed_line(feed, now) for feed in feeds.items) if feeds else (),
        feeds_known=feeds is not None,
        settings=settings(feeds),
        filters=tuple(Link(text, _address(name, day=day), current=name == chosen) for name, text in FILTERS),
        messages=lines,
        empty=None if lines else f"{_none(word if chosen else '', day, now)} {checked}",
        more=Link("Older messages", _address(chosen, found.next, day)) if found.next else None,
        spoken=f"List updated {words.moment(now, now)}.",
    )


def _none(word: str, day: date | None, now: datetime) -> str:
    if day is None:
        return f"No message is {word}." if word else "No message has come yet."
    return f"No message that came {when(day, now)} is {word}." if word else f"No message came {when(day, now)}."


def search_form(typed: Typed | None = None, times: Sequence[Field] | None = None) -> SearchForm:
    """The search, with what was typed; `times` are its questions of when, marked with what is wrong with them."""
    given = typed or {}
    asked = tuple(times) if times is not None else refill(received.fields(None), given)
    by = one(given, "by")
    by = by if by in {kind.value for kind in KINDS} else KINDS[0].value
    return SearchForm(KINDS, by, one(given, "value"), asked, any(any(field.value) for field in asked))


def marked_form(typed: Typed | None, wrongs: Sequence[Wrong]) -> tuple[SearchForm, str | None, tuple[Problem, ...]]:
    """The search with what was typed and what is wrong with it: with its times, and, in words, with its number."""
    own = next((wrong.text for wrong in wrongs if not (wrong.field or "").startswith("received_")), None)
    of_time = [wrong for wrong in wrongs if (wrong.field or "").startswith("received_")]
    times, problems = with_wrongs(refill(received.fields(None), typed or {}), of_time)
    return search_form(typed, times), own, (*((Problem(own, "#value"),) if own else ()), *problems)


def present_found(found: MessagePage, form: SearchForm, now: datetime) -> FoundPage:
    """The messages that were found, newest first. What was looked for is not said again: others see the screen too."""
    kind = next(kind.text for kind in form.kinds if kind.value == form.by)
    word = f"{kind[:1].lower()}{kind[1:]}" if not kind.startswith("NHS") else kind
    named = bool(form.value) or not form.timed
    meant = " ".join((*((f"with that {word}",) if named else ()), *(("that came then",) if form.timed else ())))
    number, turned_away = len(found.items), len(found.refused)
    if number >= MOST_FOUND:
        said = f"The newest {words.count(number, 'message')} {meant}. There may be more."
    elif number:
        said = f"{words.count(number, 'message')} {meant}, newest first."
    elif turned_away:
        said = f"No message {meant} was taken."
    else:
        said = f"No message {meant}. Last checked {words.moment(now, now)}."
    if turned_away:
        those = "with it" if named else "that came then"
        said += f" {words.count(turned_away, 'message')} {those} {'was' if turned_away == 1 else 'were'} refused."
    notes = ["That you saw them is recorded."] if number or turned_away else []
    if named and form.by != KINDS[0].value:
        notes.append("A message that could not be read is not found so: look for its control id.")
    return FoundPage(
        said,
        tuple(_line(message, found, now) for message in found.items),
        tuple(refused.line(one, now) for one in found.refused),
        " ".join(notes),
    )


def _address(chosen: str, cursor: str | None = None, day: date | None = None) -> str:
    given = {name: value for name, value in (("outcome", chosen), ("from", cursor)) if value}
    if day is not None:
        given |= dict(zip(DAY_ASKED, (str(day.day), str(day.month), str(day.year)), strict=True))
    return "/messages" + (f"?{urlencode(given)}" if given else "")


def _line(message: MessageSummary, found: MessagePage, now: datetime) -> MessageLine:
    return MessageLine(
        href=f"/messages/{message.message_id}",
        received=words.sentence(words.moment(message.received_at, now)),
        feed=message.feed,
        sender=_sender(message),
        trigger=message.trigger or "Not read",
        control_id=message.control_id or "None",
        outcome=tags.of_outcome(message.outcome),
        reason=_why(message)
        or oddities.in_brief(message.flags)
        or message_stays.odd_in_list(message, found.odd_stays)
        or _PLAIN.get(message.outcome, ""),
    )


def _sender(message: MessageSummary) -> str:
    return " at ".join(part for part in (message.sending_application, message.sending_facility) if part)


def _why(message: MessageSummary) -> str:
    """The reason as a sentence; the code before it is for machines."""
    code, mark, said = (message.reason or "").partition(": ")
    return words.sentence(said if mark and " " not in code else message.reason or "")


def _way_on(message: MessageSummary) -> str:
    """What can be done about a message in quarantine."""
    if (message.reason or "").partition(": ")[0] == _CANNOT_BE_MENDED_HERE:
        return "Reading it again will not help: discard it, or have it sent again with a time or a visit number."
    return "Release it when the cause is mended, or discard it."


def present_one(found: MessageDetail, *, may_amend: bool) -> MessageView:
    """One message, with what can be done about it when it is quarantined."""
    summary = found.summary
    base = f"/messages/{summary.message_id}"
    stuck = summary.outcome is Outcome.QUARANTINED and may_amend
    sender = _sender(summary)
    return MessageView(
        title=f"Message {summary.control_id or summary.message_id}",
        outcome=tags.of_outcome(summary.outcome),
        answer=f"{_became(summary)} {message_stays.odd(found.stays)}".rstrip(),
        facts=(
            ("Received", words.full_moment(summary.received_at)),
            ("Feed", summary.feed),
            ("Sender", sender or "Not known"),
            ("Trigger", summary.trigger or "Not read"),
            ("Content type", summary.content_type),
            ("Answered", _answered(summary)),
            ("Repeats", f"{summary.repeats:,}" if summary.repeats else "None"),
            ("What was odd", message_stays.odd_in_message(found)),
            *((("Discarded because", found.discarded_because),) if found.discarded_because else ()),
        ),
        stays=message_stays.lines(found),
        text=found.text.replace("\r\n", "\n").replace("\r", "\n"),
        masked=found.masked,
        unmask_action=f"{base}/identifiers",
        acknowledgement=found.answer.replace("\r", "\n") if found.answer else None,
        release_action=f"{base}/release" if stuck else None,
        discard_action=f"{base}/discard" if stuck else None,
    )


def _answered(summary: MessageSummary) -> str:
    """A JSON event that came over HTTP has no acknowledgement of HL7: it was accepted."""
    if summary.acknowledged_as is None and summary.feed == "http" and summary.content_type == "application/json":
        return "202 (HTTP)"
    return summary.acknowledged_as or "Not answered"


def _became(summary: MessageSummary) -> str:
    reason = f" {_why(summary).rstrip('.')}." if summary.reason else ""
    match summary.outcome:
        case Outcome.APPLIED:
            number = len(summary.encounter_ids)
            if not number:
                return (
                    "It was read and kept with what is known of this person. "
                    f"No hospital stay was changed: none belongs to it yet.{reason}"
                )
            return f"It was read and applied. It is part of {words.count(number, 'hospital stay')}.{reason}"
        case Outcome.NO_EFFECT:
            return f"It was kept and changed nothing.{reason}"
        case Outcome.QUARANTINED:
            return f"It was kept but could not be used.{reason} {_way_on(summary)}"
        case Outcome.WAITING:
            return f"It was kept and waits to be read.{reason}"
