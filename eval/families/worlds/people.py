"""People who work, learn, are treated and are asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eval.families.subjects import Link, Subject, World, category, date, flag, key, label, measure, moment, with_gaps
from eval.families.worlds.draw import Random, amounts, choices, codes, days, flags, moments, people, wholes


def worlds(seed: int) -> tuple[World, ...]:
    rng = np.random.default_rng(seed)
    school = World("school", (_pupils(rng), _marks(rng)), (Link("pupils", "marks", "pupil_no"),))
    clinic = World("clinic", (_patients(rng), _visits(rng)), (Link("patients", "checkups", "patient_no"),))
    return World("crew", (_crew(rng),)), school, clinic, World("poll", (_poll(rng),))


def _crew(rng: Random) -> Subject:
    n = 80
    basic = amounts(rng, 1800, 5200, n)
    frame = pd.DataFrame(
        {
            "badge": codes("C-", n, 301),
            "crew_name": people(rng, n),
            "guild": choices(rng, ["Riggers", "Carpenters", "Stewards", "Pilots"], n),
            "shift": choices(rng, ["early", "late", "night"], n),
            "joined": days(rng, "2012-05-01", 4200, n),
            "wage_basic": basic,
            "wage_actual": [round(b * f, 2) for b, f in zip(basic, rng.uniform(0.95, 1.4, n), strict=True)],
            "sick_days": wholes(rng, 0, 22, n),
            "certified": flags(rng, 0.6, n),
            "mentor": with_gaps(choices(rng, ["Osk", "Perrin", "Quill", "Runa"], n), 5, 0),
        }
    )
    columns = (
        key("badge", "badge"),
        label("crew_name", "crew name", "crew names"),
        category("guild", "guild", "guilds"),
        category("shift", "shift", "shifts"),
        date("joined", "joined"),
        measure("wage_basic", "basic wage", "wage"),
        measure("wage_actual", "actual wage", "wage"),
        measure("sick_days", "sick days"),
        flag("certified", "certified"),
        category("mentor", "mentor", "mentors"),
    )
    return Subject("crew", "crew member", "crew members", frame, columns)


def _pupils(rng: Random) -> Subject:
    n = 70
    frame = pd.DataFrame(
        {
            "pupil_no": codes("P", n, 201),
            "pupil": people(rng, n),
            "form": choices(rng, ["Form Elm", "Form Oak", "Form Ash"], n),
            "instrument": with_gaps(choices(rng, ["cello", "flute", "harp", "drums"], n), 4, 3),
            "height_cm": wholes(rng, 128, 186, n),
            "commute_minutes": wholes(rng, 2, 75, n),
            "boarder": flags(rng, 0.3, n),
        }
    )
    columns = (
        key("pupil_no", "pupil number"),
        label("pupil", "pupil", "pupils"),
        category("form", "form", "forms"),
        category("instrument", "instrument", "instruments"),
        measure("height_cm", "height"),
        measure("commute_minutes", "commute"),
        flag("boarder", "boarder"),
    )
    return Subject("pupils", "pupil", "pupils", frame, columns)


def _marks(rng: Random) -> Subject:
    n = 210
    written = wholes(rng, 20, 101, n)
    frame = pd.DataFrame(
        {
            "paper": codes("M", n, 40001),
            # Every seventh pupil has no mark yet.
            "pupil_no": [f"P{201 + int(i) // 6 * 7 + int(i) % 6}" for i in rng.integers(0, 58, n)],
            "course": choices(rng, ["botany", "optics", "rhetoric", "geometry"], n),
            "sat_on": days(rng, "2024-09-02", 200, n),
            "points_written": written,
            "points_oral": [min(100, max(0, w + int(d))) for w, d in zip(written, rng.integers(-25, 26, n), strict=True)],
            "resit": flags(rng, 0.15, n),
        }
    )  # fmt: skip
    columns = (
        key("paper", "paper"),
        category("course", "course", "courses"),
        date("sat_on", "sat"),
        measure("points_written", "written points", "points"),
        measure("points_oral", "oral points", "points"),
        flag("resit", "resit"),
    )
    return Subject("marks", "mark", "marks", frame, columns)


def _patients(rng: Random) -> Subject:
    n = 60
    frame = pd.DataFrame(
        {
            "patient_no": codes("K", n, 801),
            "patient": people(rng, n),
            "blood_group": choices(rng, ["A", "B", "AB", "O"], n),
            "village": choices(rng, ["Thornby", "Wexcombe", "Larkhill", "Osmere"], n),
            "registered": days(rng, "2019-01-10", 1500, n),
            "smoker": flags(rng, 0.3, n),
        }
    )
    columns = (
        key("patient_no", "patient number"),
        label("patient", "patient", "patients"),
        category("blood_group", "blood group", "blood groups"),
        category("village", "village", "villages"),
        date("registered", "registered"),
        flag("smoker", "smoker"),
    )
    return Subject("patients", "patient", "patients", frame, columns)


def _visits(rng: Random) -> Subject:
    n = 170
    billed = amounts(rng, 25, 320, n)
    frame = pd.DataFrame(
        {
            "checkup": codes("V", n, 9001),
            # Every fifth patient was never seen.
            "patient_no": [f"K{801 + int(i) // 4 * 5 + int(i) % 4}" for i in rng.integers(0, 46, n)],
            "seen_at": moments(rng, "2024-03-01T00:00", 150, n),
            "ward": choices(rng, ["cardiology", "dermatology", "orthopaedics"], n),
            "surgeon": choices(rng, ["Dr Vole", "Dr Wrenn", "Dr Yarrow", "Dr Zell"], n),
            "queue_minutes": wholes(rng, 1, 140, n),
            "fee_billed": billed,
            "fee_paid": [round(b * (1 if i % 4 else 0.6), 2) for i, b in enumerate(billed)],
            "urgent_case": flags(rng, 0.2, n),
        }
    )
    columns = (
        key("checkup", "checkup"),
        moment("seen_at", "seen"),
        category("ward", "ward", "wards"),
        category("surgeon", "surgeon", "surgeons"),
        measure("queue_minutes", "queue minutes"),
        measure("fee_billed", "billed fee", "fee"),
        measure("fee_paid", "paid fee", "fee"),
        flag("urgent_case", "urgent"),
    )
    return Subject("checkups", "checkup", "checkups", frame, columns)


def _poll(rng: Random) -> Subject:
    n = 140
    frame = pd.DataFrame(
        {
            "sheet": list(range(1, n + 1)),
            "quarter_of_town": choices(rng, ["Harbour", "Market", "Meadow", "Station"], n),
            "trust_before": wholes(rng, 1, 11, n),
            "trust_after": wholes(rng, 1, 11, n),
            "household": wholes(rng, 1, 7, n),
            "weekly_outlay": with_gaps(amounts(rng, 15, 480, n), 10, 6),
            "pet": with_gaps(choices(rng, ["cat", "dog", "parrot"], n), 3, 2),
            "owns_garden": flags(rng, 0.45, n),
        }
    )
    columns = (
        key("sheet", "sheet"),
        category("quarter_of_town", "quarter of town", "quarters of town"),
        measure("trust_before", "trust before", "trust"),
        measure("trust_after", "trust after", "trust"),
        measure("household", "household"),
        measure("weekly_outlay", "weekly outlay"),
        category("pet", "pet", "pets"),
    )
    return Subject("poll", "sheet", "sheets", frame, columns)
