"""A route-map or a list in use is neither pulled away nor renamed in a way that stops traffic."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException

from lab import frr
from lab.management import root_ip
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, new_driver
from tests.napalm_frr.router import running, wait_for

PEER = """frr defaults datacenter
hostname peer
!
ip route 10.244.1.0/26 Null0
!
router bgp 64512
 bgp router-id 10.0.0.12
 neighbor 10.1.1.1 remote-as 65001
 neighbor 10.1.1.1 password s3cret
 !
 address-family ipv4 unicast
  redistribute static
 exit-address-family
exit
!
"""
RENAMED = (
    BASE.replace('prefix-list CAL-C1-IN4', 'prefix-list NEW-LIST')
    .replace('route-map CAL-C1-IN4', 'route-map NEW-MAP')
)  # fmt: skip


@pytest.mark.parametrize(
    ('change', 'named'),
    [
        ('no route-map CAL-C1-IN4\n', 'route-map CAL-C1-IN4'),
        ('no route-map CAL-C1-IN4 permit 10\n', 'route-map CAL-C1-IN4'),
        ('no ip prefix-list CAL-C1-IN4\n', 'ip prefix-list CAL-C1-IN4'),
        ('no ip prefix-list CAL-C1-IN4 seq 10 permit 10.244.0.0/16 le 32\n', 'ip prefix-list CAL-C1-IN4'),
    ],
)
def test_a_merge_that_pulls_it_away_is_refused(driver: FRRDriver, router: frr.Router, change: str, named: str) -> None:
    """FRR itself takes it with return code 0 and denies everything from then on."""
    with pytest.raises(MergeConfigException, match=f'removes {named}, but .*CAL-C1-IN4.* still uses it'):
        driver.load_merge_candidate(config=change)
    assert running(router) == BASE


def test_a_replace_that_pulls_it_away_is_refused(driver: FRRDriver, router: frr.Router) -> None:
    wanted = BASE.replace('ip prefix-list CAL-C1-IN4 seq 10 permit 10.244.0.0/16 le 32\n', '')
    with pytest.raises(ReplaceConfigException, match='removes ip prefix-list CAL-C1-IN4'):
        driver.load_replace_candidate(config=wanted)
    assert running(router) == BASE


def test_its_last_user_and_itself_may_go_together(driver: FRRDriver, router: frr.Router) -> None:
    driver.load_merge_candidate(
        config='router bgp 65001\n address-family ipv4 unicast\n  no neighbor CAL-C1 route-map CAL-C1-IN4 in\n'
        'no route-map CAL-C1-IN4\nno ip prefix-list CAL-C1-IN4\n'
    )
    driver.commit_config()
    assert 'CAL-C1-IN4' not in running(router)


def test_an_entry_may_go_while_another_stays(driver: FRRDriver, router: frr.Router) -> None:
    driver.load_merge_candidate(
        config='ip prefix-list CAL-C1-IN4 seq 20 permit 10.96.0.0/16 le 32\n'
        'no ip prefix-list CAL-C1-IN4 seq 10 permit 10.244.0.0/16 le 32\n'
    )
    driver.commit_config()
    assert 'ip prefix-list CAL-C1-IN4 seq 20 permit 10.96.0.0/16 le 32' in running(router)


def test_a_merge_may_use_what_never_was_there(driver: FRRDriver) -> None:
    """Somebody else's dangling name is not this candidate's fault."""
    driver.load_merge_candidate(
        config='router bgp 65001\n address-family ipv4 unicast\n  neighbor 10.1.1.99 route-map LATER in\n'
    )
    assert 'LATER' in driver.compare_config()


@pytest.fixture
def fed(router: frr.Router, tmp_path_factory: pytest.TempPathFactory) -> Iterator[frr.Router]:
    """The router with a neighbour that announces 10.244.1.0/26 through the lists in question."""
    folder = tmp_path_factory.mktemp('peer')
    with frr.standalone(folder, name='peer', lab=f'np{os.getpid()}', configuration=PEER) as peer:
        near, far = router.namespace, peer.namespace
        root_ip(
            [
                'link',
                'add',
                'rack',
                'netns',
                str(near.pid),
                'type',
                'veth',
                'peer',
                'name',
                'rack',
                'netns',
                str(far.pid),
            ]
        )
        near.ip(['address add 10.1.1.1/24 dev rack', 'link set rack up'])
        far.ip(['address add 10.1.1.11/24 dev rack', 'link set rack up'])
        wait_for(lambda: '10.244.1.0/26' in router.namespace.run(['ip', 'route']))
        yield router


def test_a_replace_that_renames_it_loses_no_route(fed: frr.Router) -> None:
    """In one step the route would be gone for bgpd's delay of five seconds; the kernel's own log is the witness."""
    driver = new_driver(fed, fed.username)
    driver.open()
    monitor = subprocess.Popen(fed.namespace.command(['ip', 'monitor', 'route']), stdout=subprocess.PIPE, text=True)
    try:
        driver.load_replace_candidate(config=RENAMED)
        driver.commit_config()
        assert running(fed) == RENAMED
        # A route of our own ends what the kernel has to tell about the change before.
        fed.vtysh('configure terminal', 'ip route 192.0.2.0/24 Null0')
        fed.vtysh('configure terminal', 'no ip route 192.0.2.0/24 Null0')
        assert monitor.stdout
        seen = []
        for line in monitor.stdout:
            if 'Deleted' in line and '192.0.2.0/24' in line:
                break
            seen.append(line)
    finally:
        monitor.kill()
        monitor.communicate()
        driver.close()
    assert [line for line in seen if 'Deleted' in line and '10.244.1.0/26' in line] == []
    assert '10.244.1.0/26' in fed.namespace.run(['ip', 'route'])
