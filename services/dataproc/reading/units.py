"""Conversions between units that people meet in tables: new = old × factor + offset."""

from __future__ import annotations

_IN_BASE = {
    "length": {
        "mm": 0.001,
        "cm": 0.01,
        "m": 1.0,
        "km": 1000.0,
        "in": 0.0254,
        "ft": 0.3048,
        "yd": 0.9144,
        "mi": 1609.344,
        "nmi": 1852.0,
    },
    "mass": {"mg": 1e-6, "g": 0.001, "kg": 1.0, "t": 1000.0, "oz": 0.028349523125, "lb": 0.45359237},
    "volume": {"ml": 0.001, "cl": 0.01, "l": 1.0, "hl": 100.0, "m³": 1000.0, "gal": 3.785411784, "pt": 0.473176473},
    "area": {"m²": 1.0, "ha": 10_000.0, "km²": 1e6, "ft²": 0.09290304, "ac": 4046.8564224, "mi²": 2_589_988.110336},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704, "kn": 1852 / 3600},
    "time": {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0},
    "energy": {"J": 1.0, "kJ": 1000.0, "Wh": 3600.0, "kWh": 3.6e6, "MWh": 3.6e9, "cal": 4.184, "kcal": 4184.0},
    "data": {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3},
    "share": {"%": 0.01, "‰": 0.001, "1": 1.0},
}
_TEMPERATURES = {
    ("°C", "°F"): (1.8, 32.0),
    ("°F", "°C"): (1 / 1.8, -32 / 1.8),
    ("°C", "K"): (1.0, 273.15),
    ("K", "°C"): (1.0, -273.15),
}
CONVERSIONS: dict[tuple[str, str], tuple[float, float]] = _TEMPERATURES | {
    (old, new): (size / units[new], 0.0)
    for units in _IN_BASE.values()
    for old, size in units.items()
    for new in units
    if old != new
}
_SHARES = frozenset(_IN_BASE["share"])
DIMENSIONS: dict[str, str] = {
    unit: dimension for dimension, units in _IN_BASE.items() for unit in units if unit not in _SHARES
} | {"°C": "temperature", "°F": "temperature", "K": "temperature"}
"""What is measured in a unit. Shares are left out: 12 % and 0.12 are one value, and 12 beside them could be either."""
