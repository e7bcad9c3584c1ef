import re
from datetime import date
from math import inf

import pytest

from photohq.cost.prices import AS_OF, PRICES
from photohq.cost.usage import Usage

EACH = pytest.mark.parametrize("price", PRICES.values(), ids=PRICES)


def test_every_amount_has_a_price_and_every_price_an_amount():
    assert set(PRICES) == set(Usage.__struct_fields__)


def test_the_prices_are_dated():
    assert date.fromisoformat(AS_OF)


@EACH
def test_a_price_says_where_it_comes_from(price):
    assert re.fullmatch(r"https://aws\.amazon\.com/[a-z0-9-]+/pricing/(on-demand/)?", price.page)


@EACH
def test_a_price_goes_on_without_end_and_only_gets_cheaper(price):
    ends = [step.up_to for step in price.steps]
    charged = [step.dollars for step in price.steps if step.dollars]
    assert ends == sorted(set(ends))
    assert ends[-1] == inf
    assert charged == sorted(charged, reverse=True)


@EACH
def test_what_is_free_is_free_and_what_is_beyond_is_charged_by_itself(price):
    assert price.of(0) == 0
    assert price.of(price.free) == 0
    dollars = price.steps[-1 if len(price.steps) == 1 else bool(price.free)].dollars
    assert price.of(price.free + 1) == pytest.approx(dollars / price.per)
    assert price.with_nothing_free(1) == pytest.approx(dollars / price.per)


def test_each_step_has_its_own_price():
    assert PRICES["objects_gb"].of(51_200 + 10) == pytest.approx(51_200 * 0.023 + 10 * 0.022)
    assert PRICES["active_users"].of(950_000) == pytest.approx(90_000 * 0.0055 + 850_000 * 0.0046)
    assert PRICES["active_users"].with_nothing_free(20_000) == pytest.approx(20_000 * 0.0055)
