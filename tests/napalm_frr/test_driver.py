"""NAPALM finds the driver by its name, and what it cannot do is not there."""

from __future__ import annotations

import napalm
import pytest

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import new_driver


def test_is_found_by_name() -> None:
    assert napalm.get_network_driver('frr') is FRRDriver
    assert napalm.get_network_driver('FRR') is FRRDriver


def test_serves_as_context_manager(router: Router) -> None:
    with new_driver(router, router.username) as driver:
        assert driver.is_alive() == {'is_alive': True}
    assert driver.is_alive() == {'is_alive': False}


@pytest.mark.parametrize('getter', ['get_environment', 'get_lldp_neighbors', 'get_snmp_information', 'get_users'])
def test_what_cannot_be_done_is_refused_by_napalm_itself(router: Router, getter: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(new_driver(router, router.username), getter)()


def test_other_formats_are_refused(router: Router) -> None:
    driver = new_driver(router, router.username)
    with pytest.raises(NotImplementedError, match="format 'json': FRR has text only"):
        driver.get_config(format='json')
    with pytest.raises(NotImplementedError, match="encoding 'xml'"):
        driver.cli(['show version'], encoding='xml')
