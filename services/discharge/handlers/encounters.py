"""What admissions announces of stays becomes cases: opened, moved, followed, closed, withdrawn, opened again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from services.discharge.handlers.announcing import announce
from services.discharge.handlers.hospital import known_now
from services.discharge.handlers.naming import Naming, naming
from services.discharge.handlers.referring import attach, waiting_for
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.model.referrals import Referral
from services.discharge.rules.casework import base_ward, receive
from services.discharge.rules.sharing import cluster_of
from services.discharge.store import case_files, cover, referrals, setup
from services.discharge.store.case_files import Change, keep
from shared.contracts.encounters import EncounterState
from shared.contracts.envelope import Announcement
from shared.database import InTurn, Transaction
from shared.eventlog import Event, ParkedSubject
from shared.eventlog.consumer import Overtaken
from shared.ids import new_id

EncounterAnnounced = Announcement[EncounterState]

_KEPT_AT_ONCE: Final = 125
_BETWEEN_BREATHS: Final = 16
"""While the database keeps one part of a batch the next is worked out, with a breath every few cases, in which what the
database answered is taken up."""


async def handle(tx: Transaction, batch: Sequence[Event], at: datetime) -> Sequence[ParkedSubject]:
    """Bring the cases of these stays up to date, in this transaction; the subjects that could not be are returned.

    Only the newest state of each stay in the batch counts: it carries all that the earlier ones said. Raises
    `Overtaken`, with nothing written, when a case came to another cluster before the clusters concerned were locked.
    """
    stays, parked = _read(batch)
    for trust in sorted(stays):
        parked += await _handle_trust(tx, trust, stays[trust], at)
    return parked


def _read(batch: Sequence[Event]) -> tuple[dict[str, list[EncounterState]], list[ParkedSubject]]:
    newest = {event.subject: event for event in batch}
    stays: dict[str, list[EncounterState]] = defaultdict(list)
    parked: list[ParkedSubject] = []
    for event in newest.values():
        try:
            stay = EncounterAnnounced.model_validate_json(event.data).data
        except ValidationError:
            parked.append(ParkedSubject(event.subject, "the event is not one this release can read"))
            continue
        if (stay.trust, stay.encounter_id) != (event.trust, event.subject):
            parked.append(ParkedSubject(event.subject, "the event names another stay than its subject"))
            continue
        stays[event.trust].append(stay)
    return stays, parked


async def _handle_trust(
    tx: Transaction, trust: str, stays: Sequence[EncounterState], at: datetime
) -> list[ParkedSubject]:
    known = await known_now(tx, trust, at)
    hospital = known.hospital
    places = await case_files.places_of_encounters(tx, trust, [stay.encounter_id for stay in stays])
    clusters = {one for place in places.values() for one in (place.cluster_id, place.named_from) if one}
    wards = [(stay, base_ward(stay, hospital)) for stay in stays]
    clusters |= {one for stay, ward in wards if (one := cluster_of(ward, stay))}
    if hospital.clusters and any(ward is None and stay.inpatient for stay, ward in wards):
        # Whoever says which ward that is locks every cluster, and must find these cases: one makes them wait.
        clusters.add(min(hospital.clusters))
    await cover.lock_clusters(tx, trust, clusters)
    await case_files.lock(tx, trust, [place.case_id for place in places.values()])
    now = await case_files.places_of_encounters(tx, trust, [stay.encounter_id for stay in stays])
    if now != places or await setup.stamp(tx, trust) != known.stamp:
        raise Overtaken("a case or the hospital changed before its clusters were locked")
    held = {file.encounter_id: file for file in (await _load(tx, trust, places)).values()}
    received, parked = _received(stays, held, hospital, at)
    names = await naming(tx, hospital, received)
    waiting = await waiting_for(tx, trust, [(held.get(file.encounter_id), file) for file in received])
    return [*parked, *await _finish_and_keep(tx, hospital.trust, (received, held, waiting), names, at)]


async def _finish_and_keep(
    tx: Transaction,
    trust: str,
    heard: tuple[Sequence[CaseFile], Mapping[str, CaseFile], Sequence[Referral]],
    names: Naming,
    at: datetime,
) -> list[ParkedSubject]:
    """Name, announce and keep: each part is kept while the next is worked out.

    With referrals waiting there is one part: to whom one belongs is asked of all the people at once.
    """
    received, held, waiting = heard
    at_once, few_at_once = (len(received),) * 2 if waiting else (_KEPT_AT_ONCE, _BETWEEN_BREATHS)
    unnamed: list[ParkedSubject] = []
    async with InTurn() as keeping:
        for some in _parts(received, at_once):
            changes: list[Change] = []
            found: list[Referral] = []
            for few in _parts(some, few_at_once):
                pairs, failed = _finished(few, held, names, at)
                unnamed += failed
                pairs, attached = attach(waiting, pairs, at)
                found += attached
                changes += announce(tx, pairs, at)[0]
                await asyncio.sleep(0)
            await keeping.then(_keep(tx, trust, changes, found, at))
    return unnamed


def _parts(files: Sequence[CaseFile], size: int) -> Iterator[Sequence[CaseFile]]:
    return (files[first : first + size] for first in range(0, len(files), size))


async def _keep(
    tx: Transaction, trust: str, changes: Sequence[Change], found: Sequence[Referral], at: datetime
) -> None:
    await referrals.keep(tx, trust, found)
    if changes:
        await keep(tx, changes, at)


async def _load(tx: Transaction, trust: str, places: dict[str, case_files.Place]) -> dict[str, CaseFile]:
    return await case_files.load(tx, trust, [place.case_id for place in places.values()])


def _received(
    stays: Sequence[EncounterState], held: Mapping[str, CaseFile], hospital: Hospital, at: datetime
) -> tuple[list[CaseFile], list[ParkedSubject]]:
    """The cases of these stays as they now are known, in order of admission, before anybody is named."""
    received: list[CaseFile] = []
    parked: list[ParkedSubject] = []
    for stay in sorted(stays, key=lambda stay: (stay.admitted_at or stay.learned_at, stay.encounter_id)):
        known = held.get(stay.encounter_id)
        try:
            file = receive(known, stay, hospital, at, known.case_id if known else new_id())
        except Exception as fault:  # noqa: BLE001  # one stay's fault must not hold up the others
            parked.append(_parked(stay.encounter_id, fault))
        else:
            received += [file] if file is not None else []
    return received, parked


def _finished(
    received: Sequence[CaseFile], held: Mapping[str, CaseFile], names: Naming, at: datetime
) -> tuple[list[tuple[CaseFile | None, CaseFile]], list[ParkedSubject]]:
    """Each case before and after, somebody named where nobody was, the earlier admitted first."""
    pairs: list[tuple[CaseFile | None, CaseFile]] = []
    parked: list[ParkedSubject] = []
    for file in received:
        before = held.get(file.encounter_id)
        try:
            after = names.finish(file, at)
        except Exception as fault:  # noqa: BLE001  # as above
            parked.append(_parked(file.encounter_id, fault))
        else:
            names.count(before, after)
            pairs.append((before, after))
    return pairs, parked


def _parked(encounter_id: str, fault: Exception) -> ParkedSubject:
    return ParkedSubject(encounter_id, f"a rule failed: {type(fault).__name__}")
