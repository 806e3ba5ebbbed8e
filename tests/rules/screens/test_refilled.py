"""A form that was refused: what was typed stays, and what is wrong stands at its field."""

from services.screens.presenters import refusals
from services.screens.presenters.fields import Field, Wrong, refill, with_wrongs
from services.screens.refusal import Refusal
from shared.refusals import FieldProblem


def test_a_refusal_becomes_words_at_its_field() -> None:
    refusal = Refusal(422, "not-valid", "Not valid", None, (FieldProblem("body.due_at", "too-late", "It is too late"),))
    assert refusals.wrongs(refusal) == (Wrong("due", "It is too late"),)
    assert refusals.wrongs(Refusal(412, "version-stale", "x"))[0].text.startswith("Somebody changed this")
    unseen = Refusal(428, "version-needed", "Say which version you saw", "Send If-Match with the ETag you last read.")
    assert refusals.wrongs(unseen) == (Wrong(None, refusals.UNSEEN),)
    assert refusals.wrongs(Refusal(409, "over", "It is over")) == (Wrong(None, "It is over"),)


def test_what_was_typed_stays_and_the_summary_is_in_the_order_of_the_fields() -> None:
    fields = (Field("text", "first", "First"), Field("date", "day", "Day"), Field("checkboxes", "many", "Many"))
    filled = refill(fields, {"first": ["a"], "day-day": ["1"], "many": ["x", "y"]})
    assert [field.value for field in filled] == [("a",), ("1", "", ""), ("x", "y")]
    marked, lines = with_wrongs(filled, [Wrong("day", "no"), Wrong("first", "bad"), Wrong("unknown", "whole")])
    assert [field.error for field in marked] == ["bad", "no", None]
    assert [(line.text, line.href) for line in lines] == [("whole", None), ("bad", "#first"), ("no", "#day-day")]
