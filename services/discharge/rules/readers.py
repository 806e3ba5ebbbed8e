"""A caller as one who reads, and as the hospital has them at work."""

from dataclasses import replace
from datetime import datetime

from services.discharge.model.cover import Hospital
from services.discharge.model.readers import Reader
from services.discharge.rules.absence import is_on_duty
from shared.callers import Caller
from shared.contracts.roles import TAKERS, Role


def the_reader(caller: Caller) -> Reader:
    """The caller as one who reads, by their pass alone: who is at the desk is not known yet."""
    return Reader(caller.id, caller.clusters, leads=Role.LEAD in caller.roles, takes=caller.is_any_of(TAKERS))


def as_at_work(reader: Reader, hospital: Hospital, at: datetime) -> Reader:
    """`reader` with the clusters they lead, and at the desk while they are on its rota."""
    led = [one.cluster_id for one in hospital.clusters.values() if one.lead == reader.id]
    clusters = tuple(dict.fromkeys((*reader.clusters, *led)))
    return replace(reader, clusters=clusters, at_the_desk=is_on_duty(hospital.desk, reader.id, at))
