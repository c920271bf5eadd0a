"""Things that are sent, stored and subscribed to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eval.families.subjects import Link, Subject, World, category, date, flag, key, label, measure, with_gaps
from eval.families.worlds.draw import Random, amounts, choices, codes, days, flags, later, wholes


def worlds(seed: int) -> tuple[World, ...]:
    rng = np.random.default_rng(seed)
    subscriptions = World(
        "subscriptions",
        (_subscribers(rng), _tickets(rng)),
        (Link("subscribers", "tickets", "subscriber_no"),),
    )
    transfers = World(
        "transfers", (_transfers(np.random.default_rng([seed, 1])),)
    )  # the others stay as they were drawn
    return World("parcels", (_parcels(rng),)), World("shelves", (_shelves(rng),)), subscriptions, transfers


def _transfers(rng: Random) -> Subject:
    """Both ends of a way are of one kind: a name alone does not say which is meant."""
    n = 90
    places = ["Ashgate", "Millbrook", "Saltdock", "Wexley"]
    frame = pd.DataFrame(
        {
            "transfer_no": codes("TR-", n),
            "origin": choices(rng, places, n),
            "destination": choices(rng, places, n),
            "pallets": wholes(rng, 1, 30, n),
        }
    )
    columns = (
        key("transfer_no", "transfer number"),
        category("origin", "origin", "origins"),
        category("destination", "destination", "destinations"),
        measure("pallets", "pallets"),
    )
    return Subject("transfers", "transfer", "transfers", frame, columns)


def _parcels(rng: Random) -> Subject:
    n = 160
    net = amounts(rng, 0.3, 24, n)
    frame = pd.DataFrame(
        {
            "parcel_no": codes("PX-", n),
            "sent_on": days(rng, "2023-01-05", 640, n),
            "carrier": choices(rng, ["Swiftline", "Cargova", "Postbird", "Northhaul"], n),
            "zone": choices(rng, ["Coast", "Hills", "Plains", "Delta", "Islands"], n),
            "state": choices(rng, ["delivered", "returned", "lost", "waiting"], n),
            "weight_net": net,
            "weight_gross": [round(w * 1.1 + 0.2, 2) for w in net],
            "postage": amounts(rng, 3, 60, n),
            "insured_value": with_gaps(amounts(rng, 20, 900, n), 7),
            "express": flags(rng, 0.35, n),
            "depot": with_gaps(choices(rng, ["Ashgate", "Millbrook", "Saltdock"], n), 9, 4),
        }
    )
    columns = (
        key("parcel_no", "parcel number"),
        date("sent_on", "sent"),
        category("carrier", "carrier", "carriers"),
        category("zone", "zone", "zones"),
        category("state", "state", "states"),
        measure("weight_net", "net weight", "weight"),
        measure("weight_gross", "gross weight", "weight"),
        measure("postage", "postage"),
        measure("insured_value", "insured value"),
        flag("express", "express"),
        category("depot", "depot", "depots"),
    )
    return Subject("parcels", "parcel", "parcels", frame, columns, quotients=(("postage", "weight_net"),))


def _shelves(rng: Random) -> Subject:
    n = 90
    booked = wholes(rng, 4, 400, n)
    frame = pd.DataFrame(
        {
            "item_code": [f"{17 + i:05d}" for i in range(n)],
            "article": [f"{a} {b}" for a in ("oak", "pine", "brass", "clay", "linen", "cork", "slate", "wool", "glass") for b in ("bowl", "lamp", "stool", "tray", "hook", "vase", "frame", "rack", "box", "bench")],
            "aisle": choices(rng, ["A1", "B2", "C3", "D4"], n),
            "maker": choices(rng, ["Tolvik", "Renwood", "Haspel", "Orlane"], n),
            "count_booked": booked,
            "count_found": [max(0, b - int(d)) for b, d in zip(booked, rng.integers(-9, 12, n), strict=True)],
            "piece_value": amounts(rng, 1.5, 80, n),
            "shelf_life": with_gaps(wholes(rng, 10, 900, n), 8, 3),
            "restocked": days(rng, "2024-02-01", 330, n),
            "imported": flags(rng, 0.4, n),
        }
    )  # fmt: skip
    columns = (
        key("item_code", "item code"),
        label("article", "article", "articles"),
        category("aisle", "aisle", "aisles"),
        category("maker", "maker", "makers"),
        measure("count_booked", "booked count", "count"),
        measure("count_found", "found count", "count"),
        measure("piece_value", "piece value"),
        measure("shelf_life", "shelf life"),
        date("restocked", "restocked"),
        flag("imported", "imported"),
    )
    products = (("count_found", "piece_value"), ("count_booked", "piece_value"))
    return Subject("shelves", "article", "articles", frame, columns, products)


def _subscribers(rng: Random) -> Subject:
    n = 120
    bought = wholes(rng, 2, 90, n)
    started = days(rng, "2022-03-01", 900, n)
    ended = later(rng, started, 20, 500)
    frame = pd.DataFrame(
        {
            "subscriber_no": codes("S", n, 501),
            "plan": choices(rng, ["Basic", "Plus", "Studio", "Campus"], n),
            "market": choices(rng, ["Nordics", "Iberia", "Balkans", "Benelux"], n),
            "started": started,
            "cancelled_on": [day if i % 3 == 0 else pd.NaT for i, day in enumerate(ended)],
            "seats_bought": bought,
            "seats_used": [int(b * u) for b, u in zip(bought, rng.uniform(0.2, 1.0, n), strict=True)],
            "monthly_fee": amounts(rng, 9, 400, n),
            "trial": flags(rng, 0.25, n),
        }
    )
    columns = (
        key("subscriber_no", "subscriber number"),
        category("plan", "plan", "plans"),
        category("market", "market", "markets"),
        date("started", "started"),
        date("cancelled_on", "cancelled"),
        measure("seats_bought", "bought seats", "seats"),
        measure("seats_used", "used seats", "seats"),
        measure("monthly_fee", "monthly fee"),
        flag("trial", "trial"),
    )
    return Subject(
        "subscribers", "subscriber", "subscribers", frame, columns, quotients=(("monthly_fee", "seats_used"),)
    )


def _tickets(rng: Random) -> Subject:
    n = 150
    frame = pd.DataFrame(
        {
            "ticket": codes("T-", n, 7001),
            # Some subscribers have no ticket at all: every sixth is left out.
            "subscriber_no": [f"S{501 + int(i) // 5 * 6 + int(i) % 5}" for i in rng.integers(0, 95, n)],
            "opened": days(rng, "2024-01-02", 240, n),
            "topic": choices(rng, ["billing", "login", "export", "outage"], n),
            "minutes_spent": wholes(rng, 3, 180, n),
            "mood": with_gaps(choices(rng, ["calm", "cross", "glad"], n), 6, 2),
        }
    )
    columns = (
        key("ticket", "ticket"),
        date("opened", "opened"),
        category("topic", "topic", "topics"),
        measure("minutes_spent", "minutes spent"),
        category("mood", "mood", "moods"),
    )
    return Subject("tickets", "ticket", "tickets", frame, columns)
