"""Who saw or changed what about whom: recorded, sealed within a second, proved by whoever asks."""

from shared.audit.keys import ensure_key, kept_key, key_of
from shared.audit.proof import Anchor, Fault, Proof, prove
from shared.audit.seals import make_seals, seal, sealing
from shared.audit.trail import Act, Trail, is_genuine, make, open_trail, record_read, record_write

__all__ = [
    "Act",
    "Anchor",
    "Fault",
    "Proof",
    "Trail",
    "ensure_key",
    "is_genuine",
    "kept_key",
    "key_of",
    "make",
    "make_seals",
    "open_trail",
    "prove",
    "record_read",
    "record_write",
    "seal",
    "sealing",
]
