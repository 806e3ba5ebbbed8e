"""Three days in a trust: everything that can be asked of discharge is asked once at least."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.handlers.setup import apply
from services.discharge.handlers.setup_plans import DUE, take_due
from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file import write_setup
from services.discharge.tables.cases import cases
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from shared.contracts.roles import Role
from shared.timers import Timer
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, MONDAY, after, hear, left
from tests.services.trusts.asking import Asking
from tests.services.trusts.hospital_twice import MRN, NHS_NUMBER, hospital, stays

ASHA, BEN, CARA, MO, LENA = ("asha",), ("ben",), ("cara",), ("mo",), ("lena", Role.LEAD)
KIM = ("kim", Role.ADMINISTRATOR)
GP = {"source": "gp", "sender": "Dr Amin", "need": "Falls"}
EDITH = {"family": "Example", "born": "1941-02-03"}
READINGS = (
    *("/hospital/wards", "/hospital/clusters", "/staff", "/hospital/on-duty", "/hospital/unmapped-ward-codes"),
    "/hospital/ward-mappings",
    *("/cases", "/changes", "/wards", "/summary", "/board", "/misplaced-entries", "/sheets-due"),
    "/uncovered-minutes",
    *("/referrals", "/referral-figures"),
)
QUERIES = ("?mine=true", "?cluster_id=north", "?ward_id=w1", "?status=closed", "?filter=hand_over&mine=true")
OF_A_CASE = ("", "/record", "/changes", "/misplaced-entries", "/sheet", "/referrals")


async def play(door: Door, trust: str) -> Asking:
    """The days of `trust`, from Monday on; what was asked and told."""
    one = _Days(door, trust, Asking(door.as_, trust, BASE))
    await one.monday()
    await one.mapped()
    await one.planned()
    await one.written()
    await one.handed()
    await one.declined()
    await one.tuesday()
    await one.thursday()
    return one.asking


class _Days:
    def __init__(self, door: Door, trust: str, asking: Asking) -> None:
        self.door, self.trust, self.asking, self.ask = door, trust, asking, asking.ask
        self.setup = hospital(trust)
        self.here = stays(trust)
        self.case: list[str] = []

    async def monday(self) -> None:
        """Set up, four are admitted, one moves to another cluster."""
        self.door.clock.set(MONDAY)
        await self._set_up(self.setup)
        for person in ({"nhs_number": NHS_NUMBER, **EDITH}, {"mrn": MRN, **EDITH}):
            await self.ask(ASHA, "POST /referrals", {**GP, "person": person})
        await self._hear(*self.here)
        async with self.door.database.reading() as reading:
            ours = select(cases.c.case_id).where(cases.c.trust == self.trust).order_by(cases.c.encounter_id)
            self.case = [row.case_id for row in await reading.rows(ours)]
        for way in ({"nhs_number": NHS_NUMBER, **EDITH}, {"mrn": MRN, **EDITH}, EDITH):
            await self.ask(ASHA, "POST /referrals", {**GP, "person": way, "case_id": self.case[0]})
        await self.ask(ASHA, "POST /referrals/search", {"nhs_number": NHS_NUMBER})
        found = await self.ask(ASHA, "POST /referrals/search", {"mrn": MRN})
        first = found["items"][0]["referral_id"]
        await self.ask(ASHA, "POST /referrals/{one}/decision", {"status": "accepted"}, version=2, one=first)
        await self.ask(ASHA, "GET /referrals/{one}/history", one=first)
        await self._moved(1, "W2")
        await self.look()

    async def mapped(self) -> None:
        """A ward code is mapped, that is taken back, and it is mapped again."""
        ids = [str(uuid4()), str(uuid4())]
        mapping = {"code": "Q1", "ward_id": "w2", "valid_from": "2026-05-04"}
        path = "/hospital/ward-mappings/{one}"
        for one in ids:
            await self.ask(KIM, f"PUT {path}", mapping, one=one)
            await self.ask(LENA, f"GET {path}", one=one)
            if one is ids[0]:
                await self.ask(KIM, f"POST {path}/take-back", {"reason": "A clinic"}, version=1, one=one)
            await self.ask(LENA, f"GET {path}/history", one=one)

    async def planned(self) -> None:
        """A setup is previewed, planned, confirmed and withdrawn; another takes effect."""
        file = write_setup(replace(self.setup, duty_desk=replace(self.setup.duty_desk, name="the night desk")))
        await self.ask(KIM, "POST /setup/previews", {"file": file})
        path, at = "/setup/plans/{one}", MONDAY + DAY / 2
        ids = [str(uuid4()), str(uuid4())]
        for one in ids:
            await self.ask(KIM, f"PUT {path}", {"file": file, "effective_at": at.isoformat()}, one=one)
            await self.ask(KIM, f"POST {path}/confirm", {"reason": "So it is"}, version=1, one=one)
            if one is ids[0]:
                await self.ask(KIM, f"POST {path}/withdraw", {"reason": "Not so"}, version=2, one=one)
        await take_due(self.door.database, self.door.trail, [Timer(DUE, self.trust, at)], at)
        await self.ask(KIM, "GET /setup/plans")
        for one in ids:
            for part in ("", "/history"):
                await self.ask(KIM, f"GET {path}{part}", one=one)

    async def written(self) -> None:
        """What people write down of the first case, and of the second."""
        case = self.case[0]
        task = (await self.ask(ASHA, "GET /cases/{case}", case=case))["tasks"][0]
        started = {"status": "started", "owner_id": "ben"}
        await self._on("PATCH", f"/tasks/{task['task_id']}", started, route="/tasks/{task_id}", version=task["version"])
        await self.ask(ASHA, "GET /cases/{case}/tasks/{task}/history", case=case, task=task["task_id"])
        await self._on("POST", "/tasks", {"title": "Ask the neighbour", "owner_profession": "HSW"})
        await self._on("POST", "/expected-dates", {"expected_on": "2026-05-06"})
        await self._on("POST", "/pathway", {"pathway": "P1"})
        await self._on("POST", "/reviews", {"meets_criteria": False, "encounter_id": "stay-1"})
        note = await self._write({"kind": "note", "text": f"Son has keys of {self.trust}"})
        goal = {"kind": "summary", "section": "goals", "text": f"To be home ({self.trust})"}
        kept = await self._write(goal)
        for act, body in (("confirm", None), ("withdraw", {"reason": "Not so"})):
            await self._entry("POST", f"/{act}", note, body)
        await self._entry("PUT", "", kept, {"content": {**goal, "text": "To be in her garden"}})
        await self.ask(ASHA, "GET /cases/{case}/record/{entry}/history", case=case, entry=kept["entry_id"])
        sheet = await self.ask(ASHA, "GET /cases/{case}/sheet", case=case)
        await self._on("POST", "/sheets", {"edition": sheet["edition"], "given_to": "carer"})
        await self.ask(ASHA, "POST /cases/by-ids", {"case_ids": self.case})
        await self.ask(ASHA, "POST /cases/{case}/seen", version=1, case=self.case[2])
        await self.ask(ASHA, "POST /cases/seen", {"items": [{"case_id": self.case[2], "version": 1}]})

    async def handed(self) -> None:
        """The note of a hand-over is read and sent, it is given whole, a cluster is read, a shift ends."""
        case = self.case[1]
        await self.ask(ASHA, "GET /cases/{case}/hand-over", case=case)
        note = dict.fromkeys(("situation", "matters", "open_tasks", "risks", "next_step"), "As told")
        await self.ask(LENA, "PUT /cases/{case}/hand-over/note", note, version=0, case=case)
        now = (await self.ask(LENA, "GET /cases/{case}", case=case))["summary"]["version"]
        await self.ask(LENA, "POST /cases/{case}/hand-over", {"choice": "transfer"}, version=now, case=case)
        await self.ask(LENA, "GET /clusters/{cluster}", cluster="north")
        await self.ask(BEN, "GET /shift-hand-over")
        await self.ask(BEN, "POST /shift-hand-over/accept", {"case_ids": self.case})

    async def declined(self) -> None:
        """A need has a case offered, which is answered; who is named declines another."""
        await self._write({"kind": "summary", "section": "risks", "text": "Gets lost", "need_kinds": ["dementia"]})
        joins = "POST /cases/{case}/offers/{number}/answer"
        await self.ask(MO, joins, {"answer": "join"}, version=1, case=self.case[0], number=1)
        found = (await self.ask(LENA, "GET /cases/{case}", case=self.case[0]))["summary"]
        named = (found["holding"]["coordinator_id"],)
        away = {"reason": "Is my aunt"}
        await self.ask(named, "POST /cases/{case}/decline", away, version=found["version"], case=self.case[0])
        await self.ask(LENA, "GET /cases", query="?mine=true")

    async def tuesday(self) -> None:
        """A hand-over is accepted, a case given away, a stay is of somebody else, one joins another."""
        self.door.clock.set(MONDAY + DAY)
        await self.ask(CARA, "POST /hand-overs/accept", {"case_ids": self.case})
        await self._moved(2, "W1")
        await self.ask(LENA, "POST /cases/{case}/hand-over/accept", {"coordinator_id": "ben"}, case=self.case[2])
        now = (await self.ask(LENA, "GET /cases/{case}", case=self.case[0]))["summary"]["version"]
        wish = {"coordinator_id": "lena", "reason": "Knows her"}
        await self.ask(LENA, "POST /cases/{case}/coordinator", wish, version=now, case=self.case[0])
        other = self.here[0].person.model_copy(update={"person_id": "person-3"})
        await self._changed(0, person=other)
        found = await self.ask(ASHA, "GET /cases/{case}/misplaced-entries", case=self.case[0])
        for entry in (found or {"items": []})["items"][:1]:
            body = {"is_about_this_person": True, "reason": "Asked her"}
            path = "POST /cases/{case}/misplaced-entries/{entry}"
            await self.ask(ASHA, path, body, version=entry["version"], case=self.case[0], entry=entry["entry_id"])
        await self._changed(2, status=EncounterStatus.MERGED_AWAY, merged_into="stay-2")
        await self.look()

    async def thursday(self) -> None:
        """Time passes; the hospital is set up anew; the clock was wrong; one leaves and comes again."""
        at = MONDAY + 3 * DAY
        self.door.clock.set(at)
        await self._clock(at)
        await self._set_up(replace(self.setup, rota=self.setup.rota[1:]))
        await self._clock(at)
        self.here[1] = left(self.here[1], at)
        await self._hear(self.here[1])
        again = self.here[1].model_copy(
            update={"encounter_id": "stay-9", "version": 1, "status": EncounterStatus.ADMITTED, "discharged_at": None}
        )
        await self._hear(again)
        await self._clock(at)
        await self.look()

    async def look(self) -> None:
        """Everything there is to read."""
        for path in READINGS:
            await self.ask(LENA, f"GET {path}")
        for query in QUERIES:
            await self.ask(CARA, "GET /cases", query=query)
        for ward in ("w1", "w2", "w3", "w5"):
            await self.ask(LENA, "GET /wards/{ward}", ward=ward)
        for case in self.case[:4]:
            for part in OF_A_CASE:
                await self.ask(ASHA, f"GET /cases/{{case}}{part}", case=case)

    async def _set_up(self, setup: Setup) -> None:
        async with self.door.database.transaction() as tx:
            await apply(tx, setup, self.door.clock.now())

    async def _hear(self, *stays: EncounterState) -> None:
        assert await hear(self.door.database, *stays, at=self.door.clock.now()) == []

    async def _changed(self, number: int, **changes: object) -> None:
        self.here[number] = after(self.here[number], **changes)
        await self._hear(self.here[number])

    async def _moved(self, number: int, ward: str) -> None:
        await self._changed(number, location=Location(ward_code=ward, bay="A", bed="1"))

    async def _clock(self, at: datetime) -> None:
        """The timers of this trust alone: another's are for its own day."""
        await put_right(self.door.database, at + 9 * DAY)
        async with self.door.database.reading() as reading:
            ours = [row[0] for row in await reading.rows(select(cases.c.case_id).where(cases.c.trust == self.trust))]
            due = [one for one in await timers.due(reading, timers_table, at, 500) if one.subject in ours]
        await decide(self.door.database, due, at)

    async def _on(self, method: str, path: str, body: Any, *, route: str = "", version: int | None = None) -> Any:
        parts = {"task_id": path.rpartition("/")[2]} if route else {}
        return await self.ask(
            ASHA, f"{method} /cases/{{case}}{route or path}", body, version=version, case=self.case[0], **parts
        )

    async def _write(self, content: object) -> Any:
        return await self._on("POST", "/record", {"content": content})

    async def _entry(self, method: str, act: str, entry: Any, body: Any) -> None:
        route = f"{method} /cases/{{case}}/record/{{entry}}{act}"
        found = await self.ask(ASHA, "GET /cases/{case}/record", case=self.case[0])
        told = [one for part in ("summary", "notes") for one in found[part] if one["entry_id"] == entry["entry_id"]]
        version = told[0]["version"] if told else 1
        await self.ask(ASHA, route, body, version=version, case=self.case[0], entry=entry["entry_id"])
