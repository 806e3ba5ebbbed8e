"""Whatever can be odd in a message is said in words, and nothing else is."""

from services.admissions.handlers.interpret import REUSED
from services.admissions.model import Flag
from services.admissions.rules.reading import NO_CONTROL_ID, NUMBER_IN_PID_2, PROCESSING_MODE, VERSION_DIFFERS
from services.screens.presenters.oddities import ODDITIES, in_brief, told
from shared.hl7.charsets import Remark


def test_every_flag_has_words() -> None:
    of_messages = {REUSED, NO_CONTROL_ID, VERSION_DIFFERS, NUMBER_IN_PID_2, PROCESSING_MODE}
    assert set(ODDITIES) == {flag.value for flag in (*Flag, *Remark)} | of_messages


def test_several_are_one_sentence() -> None:
    assert told(["line-feeds", "control-id-missing"]) == (
        "Its lines ended in line feeds, not carriage returns; it had no control id"
    )
    assert told([]) == ""


def test_that_a_number_is_for_tests_is_said_of_one_message_and_not_on_every_page() -> None:
    flags = ["nhs-number-for-tests", "identity-provisional"]
    assert told(flags).startswith("The NHS number is of the range for tests")
    assert in_brief(flags) == ("The name only stands for somebody not yet identified: go by the hospital number alone")
    assert in_brief(flags[:1]) == ""
