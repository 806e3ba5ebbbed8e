"""Whatever can be odd in a message is said in words, and nothing else is."""

from services.admissions.handlers.interpret import REUSED
from services.admissions.handlers.reading import NO_CONTROL_ID, VERSION_DIFFERS
from services.admissions.model import Flag
from services.screens.presenters.oddities import ODDITIES, told
from shared.hl7.charsets import Remark


def test_every_flag_has_words() -> None:
    assert set(ODDITIES) == {flag.value for flag in (*Flag, *Remark)} | {REUSED, NO_CONTROL_ID, VERSION_DIFFERS}


def test_several_are_one_sentence() -> None:
    assert told(["line-feeds", "control-id-missing"]) == (
        "Its lines ended in line feeds, not carriage returns; it had no control id"
    )
    assert told([]) == ""
