"""Messages: what became of it? Feeds, the list, one message, and what can be done with a quarantined one."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from services.screens.presenters import oddities, refused, tags, words
from services.screens.presenters.feed_settings import SenderSettings, settings
from services.screens.presenters.feeds import FeedLine, answer, feed_line
from services.screens.presenters.fields import Option, Typed, one
from services.screens.presenters.frame import Link
from services.screens.presenters.refused import RefusedLine
from services.screens.presenters.tags import Tag
from shared.contracts.api.admissions import FeedList, MessageDetail, MessagePage, MessageSummary, Outcome

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
    """Feeds and the newest messages."""

    answer: str
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
    encounters: tuple[str, ...]
    text: str
    masked: bool
    unmask_action: str
    acknowledgement: str | None
    release_action: str | None
    discard_action: str | None


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The search: its kinds of number, which is chosen, and what was typed."""

    kinds: tuple[Option, ...]
    by: str
    value: str


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


def present(found: MessagePage, feeds: FeedList | None, *, chosen: str, now: datetime) -> MessagesPage:
    """The list with the feeds above it; `feeds` is None when they could not be read."""
    lines = tuple(_line(message, now) for message in found.items)
    checked = f"Last checked {words.moment(feeds.at if feeds else now, now)}."
    word = dict(FILTERS).get(chosen, "All").lower()
    return MessagesPage(
        answer=answer(feeds, now),
        feeds=tuple(feed_line(feed, now) for feed in feeds.items) if feeds else (),
        feeds_known=feeds is not None,
        settings=settings(feeds),
        filters=tuple(Link(text, _address(name), current=name == chosen) for name, text in FILTERS),
        messages=lines,
        empty=None
        if lines
        else (f"No message is {word}. {checked}" if chosen else f"No message has come yet. {checked}"),
        more=Link("Older messages", _address(chosen, found.next)) if found.next else None,
        spoken=f"List updated {words.moment(now, now)}.",
    )


def search_form(typed: Typed | None = None) -> SearchForm:
    """The search, with what was typed."""
    by = one(typed, "by") if typed else ""
    return SearchForm(KINDS, by if by in {kind.value for kind in KINDS} else KINDS[0].value, _typed(typed))


def _typed(typed: Typed | None) -> str:
    return one(typed, "value") if typed else ""


def present_found(found: MessagePage, form: SearchForm, now: datetime) -> FoundPage:
    """The messages that were found, newest first. What was looked for is not said again: others see the screen too."""
    kind = next(kind.text for kind in form.kinds if kind.value == form.by)
    word = f"{kind[:1].lower()}{kind[1:]}" if not kind.startswith("NHS") else kind
    number, turned_away = len(found.items), len(found.refused)
    if number >= MOST_FOUND:
        said = f"The newest {words.count(number, 'message')} with that {word}. There may be more."
    elif number:
        said = f"{words.count(number, 'message')} with that {word}, newest first."
    elif turned_away:
        said = f"No message with that {word} was taken."
    else:
        said = f"No message with that {word}. Last checked {words.moment(now, now)}."
    if turned_away:
        said += f" {words.count(turned_away, 'message')} with it {'was' if turned_away == 1 else 'were'} refused."
    notes = ["That you saw them is recorded."] if number or turned_away else []
    if form.by != KINDS[0].value:
        notes.append("A message that could not be read is not found so: look for its control id.")
    return FoundPage(
        said,
        tuple(_line(message, now) for message in found.items),
        tuple(refused.line(one, now) for one in found.refused),
        " ".join(notes),
    )


def _address(chosen: str, cursor: str | None = None) -> str:
    given = {name: value for name, value in (("outcome", chosen), ("from", cursor)) if value}
    return "/messages" + (f"?{urlencode(given)}" if given else "")


def _line(message: MessageSummary, now: datetime) -> MessageLine:
    return MessageLine(
        href=f"/messages/{message.message_id}",
        received=words.sentence(words.moment(message.received_at, now)),
        feed=message.feed,
        sender=_sender(message),
        trigger=message.trigger or "Not read",
        control_id=message.control_id or "None",
        outcome=tags.of_outcome(message.outcome),
        reason=_why(message) or oddities.in_brief(message.flags),
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
        answer=_became(summary),
        facts=(
            ("Received", words.full_moment(summary.received_at)),
            ("Feed", summary.feed),
            ("Sender", sender or "Not known"),
            ("Trigger", summary.trigger or "Not read"),
            ("Content type", summary.content_type),
            ("Answered", _answered(summary)),
            ("Repeats", f"{summary.repeats:,}" if summary.repeats else "None"),
            ("What was odd", oddities.told(summary.flags) or "Nothing"),
            *((("Discarded because", found.discarded_because),) if found.discarded_because else ()),
        ),
        encounters=summary.encounter_ids,
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
