"""What the team records about somebody from the admission until they are at home, and what is left undone."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from services.simulator.model import Act, Done, Expect, Review, Step, TaskBecomes
from services.simulator.rules.needs import Needs
from services.simulator.rules.pen import Pen

Story = Iterator[datetime | Step]
Parts = list[tuple[datetime, Act]]

_CRITERIA = ("CTR02", "CTR03", "CTR04", "CTR06", "CTR08")
_WELCOME = ("T01", "T03", "T04", "T05", "T06")
_LEAVING: Mapping[str, float] = {"T47": 2.6, "T45": 1.4, "T40": 1.3, "T41": 1.1, "T44": 0.2}
_REFERRED: Mapping[str, tuple[str, ...]] = {
    "P0": (),
    "P1": ("T07", "T08", "T09", "T10", "T11", "T12", "T33", "T34", "T30"),
    "P2": ("T07", "T08", "T09", "T10", "T11", "T12", "T46", "T30"),
    "P3": ("T07", "T08", "T09", "T10", "T11", "T12", "T46", "T30"),
}
_SERVICES: Mapping[str, tuple[str, ...]] = {"P0": (), "P1": ("T24", "T25"), "P2": ("T27",), "P3": ("T28",)}
_INSTEAD = {"T24": "Home care was agreed instead", "T25": "Reablement was agreed instead"}
_FORGOTTEN, _NEGLECTED, _FORGOTTEN_THEN, _CALLED = 0.05, 0.10, 0.6, 0.95


def care(pen: Pen, needs: Needs, admitted: datetime) -> list[tuple[datetime, Story]]:
    """What is recorded while the person is here, in parts that begin at their time. Nothing about children."""
    if pen.person.age_on(admitted.date()) < 18:
        return []
    random = pen.random
    met = admitted + timedelta(hours=random.uniform(2, 20))
    decided = max(met + timedelta(hours=3), needs.ready - timedelta(days=random.uniform(2, 4)))
    acts: Parts = [*_expected(pen, needs, met), (decided, needs.pathway)]
    acts += [
        (at, Review(meets=True, criteria=(random.choice(_CRITERIA),), true_from=at))
        for at in _mornings(pen, needs, met)
    ]
    acts += _tasks(pen, needs, met, decided)
    if not needs.dies:
        acts += _readiness(pen, needs)
    acts += _before_the_door(pen, needs, decided)
    kept = [(at, act) for at, act in acts if at < needs.goes]
    return [(at, _records(pen, at, str(number), act)) for number, (at, act) in enumerate(kept)]


def followed_up(pen: Pen, left: datetime) -> Story:
    """The call a day or two after somebody has gone home; a few are never called."""
    if pen.random.random() < _CALLED and pen.person.age_on(left.date()) >= 18:
        called = left + timedelta(hours=pen.random.uniform(20, 46))
        yield called
        yield from _records(pen, called, "call", TaskBecomes("T51", "done"))


def _records(pen: Pen, at: datetime, number: str, act: Act) -> Story:
    yield Done(at, pen.story, pen.person.mrn, f"sim-{pen.story}-{number}", act)


def _expected(pen: Pen, needs: Needs, met: datetime) -> Parts:
    """A date at the first meeting, put right when it turns out to be wrong, and again when they have to wait."""
    guess = max(met, needs.ready + timedelta(days=pen.random.choice((-1, 0, 0, 0, 1))))
    parts: Parts = [(met + timedelta(hours=1), Expect(guess))]
    if guess < needs.ready - timedelta(hours=12):
        parts.append((max(met + timedelta(hours=2), guess - timedelta(hours=6)), Expect(needs.ready)))
    if needs.goes - needs.ready > timedelta(hours=14) and not needs.dies:
        wait = needs.goes - needs.ready
        parts.append((needs.ready + timedelta(hours=2), Expect(needs.ready + max(timedelta(days=1), wait * 0.6))))
        parts.append((needs.ready + wait * 0.5, Expect(needs.goes)))
    return parts


def _mornings(pen: Pen, needs: Needs, start: datetime) -> list[datetime]:
    at, mornings = start, list[datetime]()
    while at < needs.ready - timedelta(hours=2):
        if at == start or pen.random.random() < 0.9:
            mornings.append(at)
        at = (at + timedelta(days=1)).replace(hour=9, minute=pen.random.randint(0, 59))
    return mornings


def _tasks(pen: Pen, needs: Needs, met: datetime, decided: datetime) -> Parts:
    random = pen.random
    plan: Parts = []
    for number, code in enumerate(_WELCOME):
        plan.append((met + timedelta(hours=number * random.uniform(0.5, 4)), TaskBecomes(code, "done")))
    for code, days in _LEAVING.items():
        plan.append((max(decided + timedelta(hours=1), needs.ready - timedelta(days=days)), TaskBecomes(code, "done")))
    for number, code in enumerate(_REFERRED[needs.pathway.pathway], 1):
        plan.append((decided + timedelta(hours=number * random.uniform(2, 5)), TaskBecomes(code, "done")))
    held = {act.code for act in needs.hold if act.status != "done"}
    forgotten = _FORGOTTEN_THEN if random.random() < _NEGLECTED else _FORGOTTEN
    kept = [(at, act) for at, act in plan if random.random() >= forgotten]
    kept += _not_chosen(needs, decided)
    return [(at, act) for at, act in kept if not (isinstance(act, TaskBecomes) and act.code in held)]


def _not_chosen(needs: Needs, decided: datetime) -> Parts:
    """Home care or reablement: one of them is not needed."""
    if needs.pathway.pathway != "P1":
        return []
    code = "T25" if any(act.code == "T24" for act in needs.hold) else "T24"
    return [(decided + timedelta(hours=30), TaskBecomes(code, "not_needed", note=_INSTEAD[code]))]


def _readiness(pen: Pen, needs: Needs) -> Parts:
    ready, random = needs.ready, pen.random
    keyed = ready + timedelta(minutes=random.randint(5, 90))
    acts: Parts = [(keyed, Review(meets=False, criteria=(), true_from=ready))]
    acts += [(keyed + timedelta(minutes=20 + number), act) for number, act in enumerate(needs.hold)]
    if "T42" not in {act.code for act in needs.hold}:
        acts.append((keyed + timedelta(hours=random.uniform(2, 20)), TaskBecomes("T42", "done")))
    if needs.relapses:
        worse = ready + (needs.goes - ready) * 0.4
        better = ready + (needs.goes - ready) * 0.7
        acts.append((worse, Review(meets=True, criteria=("CTR04",), true_from=worse)))
        acts.append((better, Review(meets=False, criteria=(), true_from=better)))
    return acts


def _before_the_door(pen: Pen, needs: Needs, decided: datetime) -> Parts:
    """What was still missing is done in the last hours, and then the person can leave."""
    if needs.dies:
        return []
    pathway = needs.pathway.pathway
    last = max(decided + timedelta(hours=1), needs.goes - timedelta(hours=pen.random.uniform(1, 16)))
    codes = (
        *_WELCOME,
        "T47",
        *_REFERRED[pathway],
        "T40",
        "T41",
        "T42",
        "T44",
        "T45",
        *(act.code for act in needs.hold),
    )
    codes += (*(code for code in _SERVICES[pathway] if code != "T24"), *(("T48",) if pathway != "P0" else ()))
    return [
        (last + timedelta(seconds=20 * number), TaskBecomes(code, "done"))
        for number, code in enumerate(dict.fromkeys(codes))
    ]
