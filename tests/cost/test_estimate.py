import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.cost import architecture
from photohq.cost.estimate import estimate
from photohq.cost.growth import bill, parts
from photohq.cost.prices import PRICES
from photohq.cost.usage import HOURS, POLLS, QUEUES, RENDITIONS_MIB, usage
from photohq.cost.workload import Workload

USUAL = Workload()
replace = msgspec.structs.replace


# The architecture


def test_the_workload_is_the_architectures():
    amounts = usage(USUAL)
    assert (USUAL.photos, USUAL.users) == (architecture.PHOTOS, architecture.USERS)
    assert amounts.api_requests == pytest.approx(1_000)
    renditions = 200 * (1 + USUAL.edits) * RENDITIONS_MIB / 1024  # which it leaves out
    assert amounts.objects_gb - renditions == pytest.approx(3, rel=0.03)
    assert amounts.active_users == 5


def test_the_architectures_lines_add_up_to_its_total_but_for_a_cent():
    total = sum(line.dollars or 0 for line in architecture.LINES.values())
    assert total == pytest.approx(3.19)
    assert total == pytest.approx(architecture.STATED_DOLLARS, abs=0.015)
    assert f"~${architecture.STATED_DOLLARS:.2f}" == architecture.TOTAL


def test_each_line_of_the_architecture_stands_beside_one_of_ours():
    assert set(architecture.LINES) <= {service.name for service in estimate(USUAL).services}


# The bill


def test_the_architectures_workload_costs_what_the_documents_say():
    assert estimate(USUAL).dollars == pytest.approx(9.38, abs=0.005)
    assert estimate(replace(USUAL, alarms=False)).dollars == pytest.approx(0.48, abs=0.005)


def test_a_bill_has_each_price_once():
    lines = [line.price for service in estimate(USUAL).services for line in service.lines]
    assert lines == list(PRICES.values())
    names = [service.name for service in estimate(USUAL).services]
    assert len(names) == len(set(names))


def test_a_deployment_that_nobody_uses_costs_its_alarms_its_dashboard_and_what_queues_are_asked():
    nobody = Workload(photos=0, users=0)
    amounts = usage(nobody)
    asked = PRICES["queue_requests"].of(POLLS)
    assert estimate(nobody).dollars == pytest.approx((amounts.alarms - 10) * 0.10 + 3 + asked)
    assert amounts.queue_requests == POLLS
    assert estimate(replace(nobody, alarms=False)).dollars == asked < 0.40


def test_one_idle_queue_is_asked_for_less_than_what_is_free():
    assert PRICES["queue_requests"].free > POLLS / QUEUES


def test_the_parts_of_a_bill_are_all_of_it():
    whole = bill(100_000)
    assert sum(parts(whole).values()) == pytest.approx(whole.dollars)


# What makes it more


@pytest.mark.parametrize("months", [1, 12])
def test_more_photos_cost_more(months):
    photos = [0, 1, 200, 1_000, 10_000, 100_000, 1_000_000]
    costs = [bill(count, months).dollars for count in photos]
    assert all(less < more for less, more in itertools.pairwise(costs))


def test_a_million_photos_cost_mostly_bytes():
    whole = bill(1_000_000)
    split = parts(whole)
    assert split["photos kept in S3"] + split["downloads"] > 0.9 * whole.dollars


WORKLOADS = st.builds(
    Workload,
    photos=st.integers(0, 10**9),
    users=st.integers(1, 10**9),
    original_size=st.floats(0, 1000),
    edited_size=st.floats(0, 1000),
    edits=st.floats(0, 100),
    renders=st.floats(0, 100),
    previews=st.floats(0, 10_000),
    downloads=st.floats(0, 1000),
    reads=st.floats(0, 1000),
    changes=st.floats(0, 1000),
    deleted=st.floats(0, 1),
    visits=st.floats(0, HOURS),
    lists=st.floats(0, 100_000),
    months=st.floats(0, 1200),
)


@given(WORKLOADS)
def test_no_amount_is_negative_and_what_is_free_only_makes_it_cheaper(work):
    whole = estimate(work)
    assert min(msgspec.structs.astuple(usage(work))) >= 0
    assert 0 <= whole.dollars <= whole.with_nothing_free


@given(
    WORKLOADS,
    st.sampled_from(
        [
            "photos",
            "original_size",
            "renders",
            "previews",
            "downloads",
            "reads",
            "changes",
            "visits",
            "lists",
            "months",
        ]
    ),
)
def test_more_of_anything_never_costs_less(work, field):
    more = replace(work, **{field: getattr(work, field) * 2})
    assert estimate(more).dollars >= estimate(work).dollars * (1 - 1e-9)


def test_replaced_edits_are_paid_for_thirty_days():
    once, often = (usage(replace(USUAL, edits=edits)) for edits in (1, 3))
    assert often.objects_gb - once.objects_gb == pytest.approx(
        200 * 2 * (10 + RENDITIONS_MIB) / 1024
    )


def test_a_rendering_and_a_preview_cost_what_the_documents_say():
    """But for the bytes of an edited version, which are stored as those of others."""
    many = replace(USUAL, photos=100_000, users=2_500, edits=0, original_size=0, alarms=False)
    many = replace(many, edited_size=0)

    def of_one(**more):
        both = (many, replace(many, **more))
        without, with_it = (estimate(work).with_nothing_free for work in both)
        return (with_it - without) / many.photos

    assert of_one(renders=1) == pytest.approx(0.00024, abs=0.00001)
    assert of_one(previews=1) == pytest.approx(0.00005, abs=0.000005)


def test_deleted_photos_are_paid_for_thirty_days():
    kept, gone = (usage(replace(USUAL, deleted=share)) for share in (0, 1))
    assert gone.objects_gb == pytest.approx(kept.objects_gb)
    later = usage(replace(USUAL, deleted=1, months=12))
    assert later.objects_gb == pytest.approx(gone.objects_gb)
