"""Names of units and currencies as people write them behind a number."""

from __future__ import annotations

CURRENCY_SIGNS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "zł": "PLN"}
"""A lone $ is read as US dollars: whoever compares it with a column of another dollar has to say so."""
CURRENCY_WORDS = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "eur": "EUR", "euro": "EUR", "euros": "EUR", "gbp": "GBP", "pounds": "GBP", "pound": "GBP",
    "quid": "GBP", "chf": "CHF", "franc": "CHF", "francs": "CHF", "jpy": "JPY", "yen": "JPY", "inr": "INR", "rupees": "INR", "pln": "PLN",
    "sek": "SEK", "dkk": "DKK", "nok": "NOK", "cad": "CAD", "aud": "AUD", "cny": "CNY", "yuan": "CNY", "bucks": "USD",
}  # fmt: skip
_UNITS = {
    "second": "seconds sec secs", "minute": "minutes min mins", "hour": "hours hr hrs h", "day": "days", "week": "weeks wk wks", "month": "months",
    "quarter": "quarters", "year": "years yr yrs", "millisecond": "milliseconds ms", "decade": "decades",
    "mm": "millimetre millimetres millimeter millimeters", "cm": "centimetre centimetres centimeter centimeters", "m": "metre metres meter meters",
    "km": "kilometre kilometres kilometer kilometers kms", "mile": "miles mi", "foot": "feet ft", "inch": "inches", "yard": "yards yd",
    "mg": "milligram milligrams", "g": "gram grams", "kg": "kilo kilos kilogram kilograms kgs", "tonne": "tonnes t ton tons", "lb": "lbs pound pounds",
    "ounce": "ounces oz", "ml": "millilitre millilitres milliliter milliliters", "l": "litre litres liter liters", "gallon": "gallons",
    "m2": "sqm", "km2": "sqkm", "ha": "hectare hectares", "acre": "acres", "m3": "cbm", "degree": "degrees", "celsius": "c", "fahrenheit": "f",
    "watt": "watts w", "kw": "kilowatt kilowatts", "kwh": "kilowatthour kilowatthours", "mwh": "", "volt": "volts v", "hz": "hertz", "kb": "kilobytes",
    "mb": "megabyte megabytes", "gb": "gigabyte gigabytes", "tb": "terabyte terabytes", "mph": "", "kmh": "kph", "ppm": "", "point": "points pts",
}  # fmt: skip
UNITS = {name: unit for unit, names in _UNITS.items() for name in (unit, *names.split())}
UNIT_PHRASES = {
    ("square", "metres"): "m2", ("square", "meters"): "m2", ("square", "metre"): "m2", ("sq", "m"): "m2", ("m", "2"): "m2", ("square", "feet"): "ft2",
    ("sq", "ft"): "ft2", ("square", "kilometres"): "km2", ("square", "kilometers"): "km2", ("square", "km"): "km2", ("km", "2"): "km2",
    ("square", "miles"): "mi2", ("cubic", "metres"): "m3", ("cubic", "meters"): "m3", ("m", "3"): "m3", ("km", "h"): "kmh", ("mg", "l"): "mg/l",
    ("kilometres", "per", "hour"): "kmh", ("kilometers", "per", "hour"): "kmh", ("miles", "per", "hour"): "mph", ("degrees", "celsius"): "celsius",
    ("degrees", "fahrenheit"): "fahrenheit", ("kilowatt", "hours"): "kwh", ("working", "days"): "working day", ("business", "days"): "working day",
}  # fmt: skip
_MEASURED_IN = {
    "weight mass": "kg kgs lb lbs tonne tonnes tons",
    "distance": "km kms mi miles",
    "speed velocity": "kmh kph mph knots ms mps",
    "temperature": "celsius fahrenheit degc degf",
    "area": "m2 sqm km2 sqkm ha hectares acres sqft",
    "volume": "ml cl m3 litres liters gallons",
    "energy consumption": "kwh mwh",
    "power": "kw mw watts",
    "duration": "mins minutes hrs hours secs seconds",
}
MEASURED_IN = {
    quantity: frozenset(units.split()) for names, units in _MEASURED_IN.items() for quantity in names.split()
}
"""Units that stand for a quantity in the name of a column: `gross_kg` is the gross weight. Letters that mean other things, too, are left out."""
