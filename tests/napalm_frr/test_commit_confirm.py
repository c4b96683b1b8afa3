"""A commit that is not confirmed is taken back by the router itself, whatever happens to the client."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from napalm.base.exceptions import CommitConfirmException, CommitError, LockError

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, Connect
from tests.napalm_frr.router import (
    configure,
    kill,
    on_device_processes,
    power_cut,
    revive,
    running,
    startup,
    wait_for,
)  # fmt: skip

CHANGE = 'router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n no neighbor 10.1.1.99\n'
ADDED, REMOVED = ' neighbor 10.1.1.12 peer-group CAL-C1\n', ' neighbor 10.1.1.99 remote-as 65009\n'
CHANGED = BASE.replace(REMOVED, '').replace('10.1.1.11 peer-group CAL-C1\n', f'10.1.1.11 peer-group CAL-C1\n{ADDED}')
CLIENT = """
import sys
from napalm_frr import FRRDriver
address, key, host_key, revert_in, change, vtysh = sys.argv[1:]
driver = FRRDriver(address, 'netops', '', optional_args={'key_file': key, 'host_key': host_key, 'vtysh': vtysh})
driver.open()
driver.load_merge_candidate(config=change)
print('loaded', flush=True)
driver.commit_config(revert_in=int(revert_in))
print('committed', flush=True)
sys.stdin.read()
"""


def commit(driver: FRRDriver, revert_in: int, change: str = CHANGE) -> None:
    driver.load_merge_candidate(config=change)
    driver.commit_config(revert_in=revert_in)


def client(router: Router, revert_in: int, vtysh: str = 'vtysh') -> subprocess.Popen[str]:
    """Another program that commits, and then stays."""
    arguments = [str(router.management_address), str(router.key_file), router.host_key, str(revert_in), CHANGE, vtysh]
    process = subprocess.Popen(
        [sys.executable, '-c', CLIENT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    assert process.stdout.readline() == 'loaded\n'
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_is_applied_but_not_saved_until_it_is_confirmed(driver: FRRDriver, router: Router) -> None:
    """Also with a replace: frr-reload.py by itself writes the startup configuration."""
    driver.load_replace_candidate(config=CHANGED)
    driver.commit_config(revert_in=60)
    assert running(router) == CHANGED
    assert startup(router) + 'end\n' == BASE
    assert driver.has_pending_commit()

    driver.confirm_commit()
    assert running(router) == CHANGED
    assert startup(router) + 'end\n' == CHANGED
    assert not driver.has_pending_commit()


def test_any_later_connection_sees_and_confirms_it(connect: Connect, router: Router) -> None:
    first = connect()
    commit(first, 60)
    first.close()

    second = connect()
    assert second.has_pending_commit()
    second.confirm_commit()
    assert startup(router) + 'end\n' == CHANGED


def test_confirming_leaves_no_timer_behind(driver: FRRDriver, router: Router) -> None:
    commit(driver, 60)
    driver.confirm_commit()
    driver.close()
    wait_for(lambda: not on_device_processes(router))
    assert running(router) == CHANGED


def test_the_router_takes_it_back_when_nobody_confirms(driver: FRRDriver, router: Router) -> None:
    commit(driver, 1)
    wait_for(lambda: running(router) == BASE)
    wait_for(lambda: not timers(router))
    assert not driver.has_pending_commit()

    with pytest.raises(CommitConfirmException, match='was taken back at'):
        driver.confirm_commit()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE


def test_the_router_takes_it_back_when_the_client_is_killed(router: Router) -> None:
    process = client(router, revert_in=3)
    assert process.stdout
    assert process.stdout.readline() == 'committed\n'
    end(process)
    assert running(router) == CHANGED
    wait_for(lambda: running(router) == BASE)
    wait_for(lambda: not on_device_processes(router))


def test_the_timer_is_armed_before_the_first_line(router: Router, connect: Connect) -> None:
    """The client and its program on the router die while lines are applied: the router goes back all the same."""
    slow = router.folder / 'slow/vtysh'
    slow.parent.mkdir()
    slow.write_text(
        '#!/bin/sh\n/usr/bin/vtysh "$@"; code=$?\n'
        'case "$*" in *"configure terminal"*) sleep 600 & echo $! > /run/frr/slow; wait;; esac\nexit $code\n'
    )
    slow.chmod(0o755)
    process = client(router, 3, vtysh=str(slow))
    wait_for(lambda: 'neighbor 10.1.1.12 ' in running(router))
    for pid in set(on_device_processes(router)) - timers(router):
        os.kill(pid, signal.SIGKILL)
    end(process)

    other = connect()
    assert other.has_pending_commit()
    with pytest.raises(CommitConfirmException, match='cut off while it was applied'):
        other.confirm_commit()
    wait_for(lambda: running(router) == BASE)
    router.namespace.run(['sh', '-c', 'kill $(cat /run/frr/slow)'])


def test_a_second_commit_is_refused_while_one_is_pending(driver: FRRDriver, connect: Connect) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(message='change 4711', revert_in=60)
    for other in (driver, connect()):
        with pytest.raises(LockError, match=r'waits for its confirmation \(by .*: change 4711; .*\): confirm_commit'):
            other.load_merge_candidate(config='router bgp 65001\n neighbor 10.1.1.13 peer-group CAL-C1\n')
    driver.rollback()


def test_rollback_takes_back_a_pending_commit(driver: FRRDriver, router: Router) -> None:
    commit(driver, 60)
    driver.rollback()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE
    assert not driver.has_pending_commit()


def test_rollback_takes_back_the_last_commit_also_from_another_connection(connect: Connect, router: Router) -> None:
    first = connect()
    first.load_merge_candidate(config=CHANGE)
    first.commit_config()
    assert startup(router) + 'end\n' == CHANGED
    first.close()

    connect().rollback()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE


def test_rollback_without_a_commit_is_an_error(driver: FRRDriver) -> None:
    with pytest.raises(CommitError, match='no commit that could be rolled back'):
        driver.rollback()


def test_rollback_never_takes_back_an_older_commit(driver: FRRDriver, router: Router) -> None:
    """Neither after a commit that failed, nor after one whose timer fired, nor when it is called twice."""
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()

    driver.load_merge_candidate(config='router bgp 65001\n neighbor 10.1.1.13 peer-group NOPE\n')
    with pytest.raises(CommitError, match='refused the change'):
        driver.commit_config()
    with pytest.raises(CommitError, match='no commit that could be rolled back'):
        driver.rollback()

    driver.load_merge_candidate(config='ip prefix-list NEW seq 5 permit any\n')
    driver.commit_config()
    commit(driver, 1, 'ip prefix-list NEW seq 10 deny any\n')
    wait_for(lambda: not timers(router))
    with pytest.raises(CommitError, match=r'no commit that could be rolled back \(the last one, .*, was taken back'):
        driver.rollback()
    assert 'neighbor 10.1.1.12 ' in running(router)
    assert 'ip prefix-list NEW seq 5 permit any' in running(router)


def test_confirming_without_a_commit_is_an_error(driver: FRRDriver) -> None:
    with pytest.raises(CommitConfirmException, match='no commit waits'):
        driver.confirm_commit()


def test_going_back_keeps_what_somebody_else_changed_meanwhile(driver: FRRDriver, router: Router) -> None:
    commit(driver, 60)
    configure(router, 'router bgp 65001', 'neighbor 10.1.1.77 remote-as 65077')
    configure(router, 'router bgp 65001', 'no neighbor 10.1.1.11')
    driver.rollback()

    kept = ' neighbor 10.1.1.77 remote-as 65077\n'
    assert sorted(running(router).splitlines()) == sorted(
        (BASE + kept).replace(' neighbor 10.1.1.11 peer-group CAL-C1\n', '').splitlines()
    )


def test_a_change_that_somebody_undid_is_not_confirmed(driver: FRRDriver, router: Router) -> None:
    commit(driver, 60)
    configure(router, 'router bgp 65001', 'no neighbor 10.1.1.12')
    with pytest.raises(CommitConfirmException, match=r'no longer in the running.*10\.1\.1\.12 peer-group CAL-C1'):
        driver.confirm_commit()
    assert startup(router) + 'end\n' == BASE
    driver.rollback()
    assert running(router) == BASE


def test_a_restarted_bgpd_has_forgotten_the_commit(driver: FRRDriver, router: Router) -> None:
    """It reads the startup configuration: confirming now would only pretend."""
    commit(driver, 60)
    kill(router, 'bgpd')
    revive(router, 'bgpd')
    with pytest.raises(CommitConfirmException, match='was FRR restarted'):
        driver.confirm_commit()
    driver.rollback()
    assert running(router) == BASE


def test_a_power_cut_while_pending_brings_the_old_configuration(connect: Connect, router: Router) -> None:
    commit(connect(), 60)
    power_cut(router)
    assert running(router) == BASE

    other = connect()
    assert not other.has_pending_commit()
    other.load_merge_candidate(config=CHANGE)
    other.commit_config()
    assert running(router) == CHANGED


def test_a_killed_timer_is_reported_and_the_commit_can_still_be_settled(driver: FRRDriver, router: Router) -> None:
    commit(driver, 60)
    for pid in timers(router):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not timers(router))
    with pytest.raises(LockError, match='its timer was killed'):
        driver.load_merge_candidate(config=CHANGE)
    driver.confirm_commit()
    assert startup(router) + 'end\n' == CHANGED


def test_the_timer_waits_for_a_bgpd_that_is_down(driver: FRRDriver, router: Router) -> None:
    commit(driver, 1)
    kill(router, 'bgpd')
    wait_for(lambda: 'bgpd' in driver._device.ask('status')['reverting'])
    with pytest.raises(LockError, match='being taken back'):
        driver.load_merge_candidate(config=CHANGE)
    revive(router, 'bgpd')
    wait_for(lambda: not driver._device.ask('status')['reverting'])
    assert running(router) == BASE


@pytest.mark.parametrize('seconds', [0, -5])
def test_a_timer_needs_a_time(driver: FRRDriver, seconds: int) -> None:
    driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommitError, match='give whole seconds'):
        driver.commit_config(revert_in=seconds)


def timers(router: Router) -> set[int]:
    """Those of the driver's programs on the router that listen to nobody."""
    return {pid for pid in on_device_processes(router) if os.path.samefile(f'/proc/{pid}/fd/0', '/dev/null')}
