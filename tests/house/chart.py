"""A chart of costs that grow, as SVG: both axes logarithmic, for light and dark pages."""

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 860, 480
LEFT, RIGHT, TOP, BOTTOM = 74, 222, 64, 58
LABEL_HEIGHT = 17
STYLE = """
    svg { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
    .page { fill: #ffffff } .title { font-size: 16px; font-weight: 600 }
    text { fill: #1f2328 } .quiet, .ticks text { fill: #59636e }
    .grid { stroke: #d8dee4 } .leader { stroke: #8c959f; fill: none }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round } .thick { stroke-width: 3.5 }
    .dashed { stroke-dasharray: 6 5 } .strong { font-weight: 600 }
    .c0 { stroke: #1f2328 } .c1 { stroke: #59636e } .c2 { stroke: #0969da }
    .c3 { stroke: #bc4c00 } .c4 { stroke: #8250df } .c5 { stroke: #1a7f37 }
    .c6 { stroke: #bf3989 } .mark { fill: #cf222e }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } text { fill: #f0f6fc } .quiet, .ticks text { fill: #9198a1 }
      .grid { stroke: #2a313a } .leader { stroke: #656c76 }
      .c0 { stroke: #f0f6fc } .c1 { stroke: #9198a1 } .c2 { stroke: #58a6ff }
      .c3 { stroke: #f0883e } .c4 { stroke: #bc8cff } .c5 { stroke: #3fb950 }
      .c6 { stroke: #f778ba } .mark { fill: #ff7b72 }
    }
"""


class Curve(NamedTuple):
    """A line: its name, its costs at the chart's amounts, and its classes beside its colour."""

    name: str
    costs: Sequence[float]
    classes: str = ""


class Mark(NamedTuple):
    """A point with words beside it."""

    words: str
    amount: float
    cost: float


class Scale(NamedTuple):
    """From an amount to its place, along one axis."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, amount: float) -> float:
        part = math.log(max(amount, self.least / 100) / self.least)
        return self.start + part / math.log(self.most / self.least) * (self.end - self.start)


def chart(
    title: str,
    axis: str,
    amounts: Sequence[float],
    *,
    curves: Sequence[Curve],
    mark: Mark,
    costs: tuple[float, float],
) -> str:
    """Draw curves over amounts; `costs` are the ends of their axis."""
    x = Scale(amounts[0], amounts[-1], LEFT, WIDTH - RIGHT)
    y = Scale(*costs, HEIGHT - BOTTOM, TOP)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    drawn = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title"',
        f' viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        f'<title id="title">{title}</title>',
        f"<style>{STYLE}</style>",
        f'<clipPath id="plot"><path d="M{LEFT} {TOP - 8}H{right}V{bottom}H{LEFT}Z"/></clipPath>',
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        _text(LEFT, 34, title, 'class="title"'),
        _text((LEFT + right) / 2, HEIGHT - 14, axis, 'class="quiet" text-anchor="middle"'),
        '<g class="ticks">',
    ]
    for cost in _decades(*costs):
        drawn += [
            f'<path class="grid" d="M{LEFT} {y(cost):.1f}H{right}"/>',
            _text(LEFT - 10, y(cost) + 4, _dollars(cost), 'text-anchor="end"'),
        ]
    for amount in [amounts[0], *_decades(amounts[0], amounts[-1])]:
        drawn += [
            f'<path class="grid" d="M{x(amount):.1f} {TOP}V{bottom}"/>',
            _text(x(amount), bottom + 20, f"{amount:,.0f}", 'text-anchor="middle"'),
        ]
    drawn.append('</g><g clip-path="url(#plot)">')
    for number, curve in reversed(list(enumerate(curves))):
        points = " ".join(
            f"{x(amount):.1f},{y(cost):.1f}"
            for amount, cost in zip(amounts, curve.costs, strict=True)
        )
        drawn.append(f'<polyline class="line c{number} {curve.classes}" points="{points}"/>')
    drawn.append("</g>")
    drawn += _labels(curves, y, right)
    at, high = x(mark.amount), y(mark.cost)
    drawn += [
        f'<circle class="mark" cx="{at:.1f}" cy="{high:.1f}" r="5"/>',
        f'<path class="leader" d="M{at + 4:.1f} {high - 7:.1f}L{at + 18:.1f} {high - 54:.1f}"/>',
        _text(at + 14, high - 60, mark.words),
        "</svg>",
    ]
    return "\n".join(drawn) + "\n"


def _labels(curves: Sequence[Curve], y: Scale, right: float) -> list[str]:
    """Name the curves at their ends, from the dearest down, none over another."""
    drawn = []
    place = 0.0
    for number, curve in sorted(enumerate(curves), key=lambda one: -one[1].costs[-1]):
        end = y(curve.costs[-1])
        place = max(end, place + LABEL_HEIGHT)
        words = f"{curve.name}, {_dollars(curve.costs[-1])}"
        strong = 'class="strong"' if "thick" in curve.classes else ""
        drawn += [
            f'<path class="leader" d="M{right + 3} {end:.1f}L{right + 14} {place:.1f}"/>',
            f'<path class="line c{number} {curve.classes}" d="M{right + 17} {place:.1f}h16"/>',
            _text(right + 39, place + 4, words, strong),
        ]
    return drawn


def _text(x: float, y: float, words: str, attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{words}</text>'


def _decades(least: float, most: float) -> list[float]:
    first, last = math.ceil(math.log10(least) - 1e-9), math.floor(math.log10(most) + 1e-9)
    return [10.0**power for power in range(first, last + 1)]


def _dollars(cost: float) -> str:
    return f"${cost:,.0f}" if cost >= 1 else f"${cost:.2f}"
