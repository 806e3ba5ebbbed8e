"""What the routes of admissions are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import Request

from services.admissions.handlers.answer import Door
from services.admissions.incoming import Snapshot
from shared import audit
from shared.callers import Caller
from shared.clock import Clock
from shared.database import Database
from shared.web import request_id_of

PREFIX = "/admissions/v1"


@dataclass(frozen=True, slots=True)
class Room:
    """What a route may use. `doors` tells what the MLLP doors of this process have counted, by feed; `woken` is called
    when there is something to interpret; `message_limit` is in bytes. `training`: this is no live system.
    """

    database: Database
    clock: Clock
    door: Door
    trail: audit.Trail
    woken: Callable[[], None]
    doors: Callable[[], dict[str, Snapshot]]
    message_limit: int
    training: bool = False

    async def saw(self, request: Request, caller: Caller, act: str, subjects: Sequence[str]) -> None:
        """Record that `caller` is about to see `subjects`."""
        await audit.record_read(self.database, self.trail, caller, self.act(request, act, subjects))

    def act(self, request: Request, name: str, subjects: Sequence[str], reason: str | None = None) -> audit.Act:
        """An act of this request, now."""
        return audit.Act(name, subjects, self.clock.now(), reason, request_id_of(request.scope))
