"""A hand-over that nobody accepts in time rises: first to the lead of the cluster, then to the trust's duty desk."""

from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Note
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules.handing_over import AT_DESK, AT_LEAD
from shared.contracts.cases import HandOver
from shared.london import midnight_of


def risen(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """`file` with its hand-over at the level it has reached at `at`. It falls only by being accepted."""
    raised = file.hand_over
    if raised is None or not raised.waits:
        return file
    level = sum(instant <= at for instant in _steps(raised, policy))
    if level <= raised.level:
        return file
    notes = [
        Note("clock", instant, at, f"Hand-over to {raised.to_cluster_name} not accepted in time: now with {whose}")
        for number, instant, whose in zip(
            (AT_LEAD, AT_DESK),
            _steps(raised, policy),
            (f"the lead of {raised.to_cluster_name}", "the duty desk"),
            strict=True,
        )
        if raised.level < number <= level
    ]
    return replace(file, hand_over=raised.model_copy(update={"level": level}), notes=(*file.notes, *notes))


def _steps(raised: HandOver, policy: TrustPolicy) -> tuple[datetime, ...]:
    """When it rises: as it was promised, then once more after as long as the trust now gives for accepting."""
    by = raised.accept_by
    return () if by is None else (by, by + policy.accept_handover_within)


def next_change(raised: HandOver | None, policy: TrustPolicy, at: datetime) -> datetime | None:
    """When time alone changes a hand-over next: it rises, or who accepted it jointly is named (`at`: that is due)."""
    if raised is None:
        return None
    if raised.waits:
        return min((instant for instant in _steps(raised, policy) if instant > at), default=None)
    return max(midnight_of(raised.joint_until), at) if raised.joint_until else None
