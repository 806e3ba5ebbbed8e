"""The hospital as it is set up, at an instant."""

from datetime import datetime

from services.discharge.model.cover import Hospital
from services.discharge.rules.covering import hospital_at
from services.discharge.store import setup as store
from shared.database import Reading


async def hospital(reading: Reading, trust: str, at: datetime) -> Hospital:
    """The trust's wards, clusters with their rota from `at` on, and policy; empty for a trust that is not set up."""
    setup = await store.held(reading, trust)
    return Hospital(trust) if setup is None else hospital_at(setup, at)
