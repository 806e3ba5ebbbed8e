"""How people come to the hospital: each story is a generator that says what happens and waits for its time.

A story yields a `datetime` to wait until, or a step. It is resumed at that time, so that a bed is chosen when needed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from services.simulator.model import Person, Place, Quirk, Step, WardKind
from services.simulator.rules.beds import Beds
from services.simulator.rules.needs import needs
from services.simulator.rules.pen import Pen
from services.simulator.rules.people import person
from services.simulator.rules.slips import as_typed, corrected, mistyped
from services.simulator.rules.stay import stay

Story = Iterator[datetime | Step]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNESCAPED, UNESCAPED_SHARE = "A&E", 0.3
UNKNOWN_WARD = Place("ZZ9", "Bay 1", "01")


def emergency(random: Random, beds: Beds, story: int, at: datetime) -> Story:
    """Somebody comes to the emergency department: some go home, most of the elderly are admitted."""
    who = person(random, story, at.date())
    if who.age_on(at.date()) < 18 and not beds.hospital.of_kind("children"):
        who = person(random, story, at.date(), child=False)
    age = who.age_on(at.date())
    door = _registered(random, story, who, at)
    door.place, door.admitted, door.admission_method = _department(random, beds), at, "21"
    yield from door.says("A04", at, at - timedelta(minutes=random.randint(0, 20)))
    seen = at + timedelta(minutes=random.randint(120, 420))
    yield seen
    if random.random() < (0.25 if age >= 65 else 0.5):
        yield from door.says("A03", seen, discharged=seen, discharge_method="1", discharge_destination="19")
        return
    yield from _admitted_from_the_door(random, beds, door, seen)


def walk_in(random: Random, beds: Beds, story: int, at: datetime) -> Story:
    """Somebody who comes to the emergency department, is looked at, treated and sent home: most who come."""
    who = person(random, story, at.date())
    pen = _registered(random, story, who, at)
    pen.place, pen.admitted, pen.admission_method = _department(random, beds), at, "21"
    yield from pen.says("A04", at, at - timedelta(minutes=random.randint(0, 10)))
    if random.random() < 0.4 or mistyped(pen):
        looked_at = at + timedelta(minutes=random.randint(10, 45))
        yield looked_at
        yield from corrected(pen, beds, looked_at)
    seen = at + timedelta(minutes=random.randint(55, 240))
    yield seen
    yield from pen.says("A03", seen, discharged=seen, discharge_method="1", discharge_destination="19")


def _admitted_from_the_door(random: Random, beds: Beds, door: Pen, at: datetime) -> Story:
    wanted: WardKind = "children" if door.person.age_on(at.date()) < 18 else "assessment"
    place = None
    while place is None:
        place = beds.take(wanted, door.story, random) or beds.take("base", door.story, random)
        if place is None:
            at += 2 * HOUR
            yield at
    pen = Pen(random, door.story, door.person, visit=f"V{door.story:07d}", admission_method=_method(random))
    pen.truth, pen.keyed = door.truth, door.keyed
    pen.place, pen.admitted, pen.specialty = place, at, beds.specialty(place)
    if random.random() < 0.7:
        # Many systems admit from the door by changing the visit's class, and send no A01.
        pen.visit = door.visit
        yield from pen.says("A06", at + 4 * MINUTE, at)
    else:
        yield from pen.says("A01", at + 6 * MINUTE, at)
    if random.random() < 0.015:
        yield from _cancelled_admission(pen, beds, at + timedelta(minutes=random.randint(20, 90)))
        return
    yield from stay(pen, beds, needs(random, at, pen.person.age_on(at.date()), elective=False))


def _cancelled_admission(pen: Pen, beds: Beds, at: datetime) -> Story:
    yield at
    beds.leave(pen.story)
    yield from pen.says("A11", at)


def elective(random: Random, beds: Beds, story: int, at: datetime) -> Story:
    """Somebody on the waiting list: put on it days before, admitted in the morning, sometimes put off."""
    who = person(random, story, at.date(), child=False)
    known = as_typed(random, who, at.date())
    pen = Pen(random, story, known, visit=f"V{story:07d}", admission_method=random.choice(("11", "12", "13")))
    pen.truth, pen.specialty = who, "110"
    yield from pen.says("A28", at, visit=None)
    pen.patient_class = "P"
    yield from pen.says("A05", at + 2 * MINUTE)
    comes = (at + timedelta(days=random.randint(2, 6))).replace(hour=7, minute=random.randint(0, 59))
    yield comes
    place = beds.take("base", story, random)
    if place is None:
        return
    pen.patient_class, pen.place, pen.admitted, pen.specialty = "I", place, comes, beds.specialty(place)
    yield from pen.says("A01", comes + 5 * MINUTE, comes)
    yield from stay(pen, beds, needs(random, comes, who.age_on(comes.date()), elective=True))


def registered_twice(random: Random, story: int, known: Person, at: datetime) -> Story:
    """A clerk registered somebody who was known; a day later the two records are merged (A40)."""
    second = Person(
        mrn=f"S{5000000 + story}",
        nhs_number=known.nhs_number,
        family=known.family,
        given=known.given,
        title=known.title,
        born=known.born,
        sex=known.sex,
        phone=known.phone,
    )
    double = Pen(random, story, second, visit=f"D{story:07d}", number=500)
    yield from double.says("A28", at, visit=None)
    yield at + DAY
    kept = Pen(random, story, known, visit=f"D{story:07d}", number=600)
    yield from kept.says("A40", at + DAY, visit=None, retired_mrn=second.mrn)


def line_noise(random: Random, story: int, at: datetime) -> Story:
    """What no reader can use: a link test, a message about nobody, a training message, a ward nobody knows."""
    who = person(random, story, at.date(), child=False)
    quirk = random.choice((Quirk.NOT_HL7, Quirk.NO_PATIENT, Quirk.TRAINING, None))
    pen = Pen(random, story, who, visit=f"V{story:07d}", place=UNKNOWN_WARD, admitted=at, number=900)
    if quirk is not None:
        yield from pen.says("A08", at, quirks=frozenset({quirk}))
        return
    yield from pen.says("A01", at)
    yield at + timedelta(hours=random.randint(4, 30))
    left = at + timedelta(hours=30)
    yield from pen.says("A03", left, discharged=left, discharge_method="1", discharge_destination="19")


def _registered(random: Random, story: int, who: Person, at: datetime) -> Pen:
    """`who` as the clerk at the emergency department's desk takes them down."""
    known = as_typed(random, who, at.date())
    return Pen(random, story, known, f"E{story:07d}", who, patient_class="E", application="EDIS")


def _department(random: Random, beds: Beds) -> Place | None:
    wards = beds.hospital.of_kind("emergency")
    if not wards:
        return None
    return Place(UNESCAPED if random.random() < UNESCAPED_SHARE else wards[0].code)


def _method(random: Random) -> str:
    return random.choices(("21", "22", "2B", "24"), (78, 15, 4, 3))[0]
