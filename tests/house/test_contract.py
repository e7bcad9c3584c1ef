from tests.house.repository import ROOT

from photohq.api.openapi import document


def test_the_committed_contract_is_the_one_that_is_served():
    committed = (ROOT / "openapi.json").read_bytes()
    assert committed == document(), "openapi.json is behind the routes; `make contract` renders it"
