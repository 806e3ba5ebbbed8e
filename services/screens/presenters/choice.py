"""Why me? How the case came to whom it is with: who was chosen and by which steps, who declined, who was asked.

And what is asked of the reader because of it: to answer an offer, or to decline a case they cannot take.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import banner, codes, entries, words
from services.screens.presenters.fields import Field, FormPage, Typed, Wrong
from services.screens.presenters.frame import Link, roles_of
from shared.contracts.api.discharge import CaseDetail, Pass
from shared.contracts.api.discharge.offers import AnswerOffer, DeclineCase, DeclineView, OfferStatus, OfferView
from shared.contracts.cases import CaseStatus, Holding
from shared.contracts.roles import TAKERS, Role
from shared.words import NEEDS, listing


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing that happened in the choice: when, what, its steps in order, and the reason that somebody gave."""

    when: str
    text: str
    steps: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OfferBox:
    """An offer that waits for the reader. `take_over` only where they may be a named co-ordinator."""

    text: str
    action: str
    version: str
    take_over: bool
    decline: Link


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """The choice as the page of a case shows it. `question` is what a reader asks of it; `undecided` a warning."""

    question: str
    chosen: tuple[Chosen, ...]
    offer: OfferBox | None
    decline: Link | None
    undecided: str | None


def present(found: CaseDetail, who: Pass, now: datetime, *, works: bool) -> ChoiceView:
    """The choice, for `who`; `works` when they may change the case."""
    case = found.summary
    base = f"/cases/{case.case_id}"
    mine = case.holding.coordinator_id == who.staff_id
    takes = bool(roles_of(who) & TAKERS)
    return ChoiceView(
        question="Why me?" if mine else "Why this person?",
        chosen=_chosen(found, now),
        offer=_offer(case.offer, base, now, takes=takes) if case.offer and works else None,
        decline=Link("I cannot take this case", f"{base}/decline")
        if works and mine and takes and case.declined_since is None
        else None,
        undecided=_undecided(found, who, now),
    )


def _chosen(found: CaseDetail, now: datetime) -> tuple[Chosen, ...]:
    all_of_it = [
        *((one.since, 1, _named(one, now)) for one in _holdings(found)),
        *((one.at, 0, Chosen(_when(one.at, now), f"{one.by} declined", reason=one.reason)) for one in found.declines),
        *(line for one in found.offers for line in _asked(one, now)),
    ]
    return tuple(line for _, _, line in sorted(all_of_it, key=lambda one: one[:2]))


def _holdings(found: CaseDetail) -> Iterable[Holding]:
    """Who was named, the earliest first."""
    held = found.summary.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING)
    return found.holdings[::-1] or ((found.summary.holding,) if held else ())


def _when(at: datetime, now: datetime) -> str:
    return words.sentence(words.moment(at, now))


def _named(one: Holding, now: datetime) -> Chosen:
    text = f"{one.coordinator_name} was named" if one.coordinator_name else "Nobody could be named"
    typed = None if one.reason in one.explanation else one.reason
    return Chosen(_when(one.since, now), text, one.explanation, typed)


def _asked(one: OfferView, now: datetime) -> Iterable[tuple[datetime, int, Chosen]]:
    profession = _profession(one)
    if one.status is OfferStatus.NOBODY:
        text = f"Nobody could be asked: {profession}"
        yield one.offered_at, 2, Chosen(_when(one.offered_at, now), text, one.explanation)
        return
    text = f"Offered to {one.staff_name} ({profession}), to join or take over"
    yield one.offered_at, 2, Chosen(_when(one.offered_at, now), text, one.explanation)
    if one.answered_at is not None:
        answered = {
            OfferStatus.JOINED: f"{one.staff_name} joined the team",
            OfferStatus.TAKEN_OVER: f"{one.staff_name} took the case over",
            OfferStatus.DECLINED: f"{one.staff_name} declined the offer",
        }.get(one.status, f"The offer to {one.staff_name} lapsed")
        yield one.answered_at, 0, Chosen(_when(one.answered_at, now), answered, reason=one.reason)


def _profession(offer: OfferView) -> str:
    name = codes.profession(offer.profession)
    return name[:1].lower() + name[1:]


def _offer(offer: OfferView, base: str, now: datetime, *, takes: bool) -> OfferBox:
    needs = listing([NEEDS[one].lower() for one in offer.needs])
    until = (
        f" Answer by {words.moment(offer.answer_by, now)}; after that somebody else is asked."
        if offer.answer_by
        else ""
    )
    take = " or take over as the named co-ordinator" if takes else ""
    return OfferBox(
        text=f"Recorded: {needs}. You may join the team{take}.{until}",
        action=f"{base}/offers/{offer.number}",
        version=str(offer.version),
        take_over=takes,
        decline=Link("Decline", f"{base}/offers/{offer.number}/decline"),
    )


def _undecided(found: CaseDetail, who: Pass, now: datetime) -> str | None:
    since = found.summary.declined_since
    if since is None:
        return None
    last: DeclineView | None = next((one for one in found.declines if one.undecided), None)
    name = last.by if last else found.summary.holding.coordinator_name or "The named co-ordinator"
    stays = "You stay" if found.summary.holding.coordinator_id == who.staff_id else f"{name} stays"
    reason = f" Reason: {last.reason.rstrip('.')}." if last else ""
    decides = "Decide who has it" if Role.LEAD in roles_of(who) else "A lead decides who has it"
    return (
        f"{name} declined {words.on_moment(since, now)}, and nobody else could be named.{reason} "
        f"{stays} named until then. {decides}."
    )


def _form(found: CaseDetail, now: datetime, title: str, intro: str, action: str, version: str) -> FormPage:
    base = f"/cases/{found.summary.case_id}"
    return FormPage(
        title=title,
        intro=intro,
        banner=banner.present(found.summary, now),
        action=f"{base}/{action}",
        submit="Decline",
        fields=(Field("text", "reason", "Why?", hint="It is kept with the case and shown to the team", value=("",)),),
        hidden=(("version", version), ("encounter_id", found.summary.encounter_id)),
        cancel=Link("Back to the case", base),
    )


def decline_form(found: CaseDetail, now: datetime) -> FormPage:
    """Say that one cannot take a case."""
    intro = "Somebody else is named at once. If nobody else can be, you stay named until a lead decides."
    return _form(found, now, "I cannot take this case", intro, "decline", str(found.summary.version))


def decline_offer_form(found: CaseDetail, number: int, now: datetime) -> FormPage | None:
    """Decline an offer that waits for the reader; nothing where none of this number does."""
    offer = found.summary.offer
    if offer is None or offer.number != number:
        return None
    intro = "Somebody else of your profession is asked. The named co-ordinator stays as it is."
    return _form(found, now, "Decline the offer", intro, f"offers/{number}/decline", str(offer.version))


def declined(typed: Typed) -> DeclineCase | tuple[Wrong, ...]:
    """That a case is declined, and why."""
    reason = entries.short_text(typed, "reason", "Enter why")
    return (reason,) if isinstance(reason, Wrong) else DeclineCase(reason=reason)


def offer_declined(typed: Typed) -> AnswerOffer | tuple[Wrong, ...]:
    """That an offer is declined, and why."""
    reason = entries.short_text(typed, "reason", "Enter why")
    return (reason,) if isinstance(reason, Wrong) else AnswerOffer(answer="decline", reason=reason)
