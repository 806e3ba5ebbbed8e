"""The only speakers to the services: REST out, contracts in."""

from services.screens.clients.calls import (
    Asking,
    Away,
    NotAllowed,
    NotFound,
    Refused,
    Services,
    SignedOut,
    unless_away,
)

__all__ = ["Asking", "Away", "NotAllowed", "NotFound", "Refused", "Services", "SignedOut", "unless_away"]
