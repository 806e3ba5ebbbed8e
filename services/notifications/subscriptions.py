"""What notifications listens to."""

from services.notifications.handlers.fold_cases import fold_cases
from shared.contracts.envelope import TOPIC_CASES
from shared.eventlog import Subscription

CASES = Subscription(consumer="notifications", topic=TOPIC_CASES, handle=fold_cases)
"""Cases as discharge announces them: their conditions become alerts."""
