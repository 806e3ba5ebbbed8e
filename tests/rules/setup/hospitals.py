"""Any hospital a setup file may describe, in the words people write: for Hypothesis."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Final

from hypothesis import strategies as st

from services.discharge.model.hospital import (
    Absence,
    Bay,
    ClusterId,
    DutyDesk,
    RotaPattern,
    Setup,
    SharedBy,
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
    WardShare,
)
from shared.contracts.api.discharge import Profession
from shared.contracts.roles import Role

_PERSONS: Final = sorted(frozenset(Role) - {Role.INTAKE, Role.SERVICE, Role.MONITOR})
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() != ""
)
days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
spans = st.one_of(
    st.integers(1, 9999).map(lambda many: timedelta(minutes=many)),
    st.integers(1, 9999).map(lambda many: timedelta(hours=many)),
    st.integers(1, 9999).map(lambda many: timedelta(days=many)),
)


def _some(ids: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ids), unique=True, max_size=3) if ids else st.just([])


@st.composite
def _ward(draw: st.DrawFn, number: int, sites: Sequence[str]) -> Ward:
    bays = draw(st.dictionaries(st.text("ABCSR", min_size=1, max_size=3), st.integers(1, 4), max_size=3))
    return Ward(
        WardId(f"w{number}"),
        draw(texts),
        draw(st.sampled_from(sites)),
        draw(st.sampled_from(WardKind)),
        tuple(
            f"C{mark}{number}"
            for mark in draw(st.lists(st.sampled_from("&0'é: #"), min_size=1, max_size=3, unique=True))
        ),
        draw(st.booleans()),
        draw(st.none() | texts),
        tuple(Bay(name, tuple(f"{name}{bed}" for bed in range(1, beds + 1))) for name, beds in bays.items()),
    )


@st.composite
def _clusters(draw: st.DrawFn, wards: Sequence[str], staff: Sequence[str]) -> tuple[WardCluster, ...]:
    """Each ward in one cluster as a whole; some of its people in others, each code once."""
    ids = [f"c{number}" for number in range(1, draw(st.integers(1, 3)) + 1)]
    whole: dict[str, list[str]] = {one: [] for one in ids}
    shares: dict[str, list[WardShare]] = {one: [] for one in ids}
    for ward in wards:
        whole[draw(st.sampled_from(ids))].append(ward)
        by = draw(st.none() | st.sampled_from(SharedBy))
        if by is not None:
            code = "E0600000{}" if by is SharedBy.RESIDENCE else "4{}0"
            owners = draw(st.dictionaries(st.integers(1, 9), st.sampled_from(ids), max_size=4))
            for owner in sorted({*owners.values()}):
                codes = tuple(code.format(number) for number, one in owners.items() if one == owner)
                shares[owner].append(WardShare(WardId(ward), by, codes))
    lead = st.none() | st.sampled_from(staff)
    return tuple(
        WardCluster(
            ClusterId(one),
            draw(texts),
            tuple(WardId(ward) for ward in whole[one]),
            StaffId(who) if (who := draw(lead)) else None,
            tuple(shares[one]),
        )
        for one in ids
        if whole[one] or shares[one]
    )


@st.composite
def _member(draw: st.DrawFn, number: int, clusters: Sequence[str], wards: Sequence[str]) -> StaffMember:
    return StaffMember(
        StaffId(f"s{number}"),
        draw(texts),
        draw(st.sampled_from(Profession)).value,
        frozenset(draw(st.sets(st.sampled_from(_PERSONS), max_size=3))),
        tuple(ClusterId(one) for one in draw(_some(clusters))),
        tuple(WardId(one) for one in draw(_some(wards))),
        draw(st.none() | texts),
        draw(st.integers(1, 200)) / 100,
    )


@st.composite
def _pattern(draw: st.DrawFn, staff: Sequence[str], clusters: Sequence[str]) -> RotaPattern:
    starts: time = draw(clocks)
    return RotaPattern(
        StaffId(draw(st.sampled_from(staff))),
        ClusterId(one) if (one := draw(st.none() | st.sampled_from(clusters))) else None,
        frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        starts,
        draw(clocks.filter(lambda ends: ends != starts)),
        draw(st.none() | days),
        draw(st.none() | days),
    )


@st.composite
def hospitals(draw: st.DrawFn) -> Setup:
    """A setup without mistakes."""
    sites = [f"site-{number}" for number in range(1, draw(st.integers(1, 2)) + 1)]
    wards = [draw(_ward(number, sites)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    staff = [f"s{number}" for number in range(1, draw(st.integers(1, 4)) + 1)]
    clusters = draw(_clusters([one.id for one in wards], staff))
    ids = [one.id for one in clusters]
    away = draw(st.dictionaries(st.tuples(st.sampled_from(staff), days), st.integers(0, 20), max_size=3))
    return Setup(
        Trust(TrustCode("RXX"), draw(texts)),
        TrustPolicy(
            draw(st.integers(16, 25)),
            draw(spans),
            tuple(sorted(draw(st.sets(spans, max_size=4)))),
            draw(spans),
            draw(spans),
            draw(spans),
        ),
        DutyDesk(draw(texts), draw(st.none() | texts)),
        tuple(Site(one, draw(texts)) for one in sites),
        tuple(wards),
        clusters,
        tuple(draw(_member(number, ids, [one.id for one in wards])) for number, _ in enumerate(staff, start=1)),
        tuple(draw(st.lists(_pattern(staff, ids), max_size=4))),
        tuple(Absence(StaffId(who), first, first + timedelta(days=long)) for (who, first), long in away.items()),
    )
