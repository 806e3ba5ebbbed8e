"""What discharge listens to."""

from services.discharge.handlers.encounters import handle
from shared.contracts.envelope import TOPIC_ENCOUNTERS
from shared.eventlog import Subscription

ENCOUNTERS = Subscription(consumer="discharge", topic=TOPIC_ENCOUNTERS, handle=handle, most=500)
