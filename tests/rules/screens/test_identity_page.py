"""What *Identity* says of each kind of message, and of what a decision would do."""

import pytest

from services.screens.presenters import identity
from shared.contracts.api.identity import (
    ConflictList,
    IdentityKind,
    IdentitySaid,
    MergeDetail,
    MergePage,
    MergePreview,
    NumberSaid,
    PersonForeseen,
    StayBecomes,
    StayForeseen,
)
from tests.screens import merges
from tests.screens.hospital import NOW

H1, H2 = NumberSaid(value="H1", issuer="RX9"), NumberSaid(value="H2", issuer="RX9")
V1, V2 = NumberSaid(value="V1", issuer=""), NumberSaid(value="V2", issuer="")


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        (IdentityKind.MERGE, {"others": (H2,)}, "Hospital number H2 (RX9) is H1 (RX9) now."),
        (IdentityKind.MOVE_NUMBERS, {"others": (H2,)}, "Hospital number H2 (RX9) is H1 (RX9) now."),
        (
            IdentityKind.MERGE,
            {"others": (H2,), "prior_account": V1, "account": V2},
            "Hospital number H2 (RX9) is H1 (RX9) now. Account V1 is V2 now.",
        ),
        (IdentityKind.LINK, {"others": (H2,)}, "Hospital number H1 (RX9) is linked with H2 (RX9)."),
        (IdentityKind.UNLINK, {"others": (H2,)}, "Hospital number H1 (RX9) is no longer linked with H2 (RX9)."),
        (IdentityKind.DELETE_PERSON, {}, "All that was told of hospital number H1 (RX9) is taken back."),
        (
            IdentityKind.MOVE_VISIT,
            {"others": (H2,), "visit": V1, "prior_visit": V1},
            "Visit V1, of hospital number H2 (RX9), is of H1 (RX9) now.",
        ),
        (
            IdentityKind.MOVE_ACCOUNT,
            {"others": (H2,), "account": V1, "prior_account": V1},
            "Account V1, of hospital number H2 (RX9), is of H1 (RX9) now.",
        ),
        (
            IdentityKind.MERGE_VISITS,
            {"visit": V2, "prior_visit": V1},
            "Of hospital number H1 (RX9): visit V1 is V2 now.",
        ),
        (
            IdentityKind.CHANGE_VISIT,
            {"visit": V2, "prior_visit": V1},
            "Of hospital number H1 (RX9): visit V1 is V2 now.",
        ),
        (
            IdentityKind.CHANGE_ACCOUNT,
            {"account": V2, "prior_account": V1},
            "Of hospital number H1 (RX9): account V1 is V2 now.",
        ),
    ],
)
def test_each_kind_is_said_in_a_sentence(kind: IdentityKind, said: dict[str, object], sentence: str) -> None:
    part = IdentitySaid.model_validate({"kind": kind, "patient": H1, **said})
    found = MergeDetail(summary=merges.MERGES[0], says=(part,), masked=False)
    assert identity.present_one(found, None, may_decide=False).says == (sentence,)


def _would(preview: MergePreview | None) -> tuple[str, ...]:
    found = MergeDetail(summary=merges.MERGES[0], says=(), masked=True)
    return identity.present_one(found, preview, may_decide=False).would


def test_what_a_decision_would_do_is_counted_in_words() -> None:
    stays = tuple(StayForeseen(becomes=one, is_open=False, would_be_open=False) for one in StayBecomes)
    gone = (PersonForeseen(person_id="p", numbers=1, would_have=0),)
    assert _would(MergePreview(message_id="m", set_aside=False, stays=stays, persons=gone)) == (
        "1 stay goes to another hospital number.",
        "1 stay becomes a stay of its own again.",
        "1 stay becomes part of another.",
        "1 stay is made that is not there now.",
        "1 stay comes back that was withdrawn.",
        "1 stay is withdrawn.",
        "1 stay has other details.",
        "1 person fewer than now.",
    )
    assert _would(MergePreview(message_id="m", set_aside=False)) == ("Nothing that anybody sees changes.",)
    assert _would(None) == ("What would change cannot be shown now.",)


def test_only_who_may_decide_is_offered_the_form() -> None:
    for number, action in ((0, "/messages/identity/message-4/set-aside"), (1, "/messages/identity/message-8/believe")):
        found = MergeDetail(summary=merges.MERGES[number], says=(), masked=True)
        assert identity.present_one(found, None, may_decide=True).action == action
        assert identity.present_one(found, None, may_decide=False).action is None


def test_nothing_in_dispute_is_said_with_its_time_and_what_is_not_known_is_not_said_to_be_nothing() -> None:
    assert identity.present(MergePage(items=()), ConflictList(items=()), NOW).answer == (
        "No number is in dispute. Last checked 7:52am."
    )
    assert identity.present(MergePage(items=()), None, NOW).answer == "Numbers in dispute cannot be shown now."
    page = identity.present(MergePage(items=merges.MERGES), merges.CONFLICTS, NOW)
    assert [line.said for line in page.lines] == [
        "Hospital numbers merged",
        "Visit moved to another person (2 times)",
    ]
    assert page.lines[1].decided.startswith("Kim Doyle, ")
