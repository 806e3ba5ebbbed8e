"""What was odd in the hospital's messages, in words: what it is, and what it means for whoever reads it."""

from collections.abc import Iterable, Mapping
from typing import Final

from services.screens.presenters import words

ODDITIES: Final[Mapping[str, str]] = {
    "inferred-stay": "the admission itself was not told, so the stay was made from what was",
    "inferred-admission-time": "the time of admission was not told, so the first time known stands for it",
    "inferred-movement": "a move was not told, so it was worked out from where the person was next",
    "admission-time-corrected": "the time of admission was corrected",
    "movement-before-admission": "a move was told from before the admission",
    "movement-after-discharge": "a move was told from after the discharge",
    "discharge-before-admission": "the discharge was told as before the admission: check both times",
    "discharge-in-the-future": "the discharge was told as still to come",
    "discharge-time-without-discharge": "a time of discharge was told, but no discharge",
    "cancel-without-target": "something was cancelled that was never told",
    "cancel-at-odds": "the cancel of an admission named another ward and time: check whether the person is here",
    "cancel-of-several-stays": "the cancel of an admission fits several stays, so none was cancelled: check which was",
    "overlapping-stays": "the person has two stays at the same time: check which is true",
    "visit-number-ambiguous": "one visit number stands for several stays",
    "visit-number-of-several-persons": "several people have this visit number: check whose it is",
    "nhs-number-of-several-persons": "another record has the same NHS number: check whose it is before relying on it",
    "nhs-numbers-differ": "two NHS numbers were told for this person: check which is theirs",
    "nhs-number-invalid": "the NHS number is not a valid one",
    "nhs-number-for-tests": "the NHS number is of the range for tests, which nobody is given",
    "identity-provisional": "the name only stands for somebody not yet identified: go by the hospital number alone",
    "swap-of-one": "a swap of beds was told, and only one of the beds was named: check who is in the other",
    "class-not-said": "it was not said whether the person is an inpatient",
    "class-unknown": "the patient class is one this hospital has not explained",
    "inpatient-without-stay": "an inpatient was told of, but neither since when nor on which ward, so no stay was made",
    "class-differs": "another patient class was told than the one that holds: check which is true",
    "deceased-awaiting-discharge": "a death was told, but no discharge",
    "linked-with-another-record": "this record is linked with another",
    "moved-from-another-person": "the stay was moved here from another person’s record",
    "merge-with-itself": "a record was merged with itself, which changes nothing",
    "merge-cycle": "records were merged in a circle: check which number is kept",
    "local-time-twice": "a time fell in the hour that comes twice in October",
    "local-time-skipped": "a time fell in the hour that is left out in March",
    "hour-twenty-four": "a time was written as 24:00",
    "second-sixty": "a time was written with a sixtieth second",
    "time-unreadable": "a time could not be read",
    "time-implausible": "a time cannot be right",
    "time-ahead": "a time was still to come when the message arrived",
    "time-too-coarse": "a time had no day",
    "zone-of-sending-time": "times without an offset were read by that of MSH-7, not London’s: check the hours",
    "time-not-told": "it was not said when a message was told, so it only fills what nothing else says",
    "birth-implausible": "the date of birth cannot be right",
    "death-before-birth": "the death was told as before the birth",
    "newborn-under-anothers-number": "a newborn was told of under a grown person’s number, and kept apart: check both",
    "told-at-once-of-two-wards": "the person was told of on two wards at the same time: check where they are",
    "number-retired": "the hospital number was merged into another",
    "merge-of-open-stays": "two records with open stays were merged: check where the person is",
    "trigger-differs": "the message named two different events",
    "control-id-reused": "its control id was used before, for another message",
    "control-id-missing": "it had no control id",
    "version-differs": "it was of another version of HL7 than its sender is set up for",
    "number-in-pid-2": "its hospital number stood in PID-2, for PID-3 was empty",
    "processing-mode": "it was marked as of an archive, a restore or a first load (MSH-11), and read like any other",
    "charset-assumed-utf-8": "its character set was not certain, and it was read as UTF-8",
    "charset-assumed-windows-1252": "its character set was not certain, it was read as windows-1252: check the names",
    "charset-assumed-from-the-feed": "its character set was not certain, and it was read as its feed’s",
    "charset-unknown": "it named a character set that is not known",
    "charset-declared-wrongly": "it was not in the character set it named: check the names",
    "bytes-replaced": "some of it could not be read and was replaced: check the names",
    "byte-order-mark": "it began with a byte order mark",
    "leading-blanks": "there was something before its beginning",
    "line-feeds": "its lines ended in line feeds, not carriage returns",
    "nul-dropped": "it had NUL characters, which were left out",
    "separators-assumed": "it did not say its separators, so the usual ones were used",
}


_NOT_OF_THE_STAY: Final = frozenset({"nhs-number-for-tests"})
"""What is said of a message that is looked at, not wherever its patient is: whoever tries this out has no others."""


def in_brief(flags: Iterable[str]) -> str:
    """As `told`, for lists and for whoever looks after the person."""
    return told(flag for flag in flags if flag not in _NOT_OF_THE_STAY)


def told(flags: Iterable[str]) -> str:
    """What was odd, as a sentence; empty where nothing was. A flag nobody has words for is said as it is."""
    return words.sentence("; ".join(ODDITIES.get(flag, flag.replace("-", " ")) for flag in flags))
