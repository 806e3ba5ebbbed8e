"""The REST of a running Homeward, asked as somebody of the demonstration: what a page shows is held against it."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.processes.programs import Hospital


@dataclass(frozen=True, slots=True)
class Rest:
    """REST as `staff_id` is answered."""

    hospital: Hospital
    staff_id: str

    async def get(self, service: str, path: str) -> Any:
        """The JSON at a path below the service's version, which must be answered 200."""
        async with httpx2.AsyncClient(timeout=20) as client:
            answer = await client.get(
                f"{self.hospital.url(service)}/{service}/v1{path}",
                headers={"Authorization": f"Bearer {await self._pass(client)}"},
            )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def case(self, case_id: str) -> Any:
        """Everything of a case."""
        return await self.get("discharge", f"/cases/{case_id}")

    async def task(self, case_id: str, code: str) -> Any:
        """A task of a case, by its code."""
        found = [task for task in (await self.case(case_id))["tasks"] if task["code"] == code]
        assert len(found) == 1, f"{len(found)} tasks {code}"
        return found[0]

    async def change_task(self, case_id: str, code: str, **changes: Any) -> None:
        """Change a task of a case, by its code, as it now is."""
        task = await self.task(case_id, code)
        async with httpx2.AsyncClient(timeout=20) as client:
            answer = await client.patch(
                f"{self.hospital.url('discharge')}/discharge/v1/cases/{case_id}/tasks/{task['task_id']}",
                headers={"Authorization": f"Bearer {await self._pass(client)}", "If-Match": f'"{task["version"]}"'},
                json=changes,
            )
        assert answer.status_code == 200, answer.text

    async def _pass(self, client: httpx2.AsyncClient) -> str:
        """A new pass: one lives for a minute."""
        base = self.hospital.url("discharge") + "/discharge/v1/sessions"
        begun = await client.post(base, json={"staff_id": self.staff_id})
        assert begun.status_code == 201, begun.text
        made = await client.post(f"{base}/pass", json={"token": begun.json()["token"]})
        assert made.status_code == 200, made.text
        return str(made.json()["bearer"])
