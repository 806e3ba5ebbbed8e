"""What stands around every page: who is signed in, where they can go, how old the data is, what is away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.screens.presenters import codes
from services.screens.presenters.words import age_of, moment, sentence
from shared.contracts.api.admissions import LastHeard
from shared.contracts.api.discharge import Pass
from shared.contracts.roles import CARE, MESSAGE_READERS, SIGHT, TAKERS, Role
from shared.words import ROLES

FEED_LATE_AFTER = timedelta(minutes=30)
"""Past it a page says in a callout that the hospital's feed is late: even at night several messages an hour come."""

AWAY_WORDS = {
    "admissions": "Messages from the hospital system",
    "discharge": "People, tasks and sign-in",
    "notifications": "Delays",
}

BOARD_READERS = SIGHT
_STARTS = (
    (Role.LEAD, "/people"),
    (Role.SOCIAL_WORKER, "/people"),
    (Role.BED_MANAGER, "/delays"),
    (Role.WARD_STAFF, "/wards"),
    (Role.INTEGRATION_ENGINEER, "/messages"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A way on."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said once at the top of a page. `kind`: "success", "information" or "warning". `way_on` leads to what
    comes next.
    """

    kind: str
    title: str
    text: str
    undo_href: str | None = None
    undo_fields: tuple[tuple[str, str], ...] = ()
    way_on: Link | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; `href` is the field it is about, if any."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is shown is. `late` says, under `late_title`, that it may be too old to act on; `read` is the
    answer's `at`.
    """

    as_of: str
    at: str
    late: str | None = None
    read: datetime | None = None
    late_title: str = "The hospital feed is late"


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the content of a page. `back` leads where one came from, `up` further."""

    title: str
    navigation: tuple[Link, ...] = ()
    person: str | None = None
    role: str | None = None
    demonstration: bool = False
    freshness: Freshness | None = None
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()
    live: str | None = None
    back: Link | None = None
    up: Link | None = None
    refresh_href: str = ""


def roles_of(who: Pass) -> frozenset[Role]:
    """The roles of `who` that this release knows."""
    known = {role.value: role for role in Role}
    return frozenset(known[name] for name in who.roles if name in known)


def role_words(who: Pass) -> str:
    """What `who` does here: the role that decides what they see, else the profession."""
    roles = roles_of(who)
    for role in (Role.BED_MANAGER, Role.INTEGRATION_ENGINEER, Role.LEAD, Role.ADMINISTRATOR):
        if role in roles:
            return sentence(ROLES[role])
    return codes.profession(who.profession)


def navigation(who: Pass, here: str) -> tuple[Link, ...]:
    """The pages `who` may open; `here` is the address of the current one."""
    roles = roles_of(who)
    places = (
        ("My people", "/people", CARE),
        ("My cluster", "/cluster", TAKERS if who.clusters else frozenset[Role]()),
        ("Wards", "/wards", SIGHT),
        ("Delays", "/delays", BOARD_READERS),
        ("Messages", "/messages", MESSAGE_READERS),
    )
    return tuple(
        Link(text, href, current=here == href or here.startswith(href + "/"))
        for text, href, allowed in places
        if roles & allowed
    )


def start(roles: Sequence[str]) -> str | None:
    """The page that people with these roles work from, if they have one."""
    return next((page for role, page in _STARTS if role in roles), None)


def home(who: Pass) -> str:
    """Where `who` starts: their ward, the page their role works from, else the first they may open."""
    if Role.WARD_STAFF in roles_of(who) and who.wards:
        return f"/wards/{who.wards[0]}"
    open_to = navigation(who, "")
    return start(who.roles) or (open_to[0].href if open_to else "/nowhere")


def freshness(heard: datetime | None, at: datetime, now: datetime) -> Freshness:
    """`heard` is when the newest message of the hospital that was read came; `at` when the answer was made."""
    read = f"Page read {moment(at, now)}"
    if heard is None:
        return Freshness("Nothing heard from the hospital system yet", read, read=at)
    late = None
    if at - heard > FEED_LATE_AFTER:
        late = (
            f"The last message from the hospital system came {age_of(heard, at)} ago. "
            "People may have moved, arrived or left since. Check on the ward before you act."
        )
    return Freshness(f"Data as of {moment(heard, now)}", read, late, at)


def case_freshness(changed: datetime | None, at: datetime, heard: LastHeard | None, now: datetime) -> Freshness:
    """How old a page about cases is. `changed` is when the newest fact in any case was learned, `at` when the answer
    was made; `heard` is None when the hospital's messages cannot be asked about.

    A hospital that is heard while no case changes for long is quiet, or what it says does not reach the cases: the page
    then says both times, and claims neither for the other.
    """
    if heard is None:
        return _unheard(changed, at, now) if changed else unknown_freshness(now)
    newest = max((one for one in (changed, heard.data_as_of) if one), default=None)
    said = freshness(newest, at, now)
    if changed is None or newest is None or newest - changed <= FEED_LATE_AFTER:
        return said
    both = f"Hospital last heard {moment(newest, now)}, nothing changed for anybody since {moment(changed, now)}"
    return replace(said, as_of=both)


def _unheard(changed: datetime, at: datetime, now: datetime) -> Freshness:
    late = None
    if at - changed > FEED_LATE_AFTER:
        late = (
            f"Nothing has changed for anybody for {age_of(changed, at)}. "
            "People may have moved, arrived or left since. Check on the ward before you act."
        )
    return Freshness(
        f"Newest change {moment(changed, now)}, and when the hospital was last heard cannot be told now",
        f"Page read {moment(at, now)}",
        late,
        at,
        "The hospital feed may be late",
    )


def unknown_freshness(now: datetime) -> Freshness:
    """For a page whose data is there, while whoever knows how old it is cannot be asked."""
    return Freshness("How old this data is cannot be told now", f"Page read {moment(now, now)}", read=now)


def no_data(at: datetime) -> Freshness:
    """For a page that shows nothing of the hospital, made `at`: it has no data of any age."""
    return Freshness("No patient data on this page", f"Page made {moment(at, at)}")


def away_notice(services: Sequence[str]) -> Notice:
    """Says which part is away and that the rest goes on."""
    parts = [AWAY_WORDS[service] for service in services]
    verb = "is" if len(parts) == 1 and not parts[0].endswith("s") else "are"
    names = " and ".join(parts)
    return Notice(
        "warning",
        f"{names} {verb} not available now",
        "The rest of this page is up to date. Nothing you recorded is lost. Try again in a minute.",
    )
