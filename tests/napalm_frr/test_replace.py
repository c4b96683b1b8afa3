"""A replace reaches exactly the configuration that was given, and touches nothing that is right already."""

from __future__ import annotations

import pytest
from napalm.base.exceptions import CommitError, ReplaceConfigException

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE
from tests.napalm_frr.router import configure, running, startup


def test_an_identical_configuration_is_no_change(driver: FRRDriver) -> None:
    driver.load_replace_candidate(config=BASE)
    assert driver.compare_config() == ''


def test_what_get_config_returned_is_no_change(driver: FRRDriver) -> None:
    found = driver.get_config()
    assert found['running'] == found['startup']

    driver.load_replace_candidate(config=found['running'])
    assert driver.compare_config() == ''


def test_other_spellings_of_what_is_there_are_no_change(driver: FRRDriver, router: Router) -> None:
    configure(router, 'router bgp 65001', 'address-family ipv4', 'neighbor 10.1.1.99 maximum-prefix 500')
    spelt = (
        running(router)
        .replace('address-family ipv4 unicast', 'address-family ipv4')
        .replace('maximum-prefix 500\n', 'maximum-prefix 500 75\n')
        .replace(' no bgp default ipv4-unicast\n', ' no bgp default ipv4-unicast\n bgp log-neighbor-changes\n')
        .replace(' neighbor CAL-C1 peer-group\n', ' neighbor CAL-C1 peer-group\n neighbor CAL-C1 port 179\n')
    )
    driver.load_replace_candidate(config=spelt)
    assert driver.compare_config() == ''


def test_header_lines_that_are_missing_stay_as_they_are(driver: FRRDriver, router: Router) -> None:
    """Without its own ``no ipv6 forwarding`` a reload would switch forwarding on, and rename the box."""
    bare = BASE.split('service integrated-vtysh-config\n')[1].replace('maximum-paths 64', 'maximum-paths 32')
    driver.load_replace_candidate(config=bare)

    assert driver.compare_config().splitlines() == [
        '  router bgp 65001',
        '   address-family ipv4 unicast',
        '-   maximum-paths 64',
        '+   maximum-paths 32',
    ]
    driver.commit_config()
    assert running(router) == BASE.replace('maximum-paths 64', 'maximum-paths 32')


def test_header_lines_of_another_router_are_not_taken_over(driver: FRRDriver) -> None:
    driver.load_replace_candidate(config=BASE.replace('frr version ', 'frr version 1'))
    assert driver.compare_config() == ''


def test_removes_and_adds_what_differs_and_saves_it(driver: FRRDriver, router: Router) -> None:
    wanted = BASE.replace(' neighbor 10.1.1.99 remote-as 65009\n', ' neighbor 10.1.1.98 remote-as 65008\n')
    driver.load_replace_candidate(config=wanted)

    assert driver.compare_config().splitlines() == [
        '  router bgp 65001',
        '-  neighbor 10.1.1.99 remote-as 65009',
        '+  neighbor 10.1.1.98 remote-as 65008',
    ]
    driver.commit_config()
    assert running(router) == wanted
    assert startup(router) + 'end\n' == wanted


def test_hundreds_of_lines(driver: FRRDriver, router: Router) -> None:
    lines = [f' neighbor 10.1.{rack}.{node} peer-group CAL-C1\n' for rack in (2, 3) for node in range(1, 201)]
    here = ' neighbor 10.1.1.11 peer-group CAL-C1\n'
    driver.load_replace_candidate(config=BASE.replace(here, here + ''.join(lines)))
    assert driver.compare_config().count('\n+ ') == 400
    driver.commit_config()
    assert running(router) == BASE.replace(here, here + ''.join(lines))

    fewer = BASE.replace(here, here + ''.join(lines[20:]))
    driver.load_replace_candidate(config=fewer)
    driver.commit_config()
    assert running(router) == fewer


def test_an_empty_configuration_is_refused(driver: FRRDriver, router: Router) -> None:
    for empty in ('', '!\n', 'end\n', 'frr version 8.4.4\nhostname tor1\n'):
        with pytest.raises(ReplaceConfigException, match=r'would remove everything|no configuration'):
            driver.load_replace_candidate(config=empty)
    assert running(router) == BASE


def test_a_misspelt_line_is_refused_before_anything_is_sent(driver: FRRDriver, router: Router) -> None:
    with pytest.raises(ReplaceConfigException, match=r'Unknown command.*maximum-pathz'):
        driver.load_replace_candidate(config=BASE.replace('maximum-paths', 'maximum-pathz'))
    assert running(router) == BASE


def test_a_line_that_frr_rejects_takes_the_others_back(driver: FRRDriver, router: Router) -> None:
    wanted = BASE.replace(' neighbor 10.1.1.99 remote-as 65009\n', ' neighbor 10.1.1.99 peer-group NOPE\n')
    driver.load_replace_candidate(config=wanted)
    with pytest.raises(CommitError, match='the configuration before was restored'):
        driver.commit_config()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE
