"""Risk–coverage curves: how many questions are answered, and how many of all wrongly, as the threshold falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.fitting.regression import Scored
from eval.fitting.thresholds import Point, at_threshold, risk_coverage

SHOWN_SHARES = (0.005, 0.01, 0.02, 0.05)
WIDTH, HEIGHT, MARGIN = 720, 420, 56
MOST_WRONG = 0.25
"""Where the plot ends: nobody would accept more."""
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22")

Sets = Mapping[str, Sequence[Scored]]


def table(sets: Sets, thresholds: Mapping[float, float]) -> str:
    """A Markdown table: what comes of each accepted share, set by set."""
    shares = [share for share in SHOWN_SHARES if share in thresholds]
    head = "".join(f" answered / wrong at {share:g} |" for share in shares)
    lines = [f"| set | questions |{head}", f"|---|---|{'---|' * len(shares)}"]
    for name, scored in sets.items():
        cells = (at_threshold(scored, thresholds[share]) for share in shares)
        shown = "".join(f" {point.answered:.3f} / {point.wrong:.4f} |" for point in cells)
        lines.append(f"| {name} | {len(scored)} |{shown}")
    return "\n".join(lines) + "\n"


def calibration(scored: Sequence[Scored], bins: int = 10) -> str:
    """A Markdown table: of readings with about such a score, how many were right."""
    lines = ["| score | questions | mean score | right |", "|---|---|---|---|"]
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        some = [one for one in scored if low < one.score <= high]
        if some:
            mean, right = (sum(values) / len(some) for values in ([o.score for o in some], [o.right for o in some]))
            lines.append(f"| {low:.1f}–{high:.1f} | {len(some)} | {mean:.3f} | {right:.3f} |")
    return "\n".join(lines) + "\n"


def plot(sets: Sets) -> str:
    """An SVG: answered to the right, wrong upwards."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 190} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH + 190}" height="{HEIGHT}" fill="white"/>',
        *_axes(),
    ]
    for position, (name, scored) in enumerate(sets.items()):
        parts += _curve(name, risk_coverage(scored), position)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _curve(name: str, points: Sequence[Point], position: int) -> list[str]:
    colour = COLOURS[position % len(COLOURS)]
    dashes = ' stroke-dasharray="5 3"' if position >= len(COLOURS) else ""
    shown = [point for point in points if point.wrong <= MOST_WRONG]
    path = " ".join(f"{_x(point.answered):.1f},{_y(point.wrong):.1f}" for point in (Point(1, 0, 0), *shown))
    height = MARGIN + 18 * position
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}/>',
        f'<line x1="{WIDTH + 4}" x2="{WIDTH + 26}" y1="{height}" y2="{height}" stroke="{colour}" stroke-width="2"{dashes}/>',
        f'<text x="{WIDTH + 32}" y="{height + 4}">{escape(name)}</text>',
    ]


def _axes() -> list[str]:
    lines = []
    for tick in range(0, 11, 2):
        x, y = _x(tick / 10), _y(tick / 10 * MOST_WRONG)
        lines += [
            f'<line x1="{x}" x2="{x}" y1="{_y(0)}" y2="{_y(MOST_WRONG)}" stroke="#ddd"/>',
            f'<line x1="{_x(0)}" x2="{_x(1)}" y1="{y}" y2="{y}" stroke="#ddd"/>',
            f'<text x="{x}" y="{_y(0) + 18}" text-anchor="middle">{tick / 10:g}</text>',
            f'<text x="{_x(0) - 8}" y="{y + 4}" text-anchor="end">{tick / 10 * MOST_WRONG:g}</text>',
        ]
    titles = (
        (_x(0.5), HEIGHT - 12, "answered, of all questions"),
        (_x(0.5), MARGIN - 24, "wrong, of all questions, as the threshold falls"),
    )
    return [*lines, *(f'<text x="{x}" y="{y}" text-anchor="middle">{text}</text>' for x, y, text in titles)]


def _x(answered: float) -> float:
    return MARGIN + answered * (WIDTH - 1.5 * MARGIN)


def _y(wrong: float) -> float:
    return HEIGHT - MARGIN - wrong / MOST_WRONG * (HEIGHT - 2 * MARGIN)
