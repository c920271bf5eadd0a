"""Typed requests over the bus: what one service asks another and waits for. Facts are events (`shared.events`), not requests."""

from shared.rpc.evaluation import (
    EVALUATE_PLANS,
    MOST_BYTES,
    MOST_PLANS,
    MOST_ROWS,
    Evaluation,
    EvaluationRequest,
    PlannedTable,
    PlanOutcome,
    PlanRefused,
    RefusalCode,
)
from shared.rpc.procedure import Failure, Procedure, ask, serve
from shared.rpc.readings import TAKE_READING, ReadingRequest, ReadingSettled
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

PROCEDURES = (VERIFY_TOKEN, RESERVE, RELEASE, EVALUATE_PLANS, TAKE_READING)

__all__ = [
    "EVALUATE_PLANS",
    "MOST_BYTES",
    "MOST_IDS",
    "MOST_PLANS",
    "MOST_ROWS",
    "PROCEDURES",
    "RELEASE",
    "RESERVE",
    "TAKE_READING",
    "VERIFY_TOKEN",
    "Evaluation",
    "EvaluationRequest",
    "Failure",
    "PlanOutcome",
    "PlanRefused",
    "PlannedTable",
    "Procedure",
    "QuotaKind",
    "ReadingRequest",
    "ReadingSettled",
    "RefusalCode",
    "ReleaseRequest",
    "Released",
    "Reservation",
    "ReservationRequest",
    "TokenRequest",
    "VerifiedToken",
    "ask",
    "serve",
]
