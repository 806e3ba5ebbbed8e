"""ADT messages of invented people, with times that count back from now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

_numbers = count(1)
_WEIGHTS = range(10, 1, -1)
COVERED = "WIL^A^01"
NOWHERE = "NOWHERE^A^01"
"""A ward nobody told Homeward of: whoever lies there has no co-ordinator, which is an alert."""


def ago(**parts: float) -> datetime:
    """So long before now, to the second."""
    return (datetime.now(UTC) - timedelta(**parts)).replace(microsecond=0)


def hl7(at: datetime) -> str:
    """An HL7 time with its offset."""
    return at.strftime("%Y%m%d%H%M%S+0000")


def nhs_number(number: int) -> str:
    """A number of the range for tests whose check digit holds."""
    while True:
        digits = f"999{number:06d}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
        if check != 10:
            return digits + str(check % 11)
        number += 500_000


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented person in hospital since `admitted`."""

    number: int
    family: str
    admitted: datetime
    place: str = COVERED

    def message(self, trigger: str, at: datetime, *, place: str = "", left: str = "") -> tuple[str, bytes]:
        """A message about the person, and its control id. `left` is PV1-45."""
        control = f"{trigger}-{self.number}-{next(_numbers)}"
        when = hl7(at)
        visit = [""] * 46
        visit[0:4] = ["PV1", "1", "I", place or self.place]
        visit[19] = f"V{self.number}^^^RZZ^VN"
        if trigger == "A03":
            visit[36:38] = ["1", "19"]
        visit[44] = hl7(self.admitted)
        visit[45] = left
        lines = [
            f"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|{when}||ADT^{trigger}|{control}|P|2.4|||||GBR|UNICODE UTF-8",
            f"EVN|{trigger}|{when}",
            f"PID|1||H{self.number}^^^RZZ^MR~{nhs_number(self.number)}^^^NHS^NH||{self.family}^Edith^^^Mrs||19400612|2",
            "|".join(visit),
        ]
        return control, ("\r".join(lines) + "\r").encode()

    def a01(self) -> tuple[str, bytes]:
        """The admission."""
        return self.message("A01", self.admitted)

    def a02(self, at: datetime, place: str) -> tuple[str, bytes]:
        """A transfer to `place`."""
        return self.message("A02", at, place=place)

    def a03(self, at: datetime) -> tuple[str, bytes]:
        """The discharge."""
        return self.message("A03", at, left=hl7(at))

    def a13(self, at: datetime) -> tuple[str, bytes]:
        """The discharge, cancelled."""
        return self.message("A13", at, left='""')


_people = count(int(datetime.now(UTC).timestamp()) % 400_000)


def somebody(family: str = "Canary", *, days: float = 3, place: str = COVERED) -> Patient:
    """A new person, admitted so many days ago."""
    return Patient(next(_people), family, ago(days=days), place)
