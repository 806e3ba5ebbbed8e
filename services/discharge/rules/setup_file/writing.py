"""Writing a hospital as the file that describes it: read again, it is the same hospital."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import yaml

from services.discharge.model.hospital import Absence, RotaPattern, Setup, StaffMember, TrustPolicy, Ward, WardCluster
from services.discharge.rules.setup_file.clusters import shared_parts
from services.discharge.rules.setup_file.hours import write_hours

_WIDTH: Final = 120
_SPANS: Final = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))
_MOST: Final = 9999


class _Plain(yaml.SafeDumper):
    """Writes everything out where it stands, however often the same day stands there."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # the library's own signature
        return True


def write_setup(setup: Setup, more: Mapping[str, object] | None = None) -> str:
    """The file (YAML) that says what `setup` is, with the parts `more` of other readers at its end."""
    policy = setup.policy
    said: dict[str, object] = {
        "trust": {"code": setup.trust.code, "name": setup.trust.name},
        "policy": _policy(policy),
        "duty_desk": _without_none({"name": setup.duty_desk.name, "phone": setup.duty_desk.phone}),
        "sites": [{"id": one.id, "name": one.name} for one in setup.sites],
        "wards": [_ward(one) for one in setup.wards],
        "clusters": [_cluster(one) for one in setup.clusters],
        "staff": [_member(one) for one in setup.staff],
        "rota": [_rota(one) for one in setup.rota],
        "away": [_away(one) for one in setup.absences],
        **(more or {}),
    }
    return "".join(
        yaml.dump(
            {key: part}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
        )
        for key, part in said.items()
    )


def span_text(span: timedelta) -> str:
    """A length of time as the file says it, in the longest unit that says it whole: `7d`, `4h`, `90m`."""
    for letter, unit in _SPANS:
        if span % unit == timedelta() and span // unit <= _MOST:
            return f"{span // unit}{letter}"
    raise ValueError("no whole number of minutes up to 9999, nor of hours or days")


def _policy(policy: TrustPolicy) -> dict[str, object]:
    return {
        "adult_from_age": policy.adult_from_age,
        "delay_after": span_text(policy.delay_after),
        "escalate_after": [span_text(one) for one in policy.escalate_after],
        "follow_up_within": span_text(policy.follow_up_within),
        "follow_up_lapses_after": span_text(policy.follow_up_lapses_after),
        "accept_handover_within": span_text(policy.accept_handover_within),
    }


def _ward(ward: Ward) -> dict[str, object]:
    return _without_none(
        {
            "id": ward.id,
            "name": ward.name,
            "site": ward.site,
            "kind": ward.kind.value,
            "specialty": ward.specialty,
            "codes": [*ward.codes],
            "counts": ward.counts,
            "bays": {bay.name: len(bay.beds) for bay in ward.bays} or None,
        }
    )


def _cluster(cluster: WardCluster) -> dict[str, object]:
    return _without_none(
        {
            "id": cluster.id,
            "name": cluster.name,
            "wards": [*cluster.wards, *shared_parts(cluster.shares)],
            "lead": cluster.lead,
        }
    )


def _member(member: StaffMember) -> dict[str, object]:
    return _without_none(
        {
            "id": member.id,
            "name": member.name,
            "profession": member.profession,
            "roles": sorted(one.value for one in member.roles),
            "clusters": [*member.clusters],
            "wards": [*member.wards],
            "phone": member.phone,
            "capacity": member.capacity,
        }
    )


def _rota(pattern: RotaPattern) -> dict[str, object]:
    whose: dict[str, object] = {"duty_desk": True} if pattern.cluster is None else {"cluster": pattern.cluster}
    return _without_none(
        {
            "staff": pattern.staff,
            **whose,
            "hours": write_hours(pattern.days, pattern.starts, pattern.ends),
            "from": pattern.valid_from,
            "until": pattern.valid_until,
        }
    )


def _away(absence: Absence) -> dict[str, object]:
    return {"staff": absence.staff, "from": absence.first, "until": absence.last}


def _without_none(said: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in said.items() if value is not None and value != []}
