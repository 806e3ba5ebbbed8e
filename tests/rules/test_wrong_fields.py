"""What a request is told of a wrong field: which are known there, by its type; never what was sent."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.contracts.api.admissions import AdtEvent, AdtPerson
from shared.contracts.api.discharge.record import EditEntry, PlanLine, TeamMember
from shared.refusals import FieldProblem, wrong_field
from shared.web.fields import fields_at

SECRET = "SMITH 9990000018"
PLACE = ["ward_code", "bay", "bed", "site"]


class Line(BaseModel):
    said_as: int = Field(0, alias="as")


class Told(BaseModel):
    kind: Literal["told"]
    lines: tuple[Line, ...] | None = None


class Asked(BaseModel):
    kind: Literal["asked"]
    inside: Annotated[Told | None, Field(description="x")] = None


Either = Annotated[Told | Asked, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("kind", "where", "known"),
    [
        (AdtEvent, [], list(AdtEvent.model_fields)),
        (AdtEvent, ["location"], PLACE),
        (Annotated[AdtEvent | None, "x"], ["person"], list(AdtPerson.model_fields)),
        (EditEntry, [], ["content", "reason"]),
        (EditEntry, ["content", "plan"], list(PlanLine.model_fields)),
        (EditEntry, ["content", "team"], list(TeamMember.model_fields)),
        (Told, ["lines", 3], ["as"]),
        (list[Either], [0, "asked", "inside", "lines", 0], ["as"]),
        (Told | Line, ["Line"], ["as"]),
        (EditEntry, ["content"], []),
        (EditEntry, ["content", SECRET], []),
        (AdtEvent, ["trigger"], []),
        (AdtEvent, [0], []),
        (AdtEvent, [SECRET, "x"], []),
        (dict[str, Line], [SECRET], []),
        (None, ["x"], []),
    ],
)
def test_the_fields_at_a_place_are_those_of_its_type(
    kind: object, where: Sequence[str | int], known: list[str]
) -> None:
    assert fields_at(kind, where) == known


def told(kind: Any, sent: object) -> list[FieldProblem]:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter[object](kind).validate_python(sent)
    return [wrong_field(dict(one), ["these"]) for one in wrong.value.errors()]


def test_of_several_kinds_one_that_is_none_is_told_which_there_are_and_not_what_was_sent() -> None:
    (one,) = told(Either, {"kind": SECRET})
    assert (one.where, one.detail) == ("", "'kind' should be one of 'told', 'asked'")
    assert (one.code, SECRET in str(one)) == ("union_tag_invalid", False)


def test_a_field_nobody_knows_is_told_by_its_place() -> None:
    (one,) = told(AdtEvent, EVENT | {SECRET: SECRET})
    assert (one.where, one.detail) == ("", "A field here is not one that is known. Known here: these.")
    (one,) = told(AdtEvent, EVENT | {"location": {"ward_code": "OAK", SECRET: SECRET}})
    assert (one.where, SECRET in str(one)) == ("location", False)


EVENT = {
    "control_id": "J1",
    "sending_application": "PAS",
    "sending_facility": "RZZ",
    "trigger": "A01",
    "recorded_at": "2026-03-02T09:00:00Z",
    "person": {"mrn": "H1", "mrn_issuer": "RZZ"},
}
