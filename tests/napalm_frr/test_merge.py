"""A merge adds and removes exactly the lines it names, in their order, or nothing."""

from __future__ import annotations

import pytest
from napalm.base.exceptions import CommitError, MergeConfigException

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE
from tests.napalm_frr.router import running, startup

CHANGE = """router bgp 65001
 neighbor 10.1.1.12 peer-group CAL-C1
 no neighbor 10.1.1.99
 address-family ipv4 unicast
  neighbor CAL-C1 maximum-prefix 2000 80 restart 5
 exit-address-family
exit
"""
DIFFERENCE = """  router bgp 65001
-  neighbor 10.1.1.99 remote-as 65009
   address-family ipv4 unicast
-   neighbor CAL-C1 maximum-prefix 1000 80 restart 5
+   neighbor CAL-C1 maximum-prefix 2000 80 restart 5
+  neighbor 10.1.1.12 peer-group CAL-C1"""


def test_shows_the_change_in_its_contexts_before_anything_is_sent(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config=CHANGE)

    assert driver.compare_config() == DIFFERENCE
    assert running(router) == BASE


def test_brings_about_what_it_showed_and_saves_it(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()

    expected = (
        BASE.replace(' neighbor 10.1.1.99 remote-as 65009\n', '')
        .replace('maximum-prefix 1000 80', 'maximum-prefix 2000 80')
        .replace(
            '10.1.1.11 peer-group CAL-C1\n', '10.1.1.11 peer-group CAL-C1\n neighbor 10.1.1.12 peer-group CAL-C1\n'
        )
    )
    assert running(router) == expected
    assert startup(router) + 'end\n' == expected


def test_shows_nothing_for_what_is_there_already(driver: FRRDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()

    driver.load_merge_candidate(config=CHANGE)
    assert driver.compare_config() == ''


def test_leaves_what_it_does_not_name(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config='ip prefix-list OTHER seq 5 permit 192.0.2.0/24\n')
    driver.commit_config()

    assert running(router).replace('ip prefix-list OTHER seq 5 permit 192.0.2.0/24\n', '').replace('!\n', '') == (
        BASE.replace('!\n', '')
    )


def test_a_misspelt_line_is_refused_before_anything_is_sent(driver: FRRDriver, router: Router) -> None:
    with pytest.raises(MergeConfigException, match=r'line 3: % Unknown command.*negbor 10\.1\.1\.13'):
        driver.load_merge_candidate(
            config='router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n negbor 10.1.1.13\n'
        )
    assert running(router) == BASE


def test_a_line_that_frr_rejects_takes_the_others_back(driver: FRRDriver, router: Router) -> None:
    lines = ['neighbor 10.1.1.12 peer-group CAL-C1', 'neighbor 10.1.1.13 peer-group NOPE', 'no neighbor 10.1.1.99']
    driver.load_merge_candidate(config='router bgp 65001\n' + ''.join(f' {line}\n' for line in lines))

    with pytest.raises(CommitError, match=r'neighbor 10\.1\.1\.13 peer-group NOPE: % Configure the peer-group first'):
        driver.commit_config()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE


def test_a_reflector_line_on_an_ebgp_group_is_an_error_though_frr_goes_on(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(
        config='router bgp 65001\n address-family ipv4 unicast\n  neighbor CAL-C1 route-reflector-client\n'
        '  maximum-paths 8\n'
    )
    with pytest.raises(CommitError, match='Not an internal neighbor'):
        driver.commit_config()
    assert running(router) == BASE


def test_stops_at_the_first_line_that_is_rejected(driver: FRRDriver, router: Router) -> None:
    """With a rejected line first, no later line is ever tried: bgpd logs each command that it is given."""
    log = router.folder / 'log/commands.log'
    router.vtysh('configure terminal', 'log file /var/log/frr/commands.log informational', 'log commands')
    driver.load_merge_candidate(
        config='router bgp 65001\n neighbor 10.1.1.13 peer-group NOPE\n neighbor 10.1.1.14 peer-group CAL-C1\n'
    )
    with pytest.raises(CommitError):
        driver.commit_config()

    assert '10.1.1.13 peer-group NOPE' in log.read_text()
    assert '10.1.1.14' not in log.read_text()


def test_an_empty_candidate_is_refused(driver: FRRDriver) -> None:
    with pytest.raises(MergeConfigException, match='no configuration'):
        driver.load_merge_candidate(config=' \n')


def test_a_file_can_be_given(driver: FRRDriver, tmp_path: object) -> None:
    file = f'{tmp_path}/change.conf'
    with open(file, 'w') as stream:
        stream.write(CHANGE)
    driver.load_merge_candidate(filename=file)
    assert driver.compare_config() == DIFFERENCE


def test_a_file_that_is_not_there_is_named(driver: FRRDriver, tmp_path: object) -> None:
    with pytest.raises(MergeConfigException, match=r'missing\.conf cannot be read: No such file'):
        driver.load_merge_candidate(filename=f'{tmp_path}/missing.conf')


def test_a_commit_needs_a_candidate(driver: FRRDriver) -> None:
    with pytest.raises(CommitError, match='load one first'):
        driver.commit_config()
