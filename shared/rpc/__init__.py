"""Typed requests over the bus: what one service asks another and waits for. Facts are events (`shared.events`), not requests."""

from shared.rpc.procedure import Failure, Procedure, ask, serve
from shared.rpc.sessions import (
    MOST_IDS,
    RELEASE,
    RESERVE,
    VERIFY_TOKEN,
    QuotaKind,
    Released,
    ReleaseRequest,
    Reservation,
    ReservationRequest,
    TokenRequest,
    VerifiedToken,
)

PROCEDURES = (VERIFY_TOKEN, RESERVE, RELEASE)

__all__ = [
    "MOST_IDS",
    "PROCEDURES",
    "RELEASE",
    "RESERVE",
    "VERIFY_TOKEN",
    "Failure",
    "Procedure",
    "QuotaKind",
    "ReleaseRequest",
    "Released",
    "Reservation",
    "ReservationRequest",
    "TokenRequest",
    "VerifiedToken",
    "ask",
    "serve",
]
