"""The hospital's people at their screens: REST, each signed in as who they are."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from shared.contracts.api.discharge import (
    CaseDetail,
    CaseList,
    CaseSummary,
    DemonstrationPeople,
    Pass,
    Session,
    StaffList,
    StaffView,
)
from shared.contracts.api.notifications import AlertList
from shared.contracts.shape import Asked, Published

DISCHARGE, NOTIFICATIONS = "/discharge/v1", "/notifications/v1"
PAGE = 500
UNAUTHORIZED = 401
SPARE = timedelta(seconds=10)
ShapeT = TypeVar("ShapeT", bound=Published)


class Refusal(Exception):
    """A service said no, or cannot be reached; `status` is 0 when nobody answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}" if status else "nobody answered")
        self.status = status


@dataclass(slots=True)
class Reception:
    """Signs fictional people in and speaks for them. Every method raises Refusal."""

    client: httpx2.AsyncClient
    discharge: str
    notifications: str
    _sessions: dict[str, str] = field(default_factory=dict[str, str])
    _passes: dict[str, Pass] = field(default_factory=dict[str, Pass])
    _signing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def somebody(self, role: str) -> str | None:
        """The id of somebody of the demonstration with this role."""
        people = await self._call(DemonstrationPeople, "GET", f"{self.discharge}{DISCHARGE}/demonstration/people")
        for one in people.items:
            if role in (await self._pass(one.staff_id)).roles:
                return one.staff_id
        return None

    async def staff(self, who: str) -> tuple[StaffView, ...]:
        """Everybody who works here."""
        return (await self.asks(who, StaffList, f"{self.discharge}{DISCHARGE}/staff")).items

    async def cases(self, who: str) -> list[CaseSummary]:
        """All cases that `who` may see: of people in hospital, and of those at home who are followed up."""
        return await self._listed(who, {})

    async def mine(self, who: str) -> list[CaseSummary]:
        """The list `who` works from: those named to them, and beside them hand-overs and who died."""
        return await self._listed(who, {"mine": "true"})

    async def _listed(self, who: str, which: Mapping[str, str]) -> list[CaseSummary]:
        found: list[CaseSummary] = []
        cursor: str | None = None
        while True:
            asked = {**which, "limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            page = await self.asks(who, CaseList, f"{self.discharge}{DISCHARGE}/cases", asked)
            found += page.items
            cursor = page.next
            if not cursor:
                return found

    async def case(self, who: str, case_id: str) -> CaseDetail:
        """Everything about one case."""
        return await self.asks(who, CaseDetail, f"{self.discharge}{DISCHARGE}/cases/{case_id}")

    async def change_case(
        self, who: str, method: str, path: str, body: Asked, *, key: str | None = None, version: int | None = None
    ) -> CaseDetail:
        """Do something about a case: `path` follows `/cases/`; `version` goes into If-Match; `key` does it once."""
        headers = {"idempotency-key": key} if key else {}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        url = f"{self.discharge}{DISCHARGE}/cases/{path}"
        return _read(CaseDetail, await self._as(who, method, url, body=body, headers=headers))

    async def seen(self, who: str, case_id: str, version: int) -> None:
        """Say that `who` has looked at the case as it is at `version`."""
        url = f"{self.discharge}{DISCHARGE}/cases/{case_id}/seen"
        await self._as(who, "POST", url, headers={"if-match": f'"{version}"'})

    async def alerts(self, who: str) -> AlertList:
        """The alerts that are active."""
        return await self.asks(who, AlertList, f"{self.notifications}{NOTIFICATIONS}/alerts")

    async def acknowledge(self, who: str, alert_id: str, body: Asked) -> None:
        """Take an alert."""
        await self._as(who, "POST", f"{self.notifications}{NOTIFICATIONS}/alerts/{alert_id}/acknowledge", body=body)

    async def asks(self, who: str, shape: type[ShapeT], url: str, params: Mapping[str, str] | None = None) -> ShapeT:
        """Read something as `who`."""
        return _read(shape, await self._as(who, "GET", url, params=params))

    async def _as(
        self,
        who: str,
        method: str,
        url: str,
        *,
        body: Asked | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        bearer = (await self._pass(who)).bearer
        return await self._answer(method, url, body, params, {**(headers or {}), "authorization": f"Bearer {bearer}"})

    async def _pass(self, who: str) -> Pass:
        known = self._passes.get(who)
        if known is not None and known.expires_at > datetime.now(UTC) + SPARE:
            return known
        async with self._signing:
            known = self._passes.get(who)
            if known is None or known.expires_at <= datetime.now(UTC) + SPARE:
                known = self._passes[who] = await self._new_pass(who)
        return known

    async def _new_pass(self, who: str) -> Pass:
        url = f"{self.discharge}{DISCHARGE}/sessions"
        if who in self._sessions:
            try:
                return await self._call(Pass, "POST", f"{url}/pass", {"token": self._sessions[who]})
            except Refusal as refusal:
                if refusal.status != UNAUTHORIZED:
                    raise
        session = await self._call(Session, "POST", url, {"staff_id": who})
        self._sessions[who] = session.token
        return await self._call(Pass, "POST", f"{url}/pass", {"token": session.token})

    async def _call(self, shape: type[ShapeT], method: str, url: str, body: Mapping[str, str] | None = None) -> ShapeT:
        return _read(shape, await self._answer(method, url, body, None, {}))

    async def _answer(
        self,
        method: str,
        url: str,
        body: Asked | Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> httpx2.Response:
        said = body.model_dump(mode="json", exclude_none=True) if isinstance(body, Asked) else body
        try:
            answer = await self.client.request(method, url, json=said, params=params, headers=headers)
        except httpx2.TransportError:
            raise Refusal(0) from None
        if answer.is_error:
            raise Refusal(answer.status_code)
        return answer


def _read(shape: type[ShapeT], answer: httpx2.Response) -> ShapeT:
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError:
        raise Refusal(answer.status_code) from None
