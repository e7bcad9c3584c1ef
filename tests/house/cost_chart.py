"""docs/cost.svg: how the bill on AWS grows to 1,000,000 photos a month."""

from tests.house.chart import Curve, Mark, chart

from photohq.cost import architecture, growth

LEAST, MOST = 200, 1_000_000
POINTS = 240
COSTS = (0.01, 10_000)


def cost_chart() -> str:
    photos = [LEAST * (MOST / LEAST) ** (number / POINTS) for number in range(POINTS + 1)]
    bills = [growth.bill(count) for count in photos]
    parts = [growth.parts(bill) for bill in bills]
    curves = [
        Curve("all of it", [bill.dollars for bill in bills], "thick"),
        Curve("the first month", [growth.bill(count, 1).dollars for count in photos], "dashed"),
        *(Curve(name, [part[name] for part in parts]) for name in parts[0]),
    ]
    return chart(
        f"Dollars a month on AWS after {growth.MONTHS} months",
        "photos uploaded in a month, with a user for every forty (logarithmic)",
        photos,
        curves=curves,
        mark=Mark(
            f"the architecture: {architecture.TOTAL}",
            architecture.PHOTOS,
            architecture.STATED_DOLLARS,
        ),
        costs=COSTS,
    )
