"""Discharge's REST at its real front door, called as the people of Riverside."""

from dataclasses import dataclass
from pathlib import Path

import httpx2

from services.discharge.service import create
from services.discharge.tables.cases import audit_seals, audited
from shared.audit import Trail, key_of, open_trail
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import PassSigner, ensure_keys, load_signer
from shared.settings import Settings
from shared.wiring import Dependencies, Service
from tests.services.discharge.riverside import MONDAY, TRUST

BASE = "/discharge/v1"
_CLUSTERS = {"asha": ("north",), "ben": ("north",), "cara": ("south",), "lena": ("north",)}


@dataclass(slots=True)
class Door:
    """The service over a database, and a clock that is moved by hand."""

    database: Database
    clock: SettableClock
    service: Service
    signer: PassSigner
    trail: Trail

    def as_(self, staff: str, role: Role = Role.SOCIAL_WORKER, trust: str = TRUST) -> httpx2.AsyncClient:
        """A client signed in as somebody."""
        caller = Caller("person", staff, staff.title(), frozenset({role}), trust, _CLUSTERS.get(staff, ()), "s-1")
        bearer = self.signer.sign(caller, self.clock.now())
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.service.app),
            base_url="http://127.0.0.1:8002",
            headers={"Authorization": f"Bearer {bearer}"},
        )


def door(database: Database, keys: Path) -> Door:
    """The front door of discharge on `database`."""
    ensure_keys(keys)
    clock = SettableClock(MONDAY)
    settings = Settings(pass_keys=keys, data=keys)
    service = create(Dependencies(settings, clock, database))
    trail = open_trail(audited, audit_seals, key_of(settings.audit_key, settings.keys()))
    return Door(database, clock, service, load_signer(keys), trail)
