"""Sign-in as discharge keeps it: a session's token becomes a short pass, asked for again before it ends."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.screens.clients.calls import Asking, Refused, Services, SignedOut
from shared.contracts.api.discharge import (
    DemonstrationPeople,
    Pass,
    Session,
    SessionToken,
    StartSession,
)

BASE = "/discharge/v1"
MARGIN = timedelta(seconds=10)
MOST_PASSES = 5_000


@dataclass(slots=True)
class Passes:
    """Passes held until shortly before they end, by the hash of the session's token; the oldest give way."""

    services: Services
    held: OrderedDict[str, Pass] = field(default_factory=OrderedDict[str, Pass])

    async def of(self, token: str, now: datetime) -> Pass:
        """The pass of a session. Raises `SignedOut` when the session is over, `Away` when sign-in is away."""
        key = _key(token)
        found = self.held.get(key)
        if found is not None and now < found.expires_at - MARGIN:
            return found
        self.held.pop(key, None)
        try:
            given = await Asking(self.services).send(
                "discharge", f"{BASE}/sessions/pass", Pass, SessionToken(token=token)
            )
        except Refused as refused:
            raise SignedOut from refused
        self.held[key] = given
        while len(self.held) > MOST_PASSES:
            self.held.popitem(last=False)
        return given

    def forget(self, token: str) -> None:
        """Hold no pass of this session any longer."""
        self.held.pop(_key(token), None)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def people(services: Services) -> DemonstrationPeople:
    """Who may be chosen in a demonstration. Raises `NotFound` where it is switched off."""
    return await Asking(services).get("discharge", f"{BASE}/demonstration/people", DemonstrationPeople)


async def start(services: Services, staff_id: str) -> Session:
    """Sign in as the person chosen."""
    return await Asking(services).send("discharge", f"{BASE}/sessions", Session, StartSession(staff_id=staff_id))


async def end(services: Services, token: str) -> None:
    """Sign out: the session is over everywhere."""
    await Asking(services).tell("discharge", f"{BASE}/sessions/end", SessionToken(token=token))
