"""The event bus: publishing, durable consumption with one delivery policy, progress, and where dead letters go."""

from shared.bus.connection import Bus, BusUnavailable, EventBus
from shared.bus.consuming import Consumers
from shared.bus.delivery import Delivery, current_delivery
from shared.bus.stopping import Stops, WorkStopped, announce_stop, following_stops
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
    "Stops",
    "Supervised",
    "WorkStopped",
    "announce_stop",
    "current_delivery",
    "following_stops",
]
