from itertools import pairwise
from xml.etree import ElementTree

from tests.house.chart import HEIGHT, LABEL_HEIGHT, WIDTH, Curve, Mark, chart
from tests.house.cost_chart import cost_chart

TEXT = "{http://www.w3.org/2000/svg}text"


def test_the_chart_is_svg_whose_words_lie_inside_and_not_over_each_other():
    texts = list(ElementTree.fromstring(cost_chart()).iter(TEXT))
    assert all(0 < float(text.get("x")) < WIDTH for text in texts)
    assert all(0 < float(text.get("y")) < HEIGHT for text in texts)
    places = [(text.get("x"), round(float(text.get("y")) / LABEL_HEIGHT)) for text in texts]
    assert len(places) == len(set(places))


def test_names_of_curves_that_end_together_keep_apart():
    curves = [Curve(name, [1, 50]) for name in "abcd"]
    drawn = chart("t", "x", [1, 100], curves=curves, mark=Mark("m", 1, 1), costs=(1, 100))
    ends = [
        float(text.get("y"))
        for text in ElementTree.fromstring(drawn).iter(TEXT)
        if text.text.endswith(", $50")
    ]
    assert len(ends) == len(curves)
    assert all(lower - upper >= LABEL_HEIGHT for upper, lower in pairwise(sorted(ends)))
