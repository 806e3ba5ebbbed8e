"""The terms on which a sender is heard: from where, with which certificate, marked how."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from services.admissions.arrivals import Rejection
from services.admissions.incoming import Origin
from services.admissions.model import Feed


def has_terms(feed: Feed) -> bool:
    """Whether anything is asked of what this sender sends before it is kept."""
    return bool(feed.peers or feed.certificates or feed.processing_id)


def refusal(feed: Feed, origin: Origin | None, processing_id: str | None) -> Rejection | None:
    """Why a message of this sender is not for us, or None.

    `origin` is the link it came by; None: it came by no link, and its sender is known otherwise. `processing_id` is
    what MSH-11 says; None: there is no such field.
    """
    if origin is not None:
        if feed.peers and not _within(origin.peer, feed.peers):
            return Rejection.ADDRESS
        if feed.certificates and not _names(feed.certificates) & _names(origin.certified):
            return Rejection.CERTIFICATE
    if feed.processing_id and processing_id is not None and processing_id != feed.processing_id:
        return Rejection.PROCESSING_ID
    return None


def _names(borne: tuple[str, ...]) -> set[str]:
    """Names of machines (DNS), in which case means nothing."""
    return {name.lower() for name in borne}


@lru_cache(maxsize=1_000)
def _within(peer: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in ip_network(network) for network in networks)
