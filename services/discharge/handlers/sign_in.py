"""Sign-in sessions and the short passes made from them.

A session ends 15 minutes after it was last used and 12 hours after it began (a long shift), whichever is sooner (NIST
SP 800-63B section 4.2.3 has 30 minutes and 12 hours). People are looked up again for every pass, so that somebody who
has left or changed role is another person within a minute.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.hospital import StaffMember, Trust
from services.discharge.store import hospital
from services.discharge.store import sessions as store
from services.discharge.store.sessions import HeldSession
from shared.callers import Caller
from shared.database import Database, Reading, Transaction
from shared.ids import new_id
from shared.passes import LIFE, PassSigner
from shared.refusals import not_found, signed_out

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: its token, shown this once, and when it ends if it is not used."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedPass:
    """A pass, when it ends, whom it names and in which profession."""

    bearer: str
    expires_at: datetime
    caller: Caller
    member: StaffMember


async def people(reading: Reading) -> list[tuple[Trust, StaffMember]]:
    """Everybody who could sign in, by trust and name."""
    return [
        (trust, member)
        for trust in await hospital.trusts(reading)
        for member in (await hospital.staff(reading, trust.code)).values()
        if member.roles
    ]


async def places(reading: Reading) -> dict[str, str]:
    """What clusters and wards are called, by id, where people work."""
    found: dict[str, str] = {}
    for trust in await hospital.trusts(reading):
        found |= {one.id: one.name for one in await hospital.clusters(reading, trust.code)}
        found |= {one.id: one.name for one in await hospital.wards(reading, trust.code)}
    return found


async def begin(tx: Transaction, staff_id: str, at: datetime) -> Begun:
    """Begin a session for a person of the demonstration. Raises `Refused` (404) if there is no such person."""
    found = next((one for one in await people(tx) if one[1].id == staff_id), None)
    if found is None:
        raise not_found("such person")
    trust, member = found
    token = secrets.token_urlsafe(32)
    await store.add(tx, HeldSession(new_id(), _hash(token), trust.code, member.id, at, at, None))
    return Begun(token, at + IDLE)


async def make_pass(database: Database, signer: PassSigner, token: str, at: datetime) -> SignedPass:
    """A fresh pass from a session's token. Raises `Refused` (401) if the session is over, or the person has left."""
    async with database.reading() as reading:
        session = await store.find(reading, _hash(token))
        if session is None or not is_alive(session, at):
            raise signed_out()
        member = await hospital.staff_member(reading, session.trust, session.staff)
    if member is None or not member.roles:
        raise signed_out()
    if at - session.seen_at >= SEEN_EVERY:
        async with database.transaction() as tx:
            await store.seen(tx, session.id, at)
    life = min(LIFE, session.began_at + ABSOLUTE - at)
    caller = Caller(
        kind="person",
        id=member.id,
        name=member.name,
        roles=member.roles,
        trust=session.trust,
        clusters=member.clusters,
        session=session.id,
    )
    life = max(timedelta(seconds=1), timedelta(seconds=int(life.total_seconds())))
    return SignedPass(signer.sign(caller, at, life=life), at + life, caller, member)


async def end(tx: Transaction, token: str, at: datetime) -> None:
    """Sign out: the session makes no more passes. Ending what has ended, or never was, is fine."""
    await store.end(tx, _hash(token), at)


def is_alive(session: HeldSession, at: datetime) -> bool:
    """True while a session may be used: not signed out, not idle for 15 minutes, not 12 hours old."""
    return session.ended_at is None and at < min(session.seen_at + IDLE, session.began_at + ABSOLUTE)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
