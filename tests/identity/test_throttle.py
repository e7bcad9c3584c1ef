import asyncio

import pytest

from photohq.identity.refusals import TooManyRequests
from photohq.identity.throttle import AddressLimit, HashingGate


def test_few_run_at_once_some_wait_and_all_others_are_refused():
    async def scene():
        gate = HashingGate(at_once=2, waiting=3)
        release = asyncio.Event()
        running = []

        async def hash_one():
            async with gate.place():
                running.append(1)
                await release.wait()

        tasks = [asyncio.create_task(hash_one()) for _ in range(9)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(running) == 2
        release.set()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert outcomes[:5] == [None] * 5
        assert all(isinstance(refused, TooManyRequests) for refused in outcomes[5:])
        async with gate.place():
            return len(running), outcomes[-1].retry_after

    assert asyncio.run(scene()) == (5, 1)


def test_a_place_is_given_back_whatever_happens():
    async def scene():
        gate = HashingGate(at_once=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ValueError, match="inside"):
                async with gate.place():
                    raise ValueError("inside")

    asyncio.run(scene())


@pytest.fixture
def limit(clock):
    return AddressLimit(clock, limit=3, seconds=60)


def spend(limit, *addresses):
    for address in addresses:
        limit.spend(address)


def test_an_address_that_has_spent_all_waits_for_the_end_of_its_window(limit, clock):
    spend(limit, "203.0.113.9")
    clock.advance(20)
    spend(limit, "203.0.113.9", "203.0.113.9")
    with pytest.raises(TooManyRequests) as refused:
        limit.spend("203.0.113.9")
    assert refused.value.retry_after == 40
    limit.spend("203.0.113.10")
    clock.advance(40)
    spend(limit, "203.0.113.9", "203.0.113.9", "203.0.113.9")
    with pytest.raises(TooManyRequests):
        limit.spend("203.0.113.9")


def test_a_network_of_ipv6_counts_as_one(limit):
    spend(limit, "2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:0:9::")
    with pytest.raises(TooManyRequests):
        limit.spend("2001:db8::3")
    limit.spend("2001:db8:0:1::1")


def test_the_two_notations_of_an_address_count_as_one(limit):
    spend(limit, "203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9")
    with pytest.raises(TooManyRequests):
        limit.spend("::ffff:203.0.113.9")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", None, "a socket"])
def test_the_machine_itself_is_not_limited(limit, address):
    spend(limit, *[address] * 10)


def test_only_so_many_addresses_are_remembered(limit, monkeypatch):
    monkeypatch.setattr(AddressLimit, "_KNOWN", 5)
    spend(limit, *(f"203.0.113.{number}" for number in range(100)))
    assert len(limit._windows) == 5


def test_what_is_given_back_can_be_spent_again(limit, clock):
    spend(limit, "203.0.113.9", "203.0.113.9", "203.0.113.9")
    limit.give_back("203.0.113.9", 2)
    spend(limit, "203.0.113.9", "203.0.113.9")
    with pytest.raises(TooManyRequests):
        limit.spend("203.0.113.9")
    limit.give_back("203.0.113.9", 9)
    limit.give_back("203.0.113.10", 1)
    limit.give_back(None, 1)
    spend(limit, "203.0.113.9", "203.0.113.9", "203.0.113.9", "203.0.113.10")
