"""What each part of the setup file means, and how the parts must fit together.

The file (`deploy/examples/fictional-hospital.yaml` shows every key): `trust`, `policy`, `duty_desk`, `sites`, `wards`,
`clusters`, `staff`, `rota`, `away`, `specialists`. The part `feeds` is admissions' to read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from services.discharge.model.hospital import (
    CO_ORDINATORS,
    Absence,
    Bay,
    ClusterId,
    DutyDesk,
    RotaPattern,
    Setup,
    Site,
    StaffId,
    StaffMember,
    Trust,
    TrustCode,
    TrustPolicy,
    Ward,
    WardCluster,
    WardId,
    WardKind,
)
from services.discharge.rules.setup_file.clusters import CLUSTER, Covering, check_covering, read_cluster, wards_of
from services.discharge.rules.setup_file.hours import read_hours
from shared.contracts.api.discharge import Profession
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.roles import Role
from shared.yaml_parts import Mentioned, Notes, Part, Wrong, document

_PARTS: Final = (
    "trust",
    "policy",
    "duty_desk",
    "sites",
    "wards",
    "clusters",
    "staff",
    "rota",
    "away",
    "feeds",
    "specialists",
)
_POLICY: Final = (
    "adult_from_age", "delay_after", "escalate_after", "follow_up_within", "follow_up_lapses_after",
    "accept_handover_within", "answer_offer_within",
)  # fmt: skip
_WARD: Final = ("id", "name", "site", "kind", "specialty", "codes", "counts", "bays")
_STAFF: Final = ("id", "name", "profession", "roles", "clusters", "wards", "phone", "capacity")
_PERSONS: Final = frozenset(Role) - {Role.INTAKE, Role.SERVICE, Role.MONITOR}

Thing = TypeVar("Thing", Site, Ward, WardCluster, StaffMember)


@dataclass(slots=True)
class _Mentions:
    """Ids the file uses, by what they should be."""

    sites: list[Mentioned] = field(default_factory=list[Mentioned])
    wards: list[Mentioned] = field(default_factory=list[Mentioned])
    clusters: list[Mentioned] = field(default_factory=list[Mentioned])
    staff: list[Mentioned] = field(default_factory=list[Mentioned])
    covering: Covering = field(default_factory=Covering)
    codes: list[Mentioned] = field(default_factory=list[Mentioned])
    days_away: list[Mentioned] = field(default_factory=list[Mentioned])


def read_setup(text: str, *, with_feeds: bool = True) -> Setup | list[Wrong]:
    """The setup that `text` (YAML) describes, or everything wrong with it, by line.

    `with_feeds`: false where nobody reads the part `feeds`; then it is a mistake that it is there.
    """
    file = setup_document(text)
    if isinstance(file, Wrong):
        return [file]
    if not with_feeds and "feeds" in file.keys:  # `keys` is a field
        file.notes.add(file.keys["feeds"], "feeds", "is not read here: it is loaded with `homeward setup FILE`")
    return read_parts(file)


def setup_document(text: str) -> Part | Wrong:
    """The parts of a setup file, unread; or why it has none."""
    return document(text, _PARTS)


def read_parts(file: Part) -> Setup | list[Wrong]:
    """The setup that these parts describe, or everything wrong with them, by line."""
    mentions = _Mentions()
    setup = _setup(file, mentions)
    _check(setup, mentions, file.notes)
    return file.notes.in_order() or setup


def _setup(file: Part, mentions: _Mentions) -> Setup:
    for key in ("trust", "duty_desk", "sites", "wards", "staff"):
        if key not in file.keys:  # `keys` is a field
            file.notes.add(file.node, key, "is missing from the file")
    trust = file.part("trust", ("code", "name"))
    return Setup(
        trust=_trust(trust),
        policy=_policy(file),
        duty_desk=_duty_desk(file.part("duty_desk", ("name", "phone"))),
        sites=_once("site", file.notes, [(_site(one), one) for one in file.parts("sites", ("id", "name"))]),
        wards=_once("ward", file.notes, [(_ward(one, mentions), one) for one in file.parts("wards", _WARD)]),
        clusters=_once(
            "cluster",
            file.notes,
            [(read_cluster(one, mentions.covering), one) for one in file.parts("clusters", CLUSTER)],
        ),
        staff=_once(
            "member of staff", file.notes, [(_member(one, mentions), one) for one in file.parts("staff", _STAFF)]
        ),
        rota=tuple(_rota(file, mentions)),
        absences=tuple(_away(file, mentions)),
    )


def _once(word: str, notes: Notes, things: Sequence[tuple[Thing, Part]]) -> tuple[Thing, ...]:
    seen: dict[str, int] = {}
    for thing, part in things:
        if thing.id and thing.id in seen:
            notes.add(part.line, thing.id, f"is a {word} already, on line {seen[thing.id]}")
        seen.setdefault(thing.id, part.line)
    return tuple(thing for thing, _ in things)


def _trust(part: Part) -> Trust:
    if not part.keys:
        return Trust(TrustCode(""), "")
    code = part.text("code")
    if code and not (3 <= len(code) <= 8 and code.isascii() and code.isalnum() and code.upper() == code):
        part.notes.add(part.keys["code"], code, "must be an ODS code: 3 to 8 capital letters and digits")
    return Trust(TrustCode(code), part.text("name"))


def _policy(file: Part) -> TrustPolicy:
    usual, part = TrustPolicy(), file.part("policy", _POLICY)
    return TrustPolicy(
        adult_from_age=part.whole("adult_from_age", usual.adult_from_age, least=16, most=25),
        delay_after=part.span("delay_after", usual.delay_after),
        escalate_after=part.spans("escalate_after", usual.escalate_after),
        follow_up_within=part.span("follow_up_within", usual.follow_up_within),
        follow_up_lapses_after=part.span("follow_up_lapses_after", usual.follow_up_lapses_after),
        accept_handover_within=part.span("accept_handover_within", usual.accept_handover_within),
        answer_offer_within=part.span("answer_offer_within", usual.answer_offer_within),
        specialists=_specialists(file) if "specialists" in file.keys else usual.specialists,
    )


def _specialists(file: Part) -> Mapping[NeedKind, str]:
    """Which profession fits which kind of need: none that co-ordinates already, which nobody need be offered."""
    part = file.part("specialists", [one.value for one in NeedKind])
    found = {NeedKind(need): part.choice(need, Profession, Profession.MHL) for need in part.keys}
    for need, profession in found.items():
        if profession in CO_ORDINATORS:
            part.notes.add(part.keys[need], profession, "co-ordinates already: name the profession to offer cases to")
    return {need: profession.value for need, profession in found.items()}


def _duty_desk(part: Part) -> DutyDesk:
    return DutyDesk(part.text("name") if part.keys else "", part.optional("phone"))


def _site(part: Part) -> Site:
    return Site(part.id(), part.text("name"))


def _ward(part: Part, mentions: _Mentions) -> Ward:
    site = part.mention("site")
    if site is None:
        part.notes.add(part.node, "site", f"is missing from {part.word}")
    else:
        mentions.sites.append(site)
    codes = part.mentions("codes")
    mentions.codes.extend(codes)
    if not codes:
        part.notes.add(part.node, "codes", "is missing: what the PAS calls the ward")
    return Ward(
        id=WardId(part.id()),
        name=part.text("name"),
        site=site.name if site else "",
        kind=part.choice("kind", WardKind, WardKind.INPATIENT),
        codes=tuple(one.name for one in codes),
        counts=part.yes("counts", default=True),
        specialty=part.optional("specialty"),
        bays=tuple(_bays(part)),
    )


def _bays(ward: Part) -> Iterable[Bay]:
    """`bays: {A: 6, SR: 2}`: beds are numbered through each bay, A1 to A6 and SR1, SR2."""
    bays = ward.part("bays", ())
    for name in bays.keys:
        beds = bays.whole(name, 0, least=1, most=60)
        yield Bay(name, tuple(f"{name}{number}" for number in range(1, beds + 1)))


def _member(part: Part, mentions: _Mentions) -> StaffMember:
    clusters, wards = part.mentions("clusters"), part.mentions("wards")
    mentions.clusters.extend(clusters)
    mentions.wards.extend(wards)
    roles = [one for one in part.texts("roles") if _is_role(part, one)]
    return StaffMember(
        id=StaffId(part.id()),
        name=part.text("name"),
        profession=part.choice("profession", Profession, Profession.HSW).value,
        roles=frozenset(Role(one) for one in roles),
        clusters=tuple(ClusterId(one.name) for one in clusters),
        wards=tuple(WardId(one.name) for one in wards),
        phone=part.optional("phone"),
        capacity=part.share("capacity", 1.0),
    )


def _is_role(part: Part, text: str) -> bool:
    if text in _PERSONS:
        return True
    part.notes.add(part.keys["roles"], text, f"is not a role; roles are {', '.join(sorted(_PERSONS))}")
    return False


def _rota(file: Part, mentions: _Mentions) -> Iterable[RotaPattern]:
    for part in file.parts("rota", ("staff", "cluster", "duty_desk", "hours", "from", "until")):
        staff, cluster = part.mention("staff"), part.mention("cluster")
        desk = part.yes("duty_desk", default=False)
        if (cluster is None) is not desk:
            part.notes.add(part.node, "rota", "must name either a cluster or duty_desk: true")
        if staff is None or not part.texts("hours"):
            part.notes.add(part.node, "rota", "must name staff and hours")
            continue
        mentions.staff.append(staff)
        if cluster is not None:
            mentions.clusters.append(cluster)
        for text in part.texts("hours"):
            try:
                days, starts, ends = read_hours(text)
            except ValueError as wrong:
                part.notes.add(part.keys["hours"], text, str(wrong))
                continue
            yield RotaPattern(
                StaffId(staff.name),
                ClusterId(cluster.name) if cluster else None,
                days,
                starts,
                ends,
                part.day("from"),
                part.day("until"),
            )


def _away(file: Part, mentions: _Mentions) -> Iterable[Absence]:
    for part in file.parts("away", ("staff", "from", "until")):
        staff, first = part.mention("staff"), part.day("from")
        last = part.day("until") or first
        if staff is None or first is None or last is None:
            part.notes.add(part.node, "away", "must name staff and the first day (from)")
            continue
        if last < first:
            part.notes.add(part.node, "until", "is before from")
        mentions.staff.append(staff)
        mentions.days_away.append(Mentioned(f"{staff.name} {first.isoformat()}", part.line))
        yield Absence(StaffId(staff.name), first, last)


def _check(setup: Setup, mentions: _Mentions, notes: Notes) -> None:
    _known(mentions.sites, "site", {one.id for one in setup.sites}, notes)
    _known([*mentions.wards, *wards_of(mentions.covering)], "ward", {one.id for one in setup.wards}, notes)
    _known(mentions.clusters, "cluster", {one.id for one in setup.clusters}, notes)
    _known([*mentions.staff, *mentions.covering.leads], "member of staff", {one.id for one in setup.staff}, notes)
    _repeated(mentions.covering.whole, "is in a cluster already", notes)
    check_covering(mentions.covering, notes)
    _repeated(mentions.codes, "is the PAS code of a ward already", notes)
    _repeated(mentions.days_away, "begins an absence already", notes)


def _repeated(mentioned: Iterable[Mentioned], wrong: str, notes: Notes) -> None:
    first: dict[str, int] = {}
    for one in mentioned:
        if one.name in first:
            notes.add(one.line, one.name, f"{wrong}, on line {first[one.name]}")
        first.setdefault(one.name, one.line)


def _known(mentioned: Iterable[Mentioned], word: str, known: set[str], notes: Notes) -> None:
    for one in mentioned:
        if one.name and one.name not in known:
            notes.add(one.line, one.name, f"is not a {word} of this file")
