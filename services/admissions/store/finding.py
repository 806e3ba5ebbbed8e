"""Which messages tell of a person, of a visit or of a ward code. Every query goes by an index of what is looked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.admissions.model import Fact, PersonKey, from_json
from services.admissions.store.encounters import ward_key
from services.admissions.store.facts import VISIT, files_of, parts
from services.admissions.tables import claims, encounter_keys, encounters, facts, person_keys
from shared.database import Reading, among


@dataclass(frozen=True, slots=True)
class Heard:
    """How many messages named a ward code, and when the first and the last of them came."""

    code: str
    messages: int
    first_at: datetime
    last_at: datetime


async def files_of_patient(reading: Reading, trust: str, value: str, issuer: str | None) -> set[str]:
    """The person-files of a hospital number, of one issuer or of any."""
    wanted = select(person_keys.c.file).where(person_keys.c.trust == trust, person_keys.c.value == value)
    if issuer is not None:
        wanted = wanted.where(person_keys.c.issuer == issuer)
    return {row.file for row in await reading.rows(wanted)}


async def files_of_claim(reading: Reading, trust: str, kind: str, value: str, issuer: str | None) -> set[str]:
    """The person-files in which somebody claims a visit or an NHS number (`kind`)."""
    wanted = select(claims.c.person_issuer, claims.c.person_value).where(
        claims.c.trust == trust, claims.c.kind == kind, claims.c.value == value
    )
    if issuer is not None:
        wanted = wanted.where(claims.c.issuer == issuer)
    persons = [PersonKey(row.person_issuer, row.person_value) for row in await reading.rows(wanted)]
    return set((await files_of(reading, trust, persons)).values())


async def files_of_visit(reading: Reading, trust: str, value: str, issuer: str | None) -> set[str]:
    """The person-files in which a visit, account or pre-admit number is told."""
    wanted = (
        select(encounters.c.file)
        .join(encounter_keys, encounter_keys.c.encounter == encounters.c.id)
        .where(encounter_keys.c.trust == trust, encounter_keys.c.kind == VISIT, encounter_keys.c.value == value)
    )
    if issuer is not None:
        wanted = wanted.where(encounter_keys.c.issuer == issuer)
    of_stays = {row.file for row in await reading.rows(wanted)}
    return of_stays | await files_of_claim(reading, trust, VISIT, value, issuer)


async def messages_of_files(reading: Reading, files: Collection[str]) -> set[str]:
    """The messages whose facts lie in `files`."""
    found: set[str] = set()
    for part in parts(sorted(files)):
        found |= {row.message for row in await reading.rows(select(facts.c.message).where(among(facts.c.file, part)))}
    return found


async def messages_of_visit(reading: Reading, files: Collection[str], value: str) -> set[str]:
    """Those of the messages in `files` that name the visit, account or pre-admit number `value`."""
    return {fact.message_id for fact in await _facts(reading, sorted(files)) if value in _visits(fact)}


async def ward_codes(reading: Reading, trust: str, codes: Collection[str], most_stays: int) -> list[Heard]:
    """What was heard of each of `codes`, by code, from the newest `most_stays` stays at them."""
    rows = await reading.rows(
        select(encounters.c.file)
        .where(encounters.c.trust == trust, among(encounters.c.ward_code, sorted(map(ward_key, codes))))
        .order_by(encounters.c.admitted_at.desc())
        .limit(most_stays)
    )
    told: dict[str, list[Fact]] = {}
    for fact in await _facts(reading, sorted({row.file for row in rows})):
        code = fact.location.ward if fact.location else None
        if code is not None and code in codes:
            told.setdefault(code, []).append(fact)
    return [
        Heard(
            code,
            len({fact.message_id for fact in several}),
            min(fact.received for fact in several),
            max(fact.received for fact in several),
        )
        for code, several in sorted(told.items())
    ]


async def _facts(reading: Reading, files: Sequence[str]) -> list[Fact]:
    found: list[Fact] = []
    for part in parts(files):
        rows = await reading.rows(select(facts.c.fact).where(among(facts.c.file, part)))
        found += [from_json(row.fact) for row in rows]
    return found


def _visits(fact: Fact) -> set[str]:
    return {key.value for key in (fact.visit, fact.prior_visit, fact.account, fact.preadmit) if key is not None}
