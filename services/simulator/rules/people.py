"""Fictional people: names of many places, ages as on a hospital's wards, NHS numbers that are never issued."""

from datetime import date, timedelta
from random import Random

from services.simulator.model import Person


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WOMEN = _words("""
    Doris Margaret Jean Sheila Patricia Maureen Joan Kathleen Grace Precious Amina Fatima Parveen Harpreet Kamala Ngozi
    Agnieszka Zofia Mei Siobhán Zoë Renée Irena Beverley Yvonne Eleni Rukhsana Oluwaseun Chloe Ruby Isla
""")
_MEN = _words("""
    Albert Kenneth Ronald Derek Brian Roy Gordon Stanley Winston Desmond Mohammed Imran Rajesh Gurdeep Chidi Kwame Piotr
    Jan Wei François Andrés Dafydd Hamish Lloyd Tariq Suresh Emmanuel Tomasz Alfie Noah Leo
""")
FAMILIES = _words("""
    Ashworth Bagley O'Connor Adeyemi Okafor Hussain Begum Singh Kaur Patel Sharma Kowalski Nowak Chen Wong Müller
    Núñez Åkesson Campbell Baptiste Clarke Wragg Shelton Hallam Beardsley Mensah Rahman Ali Fernandes Ferreira MacDonald
    Jones-Price Llewellyn Oyelaran Popescu Ivanova D'Souza Smith-Hall Radford Lacey Marlow
""")
_ELDERLY, _ADULT, _CHILD = "elderly", "adult", "child"


def person(random: Random, number: int, on: date, *, child: bool | None = None) -> Person:
    """Person `number` of this hospital, as old as people on its wards are on `on`. `child` forces under 18, or not."""
    woman = random.random() < 0.54
    band = _band(random, child=child)
    age = {
        _ELDERLY: lambda: min(104, max(65, round(random.gauss(80, 8)))),
        _ADULT: lambda: random.randint(18, 64),
        _CHILD: lambda: random.randint(0, 17),
    }[band]()
    born = date(on.year - age - 1, on.month, min(on.day, 28)) + timedelta(days=random.randint(1, 364))
    return Person(
        mrn=f"S{1000000 + number}",
        nhs_number=nhs_number(number),
        family=random.choice(FAMILIES),
        given=random.choice(_WOMEN if woman else _MEN),
        title=_title(random, band, woman=woman),
        born=born,
        sex="9" if random.random() < 0.01 else ("2" if woman else "1"),
        phone=f"0115496{random.randint(0, 999):04d}",
    )


def _band(random: Random, *, child: bool | None) -> str:
    if child:
        return _CHILD
    draw = random.random()
    if child is None and draw < 0.05:
        return _CHILD
    return _ELDERLY if draw < 0.72 else _ADULT


def _title(random: Random, band: str, *, woman: bool) -> str:
    if band == _CHILD:
        return "Miss" if woman else "Master"
    if woman:
        return random.choice(("Mrs", "Mrs", "Ms", "Miss", "Dr"))
    return random.choice(("Mr", "Mr", "Mr", "Mr", "Dr", "Rev"))


def nhs_number(number: int) -> str:
    """The `number`-th valid NHS number of the range 999 000 0000 to 999 999 9999, which is kept for tests."""
    serial = number % 900_000
    while True:
        digits = f"999{serial:06d}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return digits + ("0" if check == 11 else str(check))
        # A number whose check digit would be 10 is never given; its place is taken far from the others.
        serial = 900_000 + (serial * 7 + 1) % 100_000
