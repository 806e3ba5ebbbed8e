"""A stay on the wards, from the first bed to the door: moves, corrections, and how it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.simulator.model import Step, WardKind
from services.simulator.rules.beds import Beds
from services.simulator.rules.care import care, followed_up
from services.simulator.rules.needs import Needs
from services.simulator.rules.pen import Pen
from services.simulator.rules.slips import corrected, mistyped

Story = Iterator[datetime | Step]


def stay(pen: Pen, beds: Beds, needs: Needs) -> Story:
    """What happens from the admission, which has been told, until the person has left."""
    admitted = pen.admitted
    if admitted is None:
        return
    waiting: list[tuple[datetime, Iterator[datetime | Step]]] = sorted(
        [*_moves(pen, beds, needs, admitted), *care(pen, needs, admitted), (needs.goes, _leaves(pen, beds, needs))],
        key=lambda one: one[0],
    )
    for at, part in waiting:
        yield at
        yield from part


def _moves(pen: Pen, beds: Beds, needs: Needs, admitted: datetime) -> list[tuple[datetime, Story]]:
    """Where they are moved, and when. To critical care only who is still ill, and back before they can go."""
    random = pen.random
    first = admitted + timedelta(hours=random.uniform(5, 34))
    parts: list[tuple[datetime, Story]] = []
    kind: WardKind = "children" if pen.person.age_on(admitted.date()) < 18 else "base"
    if pen.place is not None and pen.admission_method in ("21", "22", "2B", "24"):
        parts.append((first, _move(pen, beds, kind, first)))
    if random.random() < 0.35:
        second = first + timedelta(days=random.uniform(0.5, 3))
        better = second + timedelta(hours=random.uniform(12, 48))
        if kind == "base" and better < needs.ready - timedelta(hours=4) and random.random() < 0.3:
            parts.append((second, _move(pen, beds, "critical", second, sure=True)))
            parts.append((better, _move(pen, beds, kind, better, sure=True)))
        else:
            parts.append((second, _move(pen, beds, kind, second)))
    if random.random() < 0.3 or mistyped(pen):
        noticed = admitted + timedelta(hours=random.uniform(1, 12))
        parts.append((noticed, corrected(pen, beds, noticed)))
    return [(at, part) for at, part in parts if at < needs.goes - timedelta(hours=4)]


def _move(pen: Pen, beds: Beds, kind: WardKind, at: datetime, *, sure: bool = False) -> Story:
    """To a bed on a ward of this kind, if one is free; now and then the clerk takes it back, unless it is `sure`."""
    random, before = pen.random, pen.place
    place = beds.take(kind, pen.story, random)
    if place is None or before is None:
        return
    pen.prior, pen.place, pen.specialty = before, place, beds.specialty(place)
    keyed = at + timedelta(minutes=random.randint(0, 45))
    yield from pen.says("A02", keyed, at)
    if not sure and random.random() < 0.03 and beds.take_this(before, pen.story):
        pen.prior, pen.place = place, before
        # EVN-6 is when the move was to have happened: they never left their bed.
        yield from pen.says("A12", keyed + timedelta(minutes=random.randint(3, 40)), at)


def _leaves(pen: Pen, beds: Beds, needs: Needs) -> Story:
    at, random = needs.goes, pen.random
    if needs.dies:
        beds.leave(pen.story)
        ending = {"discharged": at, "discharge_method": "4", "discharge_destination": "79", "died": at}
        yield from pen.says("A03", at + timedelta(minutes=random.randint(20, 120)), at, **ending)
        return
    lounge = beds.hospital.of_kind("lounge")
    if lounge and random.random() < 0.3:
        yield from _through_the_lounge(pen, beds, at)
        yield at + timedelta(hours=1)
        at += timedelta(hours=1)
    left_from = pen.place
    yield from _discharge(pen, needs, at)
    if random.random() < 0.02 and left_from is not None:
        yield from _comes_back_from_the_door(pen, beds, needs, at)
        at += timedelta(days=1)
    beds.leave(pen.story)
    yield from followed_up(pen, at)


def _through_the_lounge(pen: Pen, beds: Beds, at: datetime) -> Story:
    before = pen.place
    seat = beds.take("lounge", pen.story, pen.random)
    if seat is not None:
        pen.prior, pen.place = before, seat
        yield from pen.says("A02", at)


def _discharge(pen: Pen, needs: Needs, at: datetime) -> Story:
    destination = {"P0": "19", "P1": "19", "P2": "54", "P3": "85"}[needs.pathway.pathway]
    keyed = at + timedelta(minutes=pen.random.choice((3, 8, 15, 40, 95)))
    method = pen.random.choices(("1", "2"), (97, 3))[0]
    yield from pen.says("A03", keyed, at, discharged=at, discharge_method=method, discharge_destination=destination)


def _comes_back_from_the_door(pen: Pen, beds: Beds, needs: Needs, at: datetime) -> Story:
    """The transport did not come: the discharge is cancelled, and given again the next day."""
    undone = at + timedelta(hours=3)
    yield undone
    if pen.place is None or not beds.take_this(pen.place, pen.story):
        return
    yield from pen.says("A13", undone)
    again = at + timedelta(days=1)
    yield again
    yield from _discharge(pen, needs, again)
