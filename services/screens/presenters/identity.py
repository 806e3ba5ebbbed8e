"""Identity: who is who, by which message; numbers that several people bear; and what setting one aside would do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.screens.presenters import oddities, words
from services.screens.presenters.frame import Link
from services.screens.presenters.tags import Tag
from shared.contracts.api.identity import (
    Conflict,
    ConflictList,
    IdentityDecision,
    IdentityKind,
    IdentitySaid,
    MergeDetail,
    MergePage,
    MergePreview,
    MergeSummary,
    NumberSaid,
    SharedNumber,
    StayBecomes,
)
from shared.words import listing

_KINDS: Final[Mapping[IdentityKind, str]] = {
    IdentityKind.LINK: "records linked",
    IdentityKind.DELETE_PERSON: "person deleted",
    IdentityKind.UNLINK: "records unlinked",
    IdentityKind.MERGE: "hospital numbers merged",
    IdentityKind.MERGE_VISITS: "visits merged",
    IdentityKind.MOVE_NUMBERS: "hospital numbers moved",
    IdentityKind.MOVE_ACCOUNT: "account moved to another person",
    IdentityKind.MOVE_VISIT: "visit moved to another person",
    IdentityKind.CHANGE_ACCOUNT: "account number changed",
    IdentityKind.CHANGE_VISIT: "visit number changed",
}
STAYS: Final[Mapping[StayBecomes, tuple[str, str]]] = {
    StayBecomes.OF_ANOTHER: ("goes to another hospital number", "go to another hospital number"),
    StayBecomes.PARTED: ("becomes a stay of its own again", "become stays of their own again"),
    StayBecomes.JOINED: ("becomes part of another", "become part of another"),
    StayBecomes.NEW: ("is made that is not there now", "are made that are not there now"),
    StayBecomes.BACK: ("comes back that was withdrawn", "come back that were withdrawn"),
    StayBecomes.WITHDRAWN: ("is withdrawn", "are withdrawn"),
    StayBecomes.CHANGED: ("has other details", "have other details"),
}
_SHARED: Final[Mapping[SharedNumber, str]] = {
    SharedNumber.NHS_NUMBER: "One NHS number",
    SharedNumber.VISIT_NUMBER: "One visit number",
}
SET_ASIDE: Final = Tag("Set aside", "yellow")
USED: Final = Tag("Used", "white", plain=True)


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A message about identity in the list."""

    href: str
    received: str
    control_id: str
    trigger: str
    said: str
    state: Tag
    decided: str
    odd: str


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A number that several people bear, and links to the messages that say so."""

    shared: str
    patients: str
    messages: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """Conflicts, and the newest messages about identity. `conflicts_known`: they could be read."""

    answer: str
    conflicts: tuple[ConflictLine, ...]
    conflicts_known: bool
    lines: tuple[MergeLine, ...]
    more: Link | None


@dataclass(frozen=True, slots=True)
class MergeView:
    """One message about identity: what it says, what a decision would do, and the form for it if the reader may."""

    title: str
    state: Tag
    answer: str
    says: tuple[str, ...]
    masked: bool
    unmask_action: str
    would: tuple[str, ...]
    would_heading: str
    decisions: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    message: Link
    action: str | None
    question: str
    button: str


def present(found: MergePage, conflicts: ConflictList | None, now: datetime) -> IdentityPage:
    """The page; `conflicts` is None when they could not be read."""
    number = len(conflicts.items) if conflicts else 0
    if number:
        more = " There may be more among older messages." if conflicts and conflicts.more else ""
        answer = f"{words.count(number, 'number')} {'is' if number == 1 else 'are'} in dispute.{more}"
    elif conflicts is None:
        answer = "Numbers in dispute cannot be shown now."
    else:
        answer = f"No number is in dispute. Last checked {words.moment(now, now)}."
    return IdentityPage(
        answer=answer,
        conflicts=tuple(_conflict(one, now) for one in conflicts.items) if conflicts else (),
        conflicts_known=conflicts is not None,
        lines=tuple(_line(one, now) for one in found.items),
        more=Link("Older ones", f"/messages/identity?from={found.next}") if found.next else None,
    )


def _conflict(one: Conflict, now: datetime) -> ConflictLine:
    return ConflictLine(
        shared=_SHARED[one.shared],
        patients=words.count(one.patients, "hospital number"),
        messages=tuple(
            Link(
                f"{message.trigger or 'Message'} {message.control_id or 'without a control id'},"
                f" {words.moment(message.received_at, now)}",
                f"/messages/{message.message_id}",
            )
            for message in one.messages
        ),
    )


def _line(one: MergeSummary, now: datetime) -> MergeLine:
    return MergeLine(
        href=f"/messages/identity/{one.message_id}",
        received=words.sentence(words.moment(one.received_at, now)),
        control_id=one.control_id or "None",
        trigger=one.trigger or "Not read",
        said=_kinds(one),
        state=SET_ASIDE if one.set_aside else USED,
        decided=f"{one.decided.by}, {words.moment(one.decided.at, now)}" if one.decided else "",
        odd=oddities.in_brief(one.flags),
    )


def _kinds(one: MergeSummary) -> str:
    said = words.sentence(listing([_KINDS[kind] for kind in one.kinds]))
    return said if one.parts == 1 else f"{said} ({one.parts} times)"


def present_one(found: MergeDetail, preview: MergePreview | None, *, may_decide: bool) -> MergeView:
    """One message about identity; `preview` is None when it could not be read."""
    one = found.summary
    base = f"/messages/identity/{one.message_id}"
    sender = " at ".join(part for part in (one.sending_application, one.sending_facility) if part)
    aside = one.set_aside
    return MergeView(
        title=f"Identity: message {one.control_id or one.message_id}",
        state=SET_ASIDE if aside else USED,
        answer=f"{_kinds(one)}. {'It is kept, and not used.' if aside else 'It is used.'}",
        says=tuple(_said(part) for part in found.says),
        masked=found.masked,
        unmask_action=f"{base}/identifiers",
        would=_would(preview),
        would_heading="If you use it again" if aside else "If you set this aside",
        decisions=tuple(_decision(decided) for decided in found.decisions),
        facts=(
            ("Received", words.full_moment(one.received_at)),
            ("Feed", one.feed),
            ("Sender", sender or "Not known"),
            ("Trigger", one.trigger or "Not read"),
            ("What was odd", oddities.told(one.flags) or "Nothing"),
        ),
        message=Link("The message itself", f"/messages/{one.message_id}"),
        action=(f"{base}/believe" if aside else f"{base}/set-aside") if may_decide else None,
        question="Why is it to be used again?" if aside else "Why is it to be set aside?",
        button="Use it again" if aside else "Set it aside",
    )


def _decision(one: IdentityDecision) -> tuple[str, str]:
    word = "Used again" if one.believed else "Set aside"
    return f"{word} by {one.by}, {words.full_moment(one.at)}", one.reason


def _would(preview: MergePreview | None) -> tuple[str, ...]:
    if preview is None:
        return ("What would change cannot be shown now.",)
    said: list[str] = []
    counted = Counter(one.becomes for one in preview.stays)
    for becomes, (once, often) in STAYS.items():
        if number := counted[becomes]:
            said.append(f"{words.count(number, 'stay')} {once if number == 1 else often}.")
    if opened := sum(one.is_open for one in preview.stays):
        verb = "is" if opened == 1 else "are"
        said.append(f"{opened:,} of these {verb} open now: tasks and the co-ordinator stay with the case.")
    parted = sum(1 for one in preview.persons if one.would_have > one.numbers == 0)
    gone = sum(1 for one in preview.persons if one.numbers > one.would_have == 0)
    if parted:
        said.append(f"{words.count(parted, 'more person', 'more people')} than now.")
    if gone:
        said.append(f"{words.count(gone, 'person', 'people')} fewer than now.")
    return tuple(said) or ("Nothing that anybody sees changes.",)


def _said(part: IdentitySaid) -> str:
    """As a sentence, with the numbers as they are given: masked or not."""
    patient, others = _number(part.patient), listing([_number(one) for one in part.others])
    visit, account = _now_and_before(part.prior_visit, part.visit), _now_and_before(part.prior_account, part.account)
    match part.kind:
        case IdentityKind.LINK | IdentityKind.UNLINK:
            verb = "is linked" if part.kind is IdentityKind.LINK else "is no longer linked"
            return f"Hospital number {patient} {verb} with {others}."
        case IdentityKind.DELETE_PERSON:
            return f"All that was told of hospital number {patient} is taken back."
        case IdentityKind.MERGE | IdentityKind.MOVE_NUMBERS:
            return f"Hospital number {others} is {patient} now.{f' Account {account}.' if account else ''}"
        case IdentityKind.MOVE_VISIT:
            return f"Visit {visit}, of hospital number {others}, is of {patient} now."
        case IdentityKind.MOVE_ACCOUNT:
            return f"Account {account}, of hospital number {others}, is of {patient} now."
        case IdentityKind.MERGE_VISITS | IdentityKind.CHANGE_VISIT:
            return f"Of hospital number {patient}: visit {visit}."
        case IdentityKind.CHANGE_ACCOUNT:
            return f"Of hospital number {patient}: account {account}."


def _now_and_before(before: NumberSaid | None, now: NumberSaid | None) -> str:
    if before is None or now is None or before == now:
        only = before or now
        return _number(only) if only else ""
    return f"{_number(before)} is {_number(now)} now"


def _number(one: NumberSaid) -> str:
    return f"{one.value} ({one.issuer})" if one.issuer else one.value
