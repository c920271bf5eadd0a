"""Tables so small that results are worked out by hand; every kind of column comes with and without gaps."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

D, T = dt.date, dt.datetime

ORDERS = pa.table(
    {
        "order_id": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
        "customer": pa.array([10, 10, 11, None, 12, 99], pa.int64()),
        "region": pa.array(["North", "South", "north ", None, "South", "East"], pa.string()),
        "amount": pa.array([100.0, 50.0, None, 30.0, 50.0, 0.0], pa.float64()),
        "quantity": pa.array([1, 2, 3, 4, 5, 0], pa.int64()),
        "bonus": pa.array([1, None, 3, None, 5, 0], pa.int64()),
        "gift": pa.array([True, False, False, True, False, False], pa.bool_()),
        "paid": pa.array([True, None, False, True, None, False], pa.bool_()),
        "ordered": pa.array(
            [D(2024, 1, 1), D(2024, 1, 7), D(2024, 2, 29), D(2023, 12, 31), None, D(2024, 2, 1)], pa.date32()
        ),
        "shipped": pa.array(
            [T(2024, 1, 2, 12), T(2024, 1, 7, 6), None, T(2024, 1, 1, 0), T(2024, 3, 1, 18), T(2024, 2, 1, 0)],
            pa.timestamp("us"),
        ),
        "weight": pa.array(["1,200 km", "$-5.50", "1,5", "A12", None, "80%"], pa.string()),
    }
)
CUSTOMERS = pa.table(
    {
        "id": pa.array([10, 11, 12, None, 13], pa.int64()),
        "region": pa.array(["Upper", "Lower", None, "Lost", "Upper"], pa.string()),
        "vip": pa.array([True, False, True, False, False], pa.bool_()),
    }
)
TABLES = {"orders": ORDERS, "customers": CUSTOMERS}
