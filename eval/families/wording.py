"""How things are asked for, whatever they are."""

from __future__ import annotations

from eval.families.subjects import Column, Subject


def counting(rows: str) -> tuple[str, ...]:
    """`rows` with all that narrows them: "parcels in zone Coast"."""
    return f"how many {rows} are there", f"number of {rows}", f"count the {rows}", f"how many {rows} do we have"


def having_value(subject: Subject, column: Column, value: str) -> tuple[str, ...]:
    """Rows with a value in a column."""
    return (
        f"{subject.many} with {column.phrase} {value}",
        f"{subject.many} where the {column.phrase} is {value}",
        f"{subject.many} whose {column.phrase} is {value}",
    )


TOTALS = ("total", "sum of", "combined", "overall")
AVERAGES = ("average", "mean")


def per(phrase: str) -> tuple[str, ...]:
    """A grouping, at the end of a question."""
    return f"per {phrase}", f"by {phrase}", f"for each {phrase}", f"for every {phrase}"


def crossed(starts: tuple[str, ...], ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{start} {end}" for start in starts for end in ends)
