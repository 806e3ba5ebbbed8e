"""Topics, event types and the envelope: CloudEvents 1.0 (https://cloudevents.io, CNCF), Kafka binary mode.

An event carries the whole state of its subject after the change (`data`) and a version: a reader applies a version only
if it is newer than the one it has. The Kafka key is the opaque subject, never a number a hospital or the NHS gave.
"""

import json
from enum import StrEnum
from typing import Generic, TypeVar

from shared.contracts.shape import Published

TOPIC_ENCOUNTERS = "homeward.encounters.v1"
TOPIC_CASES = "homeward.cases.v1"
TOPIC_ALERTS = "homeward.alerts.v1"
TOPIC_ADT_INTAKE = "homeward.adt-intake.v1"


class EventType(StrEnum):
    """CloudEvents `type`. What happened in particular is in `changes`; a reader never decides by type."""

    ENCOUNTER_CHANGED = "uk.homeward.encounter.changed.v1"
    CASE_CHANGED = "uk.homeward.case.changed.v1"
    ALERT_CHANGED = "uk.homeward.alert.changed.v1"


StateT = TypeVar("StateT", bound=Published)


class Announcement(Published, Generic[StateT]):
    """The JSON body of an event: what changed, and the state of the subject after it."""

    changes: tuple[str, ...] = ()
    data: StateT


def announced(changes: tuple[str, ...], state: str) -> bytes:
    """The body of an `Announcement` of a state whose JSON is written already."""
    return f'{{"changes":{json.dumps(changes)},"data":{state}}}'.encode()
