"""What becomes of each ADT event, as a page for people: `docs/triggers.md`, and what `homeward conformance` prints."""

from typing import Final

from services.admissions.model import EVENTS, Event

_HEAD: Final = """\
# What becomes of each ADT event

Every message is kept and acknowledged, whatever its event (HL7 table 0003, and IHE's Z99). This is what each does. The
event is taken from MSH-9.2, else from EVN-1, never from the structure in MSH-9.3. An event that is not listed is kept
too, and said to have had no effect. `homeward conformance` prints this page; it is generated, and a test holds it to
the code and demands a story of every event that does something (`tests/messages`).

| Event | Name | Read as | What it does |
| --- | --- | --- | --- |
"""


def table() -> str:
    """The page, as Markdown."""
    return _HEAD + "".join(_row(code, event) for code, event in EVENTS.items())


def _row(code: str, event: Event) -> str:
    read_as = "" if event.read_as is None else event.read_as.value
    does = event.does if event.read_as is not None else f"nothing: {event.does}"
    return f"| {code} | {event.name} | {read_as} | {does} |\n"
