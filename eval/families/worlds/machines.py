"""Requests, meters and journeys."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eval.families.subjects import Subject, World, category, date, flag, key, measure, moment, with_gaps
from eval.families.worlds.draw import Random, amounts, choices, codes, days, flags, later, moments, wholes


def worlds(seed: int) -> tuple[World, ...]:
    rng = np.random.default_rng(seed)
    return World("requests", (_requests(rng),)), World("meters", (_meters(rng),)), World("journeys", (_journeys(rng),))


def _requests(rng: Random) -> Subject:
    n = 260
    frame = pd.DataFrame(
        {
            "trace": codes("rq", n, 50001),
            "received_at": moments(rng, "2025-02-03T00:00", 60, n),
            "endpoint": choices(rng, ["checkout", "catalogue", "basket", "profile"], n),
            "severity": choices(rng, ["info", "warning", "critical"], n),
            "host": choices(rng, ["heron", "ibis", "kite"], n),
            "bytes_in": wholes(rng, 120, 9000, n),
            "bytes_out": wholes(rng, 400, 90000, n),
            "latency_ms": with_gaps(amounts(rng, 4, 2400, n, 1), 11, 5),
            "cached": flags(rng, 0.5, n),
        }
    )
    columns = (
        key("trace", "trace"),
        moment("received_at", "received"),
        category("endpoint", "endpoint", "endpoints"),
        category("severity", "severity", "severities"),
        category("host", "host", "hosts"),
        measure("bytes_in", "bytes in", "bytes"),
        measure("bytes_out", "bytes out", "bytes"),
        measure("latency_ms", "latency"),
        flag("cached", "cached"),
    )
    return Subject("requests", "request", "requests", frame, columns)


def _meters(rng: Random) -> Subject:
    n = 200
    frame = pd.DataFrame(
        {
            "read_on": days(rng, "2022-11-01", 720, n),
            "building": choices(rng, ["Library Hall", "Glasshouse", "Boathouse", "Foundry"], n),
            "fuel": choices(rng, ["gas", "pellets", "district heat"], n),
            "usage_day": amounts(rng, 20, 900, n, 1),
            "usage_night": amounts(rng, 10, 500, n, 1),
            "bill": amounts(rng, 12, 640, n),
            "peak_load": with_gaps(amounts(rng, 2, 70, n, 1), 13, 7),
            "estimated": flags(rng, 0.2, n),
        }
    )
    columns = (
        date("read_on", "read"),
        category("building", "building", "buildings"),
        category("fuel", "fuel", "fuels"),
        measure("usage_day", "day usage", "usage"),
        measure("usage_night", "night usage", "usage"),
        measure("bill", "bill"),
        measure("peak_load", "peak load"),
        flag("estimated", "estimated"),
    )
    return Subject("meters", "reading", "readings", frame, columns, quotients=(("bill", "usage_day"),))


def _journeys(rng: Random) -> Subject:
    n = 130
    left = days(rng, "2023-06-01", 560, n)
    planned = amounts(rng, 90, 2600, n)
    frame = pd.DataFrame(
        {
            "journey_no": codes("J", n, 3001),
            "left_on": left,
            "came_back_on": later(rng, left, 1, 19),
            "purpose": choices(rng, ["fair", "training", "audit", "visit"], n),
            "destination": choices(rng, ["Lyrmouth", "Castelmar", "Vintervik", "Porto Vey"], n),
            "vehicle": choices(rng, ["train", "coach", "ferry"], n),
            "cost_planned": planned,
            "cost_actual": [round(p * f, 2) for p, f in zip(planned, rng.uniform(0.8, 1.5, n), strict=True)],
            "distance": wholes(rng, 40, 2900, n),
            "allowance": with_gaps(amounts(rng, 10, 200, n), 8, 2),
            "approved": flags(rng, 0.7, n),
        }
    )
    columns = (
        key("journey_no", "journey number"),
        date("left_on", "left"),
        date("came_back_on", "came back"),
        category("purpose", "purpose", "purposes"),
        category("destination", "destination", "destinations"),
        category("vehicle", "vehicle", "vehicles"),
        measure("cost_planned", "planned cost", "cost"),
        measure("cost_actual", "actual cost", "cost"),
        measure("distance", "distance"),
        measure("allowance", "allowance"),
        flag("approved", "approved"),
    )
    return Subject("journeys", "journey", "journeys", frame, columns, quotients=(("cost_actual", "distance"),))
