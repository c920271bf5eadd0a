"""A small table with something to find in it: what the examples of the registry are about, and the jail warms up with.

Thirty-six months of a shop. The numbers were drawn once (numpy, seed 14) and are literals, so that golden results never move.
"""

from __future__ import annotations

SAMPLE: dict[str, list[object]] = {
    "day": ["2022-01-01", "2022-02-01", "2022-03-01", "2022-04-01", "2022-05-01", "2022-06-01", "2022-07-01", "2022-08-01", "2022-09-01", "2022-10-01", "2022-11-01", "2022-12-01", "2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01", "2023-06-01", "2023-07-01", "2023-08-01", "2023-09-01", "2023-10-01", "2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01", "2024-11-01", "2024-12-01"],
    "region": ["North", "West", "South", "South", "North", "West", "South", "West", "South", "South", "North", "South", "North", "West", "North", "West", "West", "South", "West", "South", "West", "West", "West", "North", "North", "South", "West", "West", "West", "South", "West", "South", "North", "North", "West", "South"],
    "card": [True, True, True, False, True, False, False, True, True, True, False, False, False, True, True, False, False, False, False, True, False, False, False, False, True, True, False, True, True, True, True, True, True, True, False, False],
    "price": [19.91, 22.56, 16.65, 24.86, 19.1, 24.1, 22.56, 16.7, 20.97, 18.37, 21.23, 24.3, 22.07, 23.2, 16.49, 20.61, 21.08, 23.27, 18.14, 21.71, 21.29, 15.43, 16.88, 21.33, 16.47, 16.32, 22.69, 20.86, 19.29, 20.32, 18.79, 18.39, 18.62, 21.16, 23.96, 18.59],
    "visits": [395, 386, 324, 415, 452, 349, 449, 365, 469, 472, 377, 279, 379, 316, 321, 384, 481, 394, 386, 288, 363, 316, 431, 368, 397, 398, 388, 457, 429, 380, 409, 433, 482, 407, 486, 364],
    "sales": [210.6, 182.8, 229.9, 210.3, 267.6, 200.2, 218.4, 198.5, 230.5, 229.7, 213.0, 142.3, 241.0, 218.3, 271.7, 289.1, 298.0, 245.7, 258.7, 199.7, 520.0, 215.0, 269.3, 263.5, 298.5, 293.3, 285.9, 339.0, 320.3, 294.9, 277.2, 298.5, 324.2, 286.5, 292.6, 290.9],
    "before": [42.0, 55.3, 36.8, 45.2, 58.8, 56.8, 35.2, None, 46.6, 43.8, 51.6, 51.0, 61.2, 38.5, 46.6, 48.9, 35.3, 59.4, 64.0, 45.0, 53.1, 47.8, 52.2, 44.6, 56.7, 40.7, 60.9, 52.9, 69.4, 36.8, 49.2, 39.7, 48.9, 53.5, 42.6, 38.5],
    "after": [37.1, 58.2, 43.9, 51.9, 60.9, 55.0, 35.7, 50.7, 42.3, 50.1, 52.5, 54.3, 62.1, 45.8, 54.4, 47.8, 35.8, 58.7, 71.3, 52.0, 53.9, 59.0, 54.3, 41.7, 50.6, 42.1, 64.2, 52.6, 72.9, 43.6, 51.0, 45.1, 57.6, 57.5, 42.3, 42.2],
    "segment": ["small", "large", "small", "large", "small", "small", "large", "small", "large", "small", "small", "small", "large", "small", "small", "small", "large", "small", "small", "small", "large", "large", "large", "small", "small", "large", "small", "large", "large", "small", "large", "large", "large", "large", "large", "small"],
}  # fmt: skip
