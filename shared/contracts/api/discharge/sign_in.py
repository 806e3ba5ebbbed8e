"""Signing in: the people of a demonstration, sessions and passes."""

from shared.contracts.shape import Asked, Instant, OpaqueId, Published, ShortText


class DemonstrationPerson(Published):
    """A person that may be chosen on the demonstration sign-in page."""

    staff_id: str
    name: str
    profession: str
    describes: str
    roles: tuple[str, ...] = ()


class DemonstrationPeople(Published):
    """Everybody that may be chosen."""

    items: tuple[DemonstrationPerson, ...]


class StartSession(Asked):
    """Sign in, in a demonstration, as the person chosen."""

    staff_id: OpaqueId


class Session(Published):
    """A session: `token` is the reference to keep in the cookie; it is never logged."""

    token: str
    expires_at: Instant


class SessionToken(Asked):
    """A session's reference, in a body."""

    token: ShortText


class Pass(Published):
    """A signed pass for the services, good for about a minute, and who it says the bearer is."""

    bearer: str
    expires_at: Instant
    staff_id: str
    name: str
    roles: tuple[str, ...]
    trust: str
    profession: str
    clusters: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
