"""The MLLP door: bytes become messages under limits of size and time, and answers go back in order or not at all."""

from services.admissions.mllp.listener import Listener, serve
from services.admissions.mllp.policy import Policy, Receive

__all__ = ["Listener", "Policy", "Receive", "serve"]
