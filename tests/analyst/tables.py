"""The tables that the snippets are about: small, made by rule, the same in every run."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

_REGIONS = ("North", "South", "East", "West")
_PRICES = {"Lamp": 20.0, "Desk": 150.0, "Chair": 75.0}
_NAMES = (
    "Ada Lopez", "Ben Okafor", "Chloé Martin", "Dev Patel", "Eva Novak", "Finn O'Brien", "Gita Rao", "Hugo Silva", "Ines Weber",
    "Jonas Berg", "Kira Sato", "Liam Chen",
)  # fmt: skip
_TEXTS = (
    "Cannot log in since Monday, error 403",
    "Invoice #1042 is wrong: charged $120.50 twice",
    "Great support, thanks!",
    "Please call me at 555-0134",
    "App crashes when I upload a file > 10 MB",
)


def _sales() -> pa.Table:
    products = [list(_PRICES)[(i * i + i // 4) % 3] for i in range(60)]
    return pa.table(
        {
            "order_id": [1001 + i for i in range(60)],
            "day": [dt.date(2024, 1, 1) + dt.timedelta(days=3 * i) for i in range(60)],
            "region": [_REGIONS[(i + i // 7) % 4] for i in range(60)],
            "product": products,
            "units": [1 + (7 * i) % 9 for i in range(60)],
            "price": [_PRICES[product] for product in products],
            "discount": [None if i % 5 == 0 else (i % 4) * 0.05 for i in range(60)],
            "customer_id": [1 + (5 * i + i // 12) % 12 for i in range(60)],
        }
    )


def _customers() -> pa.Table:
    return pa.table(
        {
            "customer_id": list(range(1, 13)),
            "name": list(_NAMES),
            "segment": ["Consumer" if i % 3 else "Business" for i in range(12)],
            "city": [("Oslo", "Rome", "Lyon")[i % 3 - i % 2] for i in range(12)],
            "joined": [dt.date(2019 + i % 5, 1 + i, 10 + i) for i in range(12)],
            "email": [
                None if i == 7 else name.split()[0].lower() + f"@mail{i % 3}.example" for i, name in enumerate(_NAMES)
            ],
        }
    )


def _staff() -> pa.Table:
    departments = ("Sales", "IT", "Finance", "Support")
    return pa.table(
        {
            "employee": [f"E{i:02d}" for i in range(24)],
            "department": [departments[(i * 3 + i // 5) % 4] for i in range(24)],
            "salary": [42000 + 1500 * ((i * 7) % 24) for i in range(24)],
            "age": [23 + (i * 11) % 40 for i in range(24)],
            "hired": [dt.date(2010 + i % 14, 1 + (i * 5) % 12, 1 + i) for i in range(24)],
            "manager": [None if i == 0 else f"E{(i - 1) // 4:02d}" for i in range(24)],
            "remote": [i % 3 == 0 for i in range(24)],
        }
    )


def _readings() -> pa.Table:
    start = dt.datetime(2024, 3, 1)
    return pa.table(
        {
            "at": [start + dt.timedelta(hours=i // 2) for i in range(144)],
            "sensor": ["A" if i % 2 == 0 else "B" for i in range(144)],
            "temperature": [round(15 + (i // 2 % 24) * 0.5 + (i % 2) * 2 + (i * 37 % 11) * 0.1, 1) for i in range(144)],
            "humidity": [None if i % 13 == 0 else 40.0 + (i * 17) % 30 for i in range(144)],
        }
    )


def _tickets() -> pa.Table:
    opened = [dt.datetime(2024, 5, 1, 8) + dt.timedelta(hours=9 * i) for i in range(30)]
    return pa.table(
        {
            "ticket": [f"T-{i:03d}" for i in range(30)],
            "opened": opened,
            "closed": [None if i % 6 == 5 else at + dt.timedelta(hours=2 + 5 * (i % 7)) for i, at in enumerate(opened)],
            "priority": [("low", "medium", "high", "urgent")[(i * 3) % 4] for i in range(30)],
            "tags": [("billing", "login;mobile", "praise", "phone;urgent;vip", "")[i % 5] for i in range(30)],
            "text": [_TEXTS[i % 5] for i in range(30)],
            "meta": [f'{{"browser": "{("Firefox", "Chrome")[i % 2]}", "clicks": {i % 8}}}' for i in range(30)],
        }
    )


def _marks() -> pa.Table:
    return pa.table(
        {
            "student": [f"S{i:02d}" for i in range(18)],
            "class": [("7a", "7b", "7c")[i % 3] for i in range(18)],
            "maths": [None if i == 4 else float(45 + (i * 13) % 50) for i in range(18)],
            "physics": [float(50 + (i * 13) % 45) for i in range(18)],
            "history": [None if i % 7 == 3 else float(60 + (i * 7) % 35) for i in range(18)],
            "hours": [2.0 + (i * 5) % 9 for i in range(18)],
        }
    )


TABLES = {
    "sales": _sales(),
    "customers": _customers(),
    "staff": _staff(),
    "readings": _readings(),
    "tickets": _tickets(),
    "marks": _marks(),
}  # the first is also `df`
