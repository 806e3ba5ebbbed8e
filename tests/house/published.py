"""The contracts generated from the code: `python -m tests.house.published --write` or `--check`.

`docs/contracts/` holds a JSON Schema an event, an OpenAPI document a service, an AsyncAPI document for the topics, and
examples of every released event, which must stay readable for ever.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel

from shared.clock import SystemClock
from shared.contracts.alerts import AlertState
from shared.contracts.cases import CaseState
from shared.contracts.encounters import EncounterState
from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES, TOPIC_ENCOUNTERS, Announcement, EventType
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.wiring import Dependencies, Service

FOLDER = Path(__file__).parents[2] / "docs" / "contracts"
EVENTS: dict[str, tuple[str, type[BaseModel]]] = {
    TOPIC_ENCOUNTERS: (EventType.ENCOUNTER_CHANGED, Announcement[EncounterState]),
    TOPIC_CASES: (EventType.CASE_CHANGED, Announcement[CaseState]),
    TOPIC_ALERTS: (EventType.ALERT_CHANGED, Announcement[AlertState]),
}
SERVICES = ("admissions", "discharge", "notifications")


def schemas() -> dict[str, object]:
    """A JSON Schema for the body of each topic's events."""
    return {f"events/{topic}.schema.json": body.model_json_schema() for topic, (_, body) in EVENTS.items()}


def asyncapi() -> dict[str, object]:
    """The topics as an AsyncAPI 3.0 document, the schemas by reference."""
    channels = {
        topic: {"address": topic, "messages": {"changed": {"$ref": f"#/components/messages/{topic}"}}}
        for topic in EVENTS
    }
    messages = {
        topic: {
            "name": kind,
            "contentType": "application/json",
            "headers": {
                "type": "object",
                "properties": {
                    "ce_specversion": {"const": "1.0"},
                    "ce_type": {"const": kind},
                    "ce_id": {"type": "string"},
                    "ce_source": {"type": "string"},
                    "ce_subject": {"type": "string"},
                    "ce_time": {"type": "string", "format": "date-time"},
                },
            },
            "payload": {"$ref": f"events/{topic}.schema.json"},
        }
        for topic, (kind, _) in EVENTS.items()
    }
    operations = {
        f"read-{topic}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic}"}} for topic in EVENTS
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Homeward", "version": "1.0.0", "license": {"name": "MIT"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


async def openapi() -> dict[str, object]:
    """An OpenAPI document a service, from its routes."""
    documents: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), demonstration=True)
        ensure_keys(settings.keys())
        database = await Database.open(settings.url())
        try:
            for name in SERVICES:
                service: Service = import_module(f"services.{name}.service").create(
                    Dependencies(settings, SystemClock(), database)
                )
                if not isinstance(service.app, FastAPI):
                    raise TypeError(f"{name} has no FastAPI app")
                documents[f"openapi/{name}.json"] = service.app.openapi()
        finally:
            await database.close()
    return documents


def unreadable() -> list[str]:
    """Released examples that the code can no longer read, with the reason."""
    found: list[str] = []
    for topic, (_, body) in EVENTS.items():
        for example in sorted((FOLDER / "examples" / topic).glob("*.json")):
            try:
                body.model_validate_json(example.read_bytes())
            except ValueError as fault:
                found.append(f"{example.relative_to(FOLDER)} is no longer readable: {fault}")
    return found


def documents() -> dict[str, str]:
    """Every generated document by its path under `docs/contracts`, as text."""
    made = schemas() | {"asyncapi.json": asyncapi()} | asyncio.run(openapi())
    return {name: json.dumps(made[name], indent=2, sort_keys=True) + "\n" for name in made}


def write() -> None:
    """Write every document."""
    for name, text in documents().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def faults() -> list[str]:
    """Documents that differ from the code, examples that cannot be read, in words."""
    stale = [
        f"docs/contracts/{name} differs from the code: run `make contracts` and look at the difference"
        for name, text in documents().items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text() != text
    ]
    return stale + unreadable()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().write:
        write()
    wrong = faults()
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    sys.exit(1 if wrong else 0)
