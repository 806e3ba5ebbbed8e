"""Accepting hand-overs, one or many in one transaction: clusters first, then cases by id, as everywhere."""

from collections.abc import Sequence
from datetime import datetime

from services.discharge.handlers import acts
from services.discharge.handlers.hospital import hospital_now
from services.discharge.model.cases import By, CaseFile
from services.discharge.model.readers import Reader
from services.discharge.rules.handing_over import Taker, accepted, may_accept
from services.discharge.rules.readers import as_at_work, the_reader
from services.discharge.store import case_files
from shared.audit import Trail
from shared.callers import Caller
from shared.contracts.api.discharge.accepting import AcceptedMany, AcceptedOne
from shared.database import Reading, Transaction
from shared.refusals import Refused, not_allowed


async def reader_at_work(reading: Reading, caller: Caller, at: datetime) -> Reader:
    """`caller` as the hospital has them at work at `at`."""
    return as_at_work(the_reader(caller), await hospital_now(reading, caller.trust, at), at)


def accepted_by(reader: Reader, taker: Taker, reason: str) -> acts.Decision:
    """That `reader`, as they are at work, accepts for `taker` the hand-over that waits.

    Raises `Refused`: 409 for a case that ended or that nobody hands over, 403 when it is not theirs to accept.
    """

    def decide(file: CaseFile, by: By) -> CaseFile:
        acts.refuse_ended(file)
        raised = file.hand_over
        if raised is None or (not raised.waits and raised.taker_id != taker.staff_id):
            raise Refused("no-hand-over", status=409, title="No hand-over waits to be accepted")
        if not may_accept(raised, reader, taker.staff_id):
            raise not_allowed()
        return accepted(file, raised, taker, reason, by)

    return decide


async def accept(tx: Transaction, trail: Trail, wishes: Sequence[acts.Wish], taker: Taker, reason: str) -> AcceptedMany:
    """Give each case to `taker` if a hand-over of it waits; what became of each. What cannot be holds up no other."""
    caller = wishes[0].caller
    trust = caller.trust
    places = await case_files.places(tx, trust, [wish.case_id for wish in wishes])
    await acts.lock_clusters_of(tx, trust, places.values(), wishes[0].at)
    await case_files.lock(tx, trust, places)
    reader = await reader_at_work(tx, caller, wishes[0].at)
    return await each(tx, trail, wishes, accepted_by(reader, taker, reason))


async def each(tx: Transaction, trail: Trail, wishes: Sequence[acts.Wish], decide: acts.Decision) -> AcceptedMany:
    """Do `decide` to each case, in the order of their ids; what became of each, in the order asked."""
    found: dict[str, AcceptedOne] = {}
    for wish in sorted(wishes, key=lambda one: one.case_id):
        try:
            file = await acts.change(tx, trail, wish, decide)
        except Refused as refused:  # every refusal comes before the first write of its case
            found[wish.case_id] = AcceptedOne(case_id=wish.case_id, problem=refused.code)
        else:
            found[wish.case_id] = AcceptedOne(case_id=wish.case_id, version=file.version)
    return AcceptedMany(items=tuple(found[case_id] for case_id in dict.fromkeys(wish.case_id for wish in wishes)))
