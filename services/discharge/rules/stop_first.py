"""What stops everything else before it is sent: a death, and somebody who left on their own decision.

Discharge method (NHS Data Dictionary): 2 self or relative, 6 self, 7 relative or advocate. HL7 table 0112, sent by
some systems: 07 left against advice. Those that mean a death are published with the encounter.
"""

from typing import Final

from shared.contracts.cases import CaseState, CaseStatus
from shared.contracts.encounters import DEATH_METHODS, EncounterState, EncounterStatus

OWN_METHODS: Final = frozenset({"2", "6", "7", "07"})

HAS_DIED = "Has died. Stop planned contact with the family."
OWN_DECISION = "Left on their own decision. Check that they are safe before anything that was arranged goes on."


def has_died(stay: EncounterState) -> bool:
    """True when the hospital says so, of the person or of how the stay ended."""
    left = stay.status is EncounterStatus.DISCHARGED or stay.discharged_at is not None
    return stay.person.deceased or (left and stay.discharge_method in DEATH_METHODS)


def left_on_own_decision(stay: EncounterState) -> bool:
    """True when the person, or a relative or advocate for them, decided that they leave."""
    left = stay.status is EncounterStatus.DISCHARGED and stay.discharge_method in OWN_METHODS
    return left and not has_died(stay)


def banner(case: CaseState) -> str | None:
    """The careful words that stand first on the page, if any."""
    if case.deceased:
        return "This person has died. Planned contact, tasks and messages have been stopped."
    if case.own_discharge and case.status is CaseStatus.FOLLOWING:
        return "This person left on their own decision. What had to be done before leaving has been stopped."
    return None
