"""The clusters of the file: the wards of each, whole or shared with others by specialty or by council of residence."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.discharge.model.hospital import ClusterId, SharedBy, StaffId, WardCluster, WardId, WardShare
from shared.contracts.encounters import COUNCIL_CODE
from shared.yaml_parts import Mentioned, Notes, Part

CLUSTER: Final = ("id", "name", "wards", "lead")
_SHARE: Final = ("ward", *SharedBy)
_SPECIALTY: Final = re.compile(r"[A-Z0-9]{1,20}")


@dataclass(slots=True)
class Covering:
    """The wards that clusters of the file cover, whole and shared, by the line that says so."""

    whole: list[Mentioned] = field(default_factory=list[Mentioned])
    shared: list[tuple[Mentioned, WardShare]] = field(default_factory=list[tuple[Mentioned, WardShare]])
    leads: list[Mentioned] = field(default_factory=list[Mentioned])


def read_cluster(part: Part, found: Covering) -> WardCluster:
    """A cluster; `found` gains what it covers."""
    wards: list[Mentioned] = []
    shares: list[WardShare] = []
    entries = part.entries("wards", _SHARE)
    if not entries:
        part.notes.add(part.node, "wards", f"is missing from {part.word}")
    for entry in entries:
        if isinstance(entry, Mentioned):
            wards.append(entry)
            continue
        share, ward = _share(entry), entry.mention("ward")
        if share is not None and ward is not None:
            found.shared.append((ward, share))
            shares.append(share)
    found.whole.extend(wards)
    lead = part.mention("lead")
    if lead is not None:
        found.leads.append(lead)
    return WardCluster(
        ClusterId(part.id()),
        part.text("name"),
        tuple(WardId(one.name) for one in wards),
        StaffId(lead.name) if lead else None,
        tuple(shares),
    )


def _share(part: Part) -> WardShare | None:
    ward = part.id("ward")
    said = [by for by in SharedBy if by.value in part.keys]
    if len(said) != 1:
        part.notes.add(part.node, ward or "ward", "must say specialty or residence, one of the two")
        return None
    (by,) = said
    read = _specialty if by is SharedBy.SPECIALTY else _council
    return WardShare(WardId(ward), by, part.each(by.value, read))


def _specialty(text: str) -> str:
    if not _SPECIALTY.fullmatch(text.upper()):
        raise ValueError("must be the code of a specialty as the PAS sends it (PV1-10), such as 430")
    return text.upper()


def _council(text: str) -> str:
    if not COUNCIL_CODE.fullmatch(text.upper()):
        raise ValueError("must be the code of a council: three letters and digits (ODS), or as E06000018 (GSS)")
    return text.upper()


def check_covering(found: Covering, notes: Notes) -> None:
    """Note what cannot be: who covers somebody must be told by one code, and nobody may be left over."""
    whole = {one.name for one in found.whole}
    kinds: dict[str, tuple[SharedBy, int]] = {}
    codes: dict[tuple[str, str], int] = {}
    for mentioned, share in found.shared:
        ward, line = mentioned.name, mentioned.line
        by, first = kinds.setdefault(ward, (share.by, line))
        if by is not share.by:
            notes.add(line, ward, f"is shared by {by.value} already, on line {first}: by one of the two")
        for code in share.codes:
            before = codes.setdefault((ward, code), line)
            if before != line or share.codes.count(code) > 1:
                notes.add(line, code, f"has a cluster on {ward} already, on line {before}")
        if ward not in whole:
            notes.add(line, ward, "has no cluster without a condition: who has none of these codes would have nobody")


def wards_of(found: Covering) -> Sequence[Mentioned]:
    """Every ward that is covered, whole or shared."""
    return [*found.whole, *(ward for ward, _ in found.shared)]


def shared_parts(shares: Iterable[WardShare]) -> list[dict[str, object]]:
    """Shared wards as the file says them."""
    return [{"ward": one.ward, one.by.value: [*one.codes]} for one in shares]
