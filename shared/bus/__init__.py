"""The event bus: publishing, durable consumption with one delivery policy, progress, and where dead letters go."""

from shared.bus.connection import Bus, BusUnavailable, EventBus
from shared.bus.consuming import Consumers
from shared.bus.delivery import Delivery, current_delivery
from shared.bus.supervision import Supervised
from shared.bus.topology import DURABLES, STREAMS, Durable

__all__ = [
    "DURABLES",
    "STREAMS",
    "Bus",
    "BusUnavailable",
    "Consumers",
    "Delivery",
    "Durable",
    "EventBus",
    "Supervised",
    "current_delivery",
]
