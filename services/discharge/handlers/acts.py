"""What people do to a case: load it locked, decide, keep, announce, audit; in one transaction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.naming import naming
from services.discharge.handlers.offering import offers_of
from services.discharge.model.cases import By, CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.rules.handing_over import covered
from services.discharge.rules.settle import settle
from services.discharge.store import case_files, cover
from shared.audit import Act, Trail, record_write
from shared.callers import Caller
from shared.database import Transaction
from shared.refusals import NotYet, Refused, not_found, not_valid

Decision = Callable[[CaseFile, By], CaseFile]


@dataclass(frozen=True, slots=True)
class About:
    """The stay and the person somebody had before them when they wrote; what is absent was not said."""

    encounter_id: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for something that is about no one case, when, and in which request."""

    caller: Caller
    at: datetime
    request_id: str | None = None

    @property
    def by(self) -> By:
        """The caller as one who records."""
        return By(self.caller.id, self.caller.name, self.at)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants what done to which case. `re_names`: it changes who holds the case, so its clusters are locked."""

    caller: Caller
    case_id: str
    act: str
    at: datetime
    about: About = About()
    re_names: bool = False
    request_id: str | None = None


async def change(tx: Transaction, trail: Trail, wish: Wish, decide: Decision) -> CaseFile:
    """Do `decide` to the case and keep what follows from it. The case as it now is.

    Raises `Refused`: 404 for no such case in the caller's trust, 409 for one about somebody else, and whatever `decide`
    raises.
    """
    trust, at = wish.caller.trust, wish.at
    before = await _locked(tx, trust, wish)
    refuse_another(before, wish.about)
    hospital = await hospital_now(tx, trust, at)
    decided = decide(before, By(wish.caller.id, wish.caller.name, at))
    given = _given(decided, hospital, at) if decided.last_holding != before.last_holding else decided
    after = await _settled(tx, wish, given, hospital)
    kept = await keep_and_announce(tx, [(before, after)], at)
    act = Act(wish.act, [wish.case_id], at, request_id=wish.request_id)
    await record_write(tx, trail, wish.caller, act)
    return kept[wish.case_id]


async def _settled(tx: Transaction, wish: Wish, file: CaseFile, hospital: Hospital) -> CaseFile:
    """`file` with what follows. Where its clusters are locked and its co-ordinator declined, somebody else is named.

    Otherwise who is uncovered stays so: the clock names, with the clusters locked and everybody's caseload read.
    """
    if wish.re_names and file.undecided:
        return (await naming(tx, hospital, [file])).finish(file, wish.at)
    asked = await offers_of(tx, hospital, [file])
    return settle(asked.brought_up(file, wish.at), hospital.policy, wish.at)


async def _locked(tx: Transaction, trust: str, wish: Wish) -> CaseFile:
    locked = await _clusters_locked(tx, trust, wish.case_id, wish.at) if wish.re_names else set[str]()
    file = (await case_files.load_locked(tx, trust, [wish.case_id])).get(wish.case_id)
    if file is None:
        raise not_found("case")
    named_from = file.holding.cluster_id if file.holding else None
    if wish.re_names and not locked.issuperset(one for one in (file.cluster_id, named_from) if one):
        raise NotYet("the case moved to another cluster meanwhile")
    return file


async def _clusters_locked(tx: Transaction, trust: str, case_id: str, at: datetime) -> set[str]:
    """The clusters that a case is in and was named from, locked; none for no such case."""
    places = await case_files.places(tx, trust, [case_id])
    return await lock_clusters_of(tx, trust, places.values(), at)


async def lock_clusters_of(tx: Transaction, trust: str, places: Collection[case_files.Place], at: datetime) -> set[str]:
    """Lock the clusters that these cases are in and were named from; which.

    Where one is of none, the first of the trust: whoever sets the hospital up anew, and has somebody leave it, locks
    every cluster, and must find that somebody was given this case: one makes them wait.
    """
    concerned = {one for place in places for one in (place.cluster_id, place.named_from) if one}
    if any(place.cluster_id is None and place.named_from is None for place in places):
        concerned |= {*sorted((await hospital_now(tx, trust, at)).clusters)[:1]}
    await cover.lock_clusters(tx, trust, concerned)
    return concerned


def _given(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file`, just given to somebody, with who answers for them. Raises `Refused` (422) if they left meanwhile."""
    if file.holding is not None and hospital.has_left(file.holding.coordinator_id):
        raise not_valid("body.coordinator_id", "not-possible", "No co-ordinator of this id works here.")
    return covered(file, hospital, at)


def refuse_another(file: CaseFile, about: About) -> None:
    """Raise `Refused` (409) when what was written is about another stay or person than the case is."""
    held = About(file.encounter_id, file.encounter.person.person_id)
    if about.encounter_id not in (None, held.encounter_id) or about.person_id not in (None, held.person_id):
        raise Refused("about-another-stay", status=409, title="This was written about another stay or person")


def refuse_ended(file: CaseFile) -> None:
    """Raise `Refused` (409) for a case that is closed or withdrawn: nothing is recorded on it."""
    if not file.is_held:
        raise Refused("case-ended", status=409, title="The case has ended")
