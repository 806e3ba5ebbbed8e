"""Who may sign in to a demonstration, and the page each begins at."""

import pytest

from services.screens.presenters import frame, signin
from shared.contracts.api.discharge import DemonstrationPerson
from tests.rules.screens.test_pages import MORGAN


def test_sign_in_with_nobody_says_why() -> None:
    assert signin.present((), "/").empty is not None


@pytest.mark.parametrize(
    ("roles", "wards", "goes"),
    [
        (("social_worker",), (), "/people"),
        (("bed_manager", "lead"), (), "/people"),
        (("bed_manager",), ("ash",), "/delays"),
        (("ward_staff",), ("ash", "oak"), "/wards/ash"),
        (("ward_staff",), (), "/wards"),
        (("integration_engineer",), (), "/messages"),
        (("administrator",), (), "/messages"),
        (("intake",), (), "/nowhere"),
    ],
)
def test_everybody_starts_where_they_may(roles: tuple[str, ...], wards: tuple[str, ...], goes: str) -> None:
    assert frame.home(MORGAN.model_copy(update={"roles": roles, "wards": wards})) == goes


def test_who_may_sign_in_is_grouped_by_where_they_start() -> None:
    people = [
        DemonstrationPerson(staff_id=role, name=role, profession="HSW", describes="", roles=(role,))
        for role in ("administrator", "bed_manager", "social_worker", "lead")
    ]
    groups = signin.present(people, "/").groups
    assert [(group.heading.split(":")[0], [one.name for one in group.people]) for group in groups] == [
        ("Co-ordinators", ["social_worker", "lead"]),
        ("Bed managers", ["bed_manager"]),
        ("Others", ["administrator"]),
    ]


@pytest.mark.parametrize(
    ("roles", "profession"),
    [
        (("social_worker",), "Hospital social worker"),
        (("bed_manager", "lead"), "Hospital social worker"),
        (("bed_manager",), None),
        (("administrator", "integration_engineer"), None),
    ],
)
def test_who_looks_after_nobody_is_shown_without_a_profession(roles: tuple[str, ...], profession: str | None) -> None:
    one = DemonstrationPerson(staff_id="one", name="One", profession="HSW", describes="", roles=roles)
    ((chosen,),) = [group.people for group in signin.present([one], "/").groups]
    assert chosen.profession == profession
