"""What becomes of each ADT event, as the stories prove it: `python -m tests.house.conformance --write` or `--check`.

The page on hard cases (`hard_cases.py`) is written and checked with it.

The page is made from the table the code reads by and from the stories of `tests/messages`, each told anew. It stands in
`docs/triggers.md`, and once more inside the package, where `homeward conformance` finds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.admissions.model import EVENTS, Event
from shared.hl7.message import read
from tests.house import hard_cases
from tests.house.published import command
from tests.rules.admissions.ward_language import STORIES, Story, heard, in_batches, in_ward_language, stories

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs" / "triggers.md", ROOT / "services" / "commands" / "conformance.md")
IN_A_ROW = 4
"""Stories named beside an event; all of them are below, each with its events."""

_HEAD = """\
# What becomes of each ADT event

Every message is kept and acknowledged, whatever its event (HL7 table 0003, and IHE's Z99). This is what each does. The
event is taken from MSH-9.2, else from EVN-1, never from the structure in MSH-9.3. An event that is not listed is kept
too, and said to have had no effect.

`homeward conformance` prints this page. It is generated from the table the code reads by and from the stories under
`tests/messages`: the messages of somebody's stay, and how it ends, decided by hand. Every story is told anew when the
page is made or checked. Beside an event stand stories that show it: they end otherwise when its messages are left out.
An event that claims to do something and is shown by no story fails the check.

| Event | Name | Read as | What it does | Shown by |
| --- | --- | --- | --- | --- |
"""
_STORIES = """
## The stories

Each ends as is told here in every order of its messages, with repeats, and however they were batched
(`tests/rules/admissions/test_stories.py`); with those of more than six messages, in a hundred orders.

| Story | What is told | Events |
| --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it was just told: its words, the events its messages carry, and which of them decide how it ends."""

    name: str
    words: str
    carried: tuple[str, ...]
    shown: frozenset[str]
    as_decided: bool


def event_in(raw: bytes) -> str:
    """The event a message carries: MSH-9.2, else EVN-1."""
    message = read(raw)
    said = message.segment("EVN")
    code = message.header.component(9, 2) or (said.component(1, 1) if said is not None else "")
    return code if isinstance(code, str) else ""


def told(story: Story) -> Told:
    """`story` told whole, and once without the messages of each of its events."""
    events = [event_in(raw) for raw in story.messages]
    carried = tuple(sorted(set(events)))
    shown = {
        code for code in carried if not _ends_as_decided(story, [n for n, one in enumerate(events) if one != code])
    }
    said = yaml.safe_load((STORIES / story.name / "expected.yaml").read_text(encoding="utf-8"))["story"]
    return Told(story.name, said, carried, frozenset(shown), _ends_as_decided(story, range(len(events))))


def _ends_as_decided(story: Story, which: Sequence[int]) -> bool:
    facts = heard(story, which)
    return in_ward_language(in_batches(facts, [len(facts)], story.at)) == story.expected


@cache
def all_told() -> tuple[Told, ...]:
    """Every story, told once, by name."""
    return tuple(told(story) for story in stories())


def unproved(known: Iterable[Told], events: Mapping[str, Event] = EVENTS) -> list[str]:
    """What the page would claim and no story shows, in words."""
    known = list(known)
    otherwise = [f"the story {one.name} does not end as decided" for one in known if not one.as_decided]
    shown = {code for one in known if one.as_decided for code in one.shown}
    claimed = [code for code, event in events.items() if event.read_as is not None and code not in shown]
    unlisted = sorted({code for one in known for code in one.carried} & shown - events.keys())
    return [
        *otherwise,
        *(f"{code} is said to do something, and no story shows it" for code in claimed),
        *(f"{code} does something in a story, and is in no row" for code in unlisted),
    ]


def page(known: Iterable[Told], events: Mapping[str, Event] = EVENTS) -> str:
    """The page, as Markdown."""
    proofs = [one for one in known if one.as_decided]
    rows = [_row(code, event, proofs) for code, event in events.items()]
    return _HEAD + "".join(rows) + _STORIES + "".join(_story(one) for one in proofs)


def _row(code: str, event: Event, proofs: Sequence[Told]) -> str:
    read_as = "" if event.read_as is None else event.read_as.value
    does = event.does if event.read_as is not None else f"nothing: {event.does}"
    # Those of the fewest events are the most about this one.
    by = sorted((one for one in proofs if code in one.shown), key=lambda one: (len(one.carried), one.name))
    names = ", ".join(one.name for one in by[:IN_A_ROW])
    more = f" and {len(by) - IN_A_ROW} more" if len(by) > IN_A_ROW else ""
    return f"| {code} | {event.name} | {read_as} | {does} | {names}{more} |\n"


def _story(one: Told) -> str:
    return f"| {one.name} | {' '.join(one.words.split()).replace('|', chr(92) + '|')} | {', '.join(one.carried)} |\n"


def write() -> None:
    """Write the page where people read it and where the command finds it."""
    text = page(all_told())
    for path in PAGES:
        path.write_text(text, encoding="utf-8")


def faults(pages: Sequence[Path] = PAGES) -> list[str]:
    """What is claimed and not shown, and `pages` that differ from what was just proved, in words."""
    text = page(all_told())
    stale = [path for path in pages if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return unproved(all_told()) + [
        f"{path} differs from what the stories show: run `make contracts` and look at the difference" for path in stale
    ]


def _write_all() -> None:
    write()
    hard_cases.write()


if __name__ == "__main__":
    command(_write_all, lambda: [*faults(), *hard_cases.faults()])
