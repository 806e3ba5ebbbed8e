"""Messages about identity and conflicts, as the published shapes show them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.admissions.handlers import showing
from services.admissions.model import Fact, PersonKey, StayKey, from_json
from services.admissions.rules.believing import message_of
from services.admissions.rules.conflicts import Conflict as Told
from services.admissions.rules.conflicts import conflicts
from services.admissions.rules.foreseeing import Foreseen
from services.admissions.rules.masking import masked
from services.admissions.store import beliefs, identity
from services.admissions.store import messages as message_store
from services.admissions.store.beliefs import Decision
from shared.contracts.api.admissions import MessageSummary
from shared.contracts.api.identity import (
    Conflict,
    ConflictList,
    ConflictMessage,
    IdentityDecision,
    IdentityKind,
    IdentitySaid,
    MergeDetail,
    MergePreview,
    MergeSummary,
    NumberSaid,
    SharedNumber,
)
from shared.database import Reading

_MOST_MESSAGES = 10
"""Messages shown of one conflict."""


async def summaries(reading: Reading, trust: str, ids: Sequence[str]) -> list[MergeSummary]:
    """Messages about identity as a list shows them, newest first."""
    told = await identity.told_by(reading, trust, ids)
    rows = await message_store.some(reading, trust, told, len(ids))
    decided = await beliefs.decisions(reading, trust, {message_of(several[0]) for several in told.values()})
    shown = {one.message_id: one for one in await showing.summaries(reading, rows)}
    return [
        _summary(shown[one], told[one], decided.get(message_of(told[one][0]), []))
        for one in sorted(shown, reverse=True)
    ]


async def detail(
    reading: Reading, trust: str, message_id: str, decisions: Sequence[Decision], *, unmasked: bool
) -> MergeDetail:
    """One message about identity, with its numbers masked or not."""
    told = (await identity.told_by(reading, trust, [message_id]))[message_id]
    (summary,) = await summaries(reading, trust, [message_id])
    return MergeDetail(
        summary=summary,
        says=tuple(_said(fact, unmasked=unmasked) for fact in told),
        masked=not unmasked,
        decisions=tuple(_decision(one) for one in reversed(decisions)),
    )


def preview(message_id: str, found: Foreseen, *, set_aside: bool) -> MergePreview:
    """What would change."""
    return MergePreview(message_id=message_id, set_aside=set_aside, stays=found.stays, persons=found.persons)


async def in_conflict(reading: Reading, trust: str, limit: int) -> ConflictList:
    """The conflicts among the newest `limit` facts that say so."""
    rows = await identity.in_conflict(reading, trust, limit)
    by_id = {row.id: row for row in rows}
    found = conflicts([(from_json(row.fact), tuple(row.flags.split(","))) for row in rows])
    return ConflictList(items=tuple(_conflict(one, by_id) for one in found), more=len(rows) == limit)


def _conflict(told: Told, rows: dict[str, Row[Any]]) -> Conflict:
    ids = [*dict.fromkeys(fact.message_id for fact in told.facts)]
    return Conflict(
        shared=SharedNumber(told.shared.value),
        patients=told.patients,
        messages=tuple(
            ConflictMessage(
                message_id=one,
                trigger=rows[one].trigger or None,
                control_id=rows[one].control_id or None,
                received_at=rows[one].received_at,
            )
            for one in ids[:_MOST_MESSAGES]
        ),
    )


def _summary(message: MessageSummary, told: Sequence[Fact], decisions: Sequence[Decision]) -> MergeSummary:
    last = decisions[-1] if decisions else None
    return MergeSummary(
        message_id=message.message_id,
        trigger=message.trigger,
        kinds=tuple(dict.fromkeys(IdentityKind(fact.trigger.value) for fact in told)),
        parts=len(told),
        feed=message.feed,
        sending_application=message.sending_application,
        sending_facility=message.sending_facility,
        control_id=message.control_id,
        received_at=message.received_at,
        flags=message.flags,
        set_aside=last is not None and not last.believed,
        decided=None if last is None else _decision(last),
    )


def _decision(one: Decision) -> IdentityDecision:
    return IdentityDecision(believed=one.believed, reason=one.reason, at=one.at, by=one.by_name)


def _said(fact: Fact, *, unmasked: bool) -> IdentitySaid:
    def shown(key: PersonKey | StayKey | None) -> NumberSaid | None:
        return None if key is None else number(key)

    def number(key: PersonKey | StayKey) -> NumberSaid:
        return NumberSaid(value=key.value if unmasked else masked(key.value), issuer=key.issuer)

    return IdentitySaid(
        kind=IdentityKind(fact.trigger.value),
        patient=number(fact.patient),
        others=tuple(number(key) for key in (*fact.retired, *fact.linked)),
        visit=shown(fact.visit),
        prior_visit=shown(fact.prior_visit),
        account=shown(fact.account),
        prior_account=shown(fact.prior_account),
    )
