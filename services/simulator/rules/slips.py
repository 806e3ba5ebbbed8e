"""What a clerk mistypes at the desk, and what is put right on the ward (A08): a name, a birth date, a bed, a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from services.simulator.model import Person, Place, Sent
from services.simulator.rules.beds import Beds
from services.simulator.rules.pen import Pen

MISSPELT, MISDATED = 0.05, 0.04
ANOTHER_BED, CAME_EARLIER = 0.4, 0.7
_SETTLED = timedelta(minutes=10)
_BAY, _CUBICLES = "MAJ", 12


def as_typed(random: Random, who: Person, on: date) -> Person:
    """`who` as the clerk registers them on `on`: mostly right, sometimes with two letters or one digit wrong."""
    draw = random.random()
    if draw < MISSPELT:
        return replace(who, family=_misspelt(random, who.family))
    if draw < MISSPELT + MISDATED:
        return replace(who, born=_misdated(random, who, on))
    return who


def mistyped(pen: Pen) -> bool:
    """Whether the person is not registered as who they are."""
    return pen.truth is not None and pen.person != pen.truth


def corrected(pen: Pen, beds: Beds, at: datetime) -> Iterator[Sent]:
    """The A08 that puts right at `at` who this is where that was mistyped, and else something about the stay."""
    # What the last message said was keyed at that time: what puts it right is keyed after it.
    last = pen.keyed or at
    keyed = max(at, last + timedelta(minutes=2))
    more: dict[str, object] = {}
    draw = pen.random.random()
    if pen.truth is not None and mistyped(pen):
        pen.person = pen.truth
    elif draw < ANOTHER_BED and at - last > _SETTLED and _in_another_bed(pen, beds):
        pass
    elif pen.admitted is not None and (draw < CAME_EARLIER or pen.patient_class == "E"):
        pen.admitted -= timedelta(minutes=pen.random.randint(3, 25))
    else:
        more["expected"] = at + timedelta(days=pen.random.randint(2, 9))
    yield from pen.says("A08", keyed, at, **more)


def _in_another_bed(pen: Pen, beds: Beds) -> bool:
    """Another bed of the same ward was meant; in the emergency department, a cubicle is given."""
    if pen.place is None:
        return False
    if pen.patient_class == "E":
        pen.place = Place(pen.place.ward, _BAY, f"{_BAY}{pen.random.randint(1, _CUBICLES)}")
        return True
    meant = beds.take_another(pen.place, pen.story, pen.random)
    pen.place = meant or pen.place
    return meant is not None


def _misspelt(random: Random, name: str) -> str:
    """`name` with two neighbouring letters the wrong way round."""
    swapped = [
        name[:number] + name[number + 1] + name[number] + name[number + 2 :]
        for number in range(1, len(name) - 1)
        if name[number : number + 2].isalpha() and name[number] != name[number + 1]
    ]
    return random.choice(swapped)


def _misdated(random: Random, who: Person, on: date) -> date:
    """The birth date of `who` with another day of the month, which makes them neither older nor younger on `on`."""
    days = [who.born.replace(day=day) for day in range(1, 29) if day != who.born.day]
    return random.choice([day for day in days if replace(who, born=day).age_on(on) == who.age_on(on)] or [who.born])
