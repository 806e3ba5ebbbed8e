"""The contracts generated from the code: `python -m tests.house.published --write` or `--check`.

`docs/contracts/` holds a JSON Schema an event, an OpenAPI document a service, an AsyncAPI document for the topics, and
examples of every released event, which must stay readable for ever.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

from fastapi import FastAPI
from pydantic import BaseModel

from shared.clock import SystemClock
from shared.contracts.alerts import AlertState
from shared.contracts.cases import CaseState
from shared.contracts.encounters import EncounterState
from shared.contracts.envelope import (
    TOPIC_ADT_INTAKE,
    TOPIC_ALERTS,
    TOPIC_CASES,
    TOPIC_ENCOUNTERS,
    Announcement,
    EventType,
)
from shared.database import Database
from shared.eventlog import headers
from shared.eventlog.events import Delivered, Event
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
            "headers": _headers(kind),
            "payload": {"$ref": f"events/{topic}.schema.json"},
        }
        for topic, (kind, _) in EVENTS.items()
    }
    operations = {
        f"read-{topic}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic}"}} for topic in EVENTS
    }
    taken = {
        "address": TOPIC_ADT_INTAKE,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _TAKEN},
    }
    write = {"action": "send", "channel": {"$ref": f"#/channels/{TOPIC_ADT_INTAKE}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Homeward", "version": "1.0.0", "license": {"name": "MIT"}},
        "channels": channels | {TOPIC_ADT_INTAKE: taken},
        "operations": operations | {f"write-{TOPIC_ADT_INTAKE}": write},
        "components": {"messages": messages | _TAKEN},
    }


def _headers(kind: str) -> dict[str, object]:
    """The headers of a record, as `shared.eventlog.headers` writes them: all are there."""
    event = Event("id", kind, "subject", "RZZ", 1, datetime.now(UTC), b"{}")
    written = {name: value.decode() for name, value in headers.write(Delivered(event, 1, 1), "owner")}
    fixed = {name: {"const": written[name]} for name in ("content-type", "ce_specversion", "ce_type")}
    timed = {"ce_time": {"type": "string", "format": "date-time"}}
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in written} | fixed | timed,
        "required": sorted(written),
    }


_TAKEN: dict[str, dict[str, object]] = {
    "adt-message": {
        "name": "adt-message",
        "title": "An HL7 v2 message as it came, or a batch of them",
        "contentType": "x-application/hl7-v2+er7",
        "payload": {"type": "string"},
    },
    "adt-event": {
        "name": "adt-event",
        "title": "The same facts, derived from HL7 already",
        "contentType": "application/json",
        "payload": {"$ref": "openapi/admissions.json#/components/schemas/AdtEvent"},
    },
}
"""What may be written to the intake topic; the header `content-type` says which it is, and without one it is HL7 v2."""


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
    """Released examples that the code can no longer read, or of which it no longer says all, with the reason."""
    found: list[str] = []
    for topic, (_, body) in EVENTS.items():
        for example in sorted((FOLDER / "examples" / topic).glob("*.json")):
            try:
                said = body.model_validate_json(example.read_bytes()).model_dump(mode="json")
            except ValueError as fault:
                found.append(f"{example.relative_to(FOLDER)} is no longer readable: {fault}")
            else:
                lost = unsaid(json.loads(example.read_bytes()), said)
                found += [f"{example.relative_to(FOLDER)}: {place} is no longer said" for place in lost]
    return found


def unsaid(released: object, now: object, place: str = "") -> list[str]:
    """Where `now` lacks something that `released` says: its readers rely on every field of it."""
    if isinstance(released, dict):
        known = cast("dict[str, object]", now) if isinstance(now, dict) else {}
        lost: list[str] = []
        for name, value in cast("dict[str, object]", released).items():
            here = f"{place}.{name}".lstrip(".")
            lost += unsaid(value, known[name], here) if name in known else [here]
        return lost
    if isinstance(released, list):
        several, others = cast("list[object]", released), cast("list[object]", now) if isinstance(now, list) else []
        if len(several) != len(others):
            return [place]
        return [
            each for number, one in enumerate(several) for each in unsaid(one, others[number], f"{place}[{number}]")
        ]
    return [] if _instant(released) == _instant(now) else [place]


def _instant(value: object) -> object:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else value
    except ValueError:
        return value


def altered() -> list[str]:
    """Examples that are not as they were released, or not listed as released."""
    listed = dict(line.split()[::-1] for line in (FOLDER / "examples" / "RELEASED").read_text().splitlines())
    there = {
        str(path.relative_to(FOLDER / "examples")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (FOLDER / "examples").rglob("*.json")
    }
    return sorted(
        f"docs/contracts/examples/{name}: what was released stays as it was, and is listed in RELEASED"
        for name in listed.keys() | there.keys()
        if listed.get(name) != there.get(name)
    )


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
    return stale + unreadable() + altered()


def command(write: Callable[[], None], faults: Callable[[], Sequence[str]]) -> None:
    """What is made from the code, by the command line: `--write` it, then say what is wrong with it. Exits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().write:
        write()
    wrong = faults()
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    command(write, faults)
