"""What an ADT message says, typed: from HL7 v2 or from a JSON event, to facts. Pure."""

from services.admissions.adt.events import fact_from_event
from services.admissions.adt.messages import read_facts

__all__ = ["fact_from_event", "read_facts"]
