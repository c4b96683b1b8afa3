"""Two writers never mix: the router is locked from loading a candidate to its commit or its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest
from napalm.base.exceptions import CommitError, LockError

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, Connect
from tests.napalm_frr.router import configure, on_device_processes, running, wait_for

ONE = 'router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n'
TWO = 'router bgp 65001\n neighbor 10.1.1.13 peer-group CAL-C1\n'


def test_a_second_writer_is_refused_and_told_by_whom(connect: Connect) -> None:
    first, second = connect(), connect()
    first.load_merge_candidate(config=ONE)
    with pytest.raises(LockError, match=r'locked by .*@.* \(process \d+, logged in as netops\) since 2'):
        second.load_merge_candidate(config=TWO)

    assert first.compare_config()
    first.discard_config()
    second.load_merge_candidate(config=TWO)
    assert '10.1.1.13' in second.compare_config()


def test_a_commit_unlocks(connect: Connect, router: Router) -> None:
    first, second = connect(), connect()
    first.load_merge_candidate(config=ONE)
    first.commit_config()
    second.load_merge_candidate(config=TWO)
    second.commit_config()
    assert re.findall(r'10\.1\.1\.\d+ peer', running(router)) == ['10.1.1.11 peer', '10.1.1.12 peer', '10.1.1.13 peer']


def test_a_failed_commit_and_a_refused_candidate_unlock(connect: Connect) -> None:
    first, second = connect(), connect()
    first.load_merge_candidate(config='router bgp 65001\n neighbor 10.1.1.13 peer-group NOPE\n')
    with pytest.raises(CommitError):
        first.commit_config()
    with pytest.raises(Exception, match='Unknown command'):
        first.load_merge_candidate(config='no such line\n')
    second.load_merge_candidate(config=TWO)


def test_a_connection_that_ends_unlocks(connect: Connect, router: Router) -> None:
    first = connect()
    first.load_merge_candidate(config=ONE)
    first.close()
    wait_for(lambda: not on_device_processes(router))
    connect().load_merge_candidate(config=TWO)


def test_somebody_elses_flock_counts(connect: Connect, router: Router) -> None:
    driver = connect()
    driver.has_pending_commit()  # makes the folder
    holder = subprocess.Popen(
        router.namespace.command(['flock', '/run/frr/napalm/lock', 'sh', '-c', 'echo held; exec sleep 600']),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(LockError, match=r'locked by process \d+ \((flock|sleep)\) on the device'):
            driver.load_merge_candidate(config=ONE)
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.communicate()
    driver.load_merge_candidate(config=ONE)


def test_waits_for_the_lock_if_asked_to(connect: Connect) -> None:
    first, second = connect(lock_lifetime=2), connect(lock_wait=120.0)
    first.load_merge_candidate(config=ONE)
    second.load_merge_candidate(config=TWO)
    assert '10.1.1.13' in second.compare_config()


def test_a_forgotten_candidate_loses_its_lock_and_cannot_be_committed(connect: Connect, router: Router) -> None:
    first, second = connect(lock_lifetime=1), connect(lock_wait=120.0)
    first.load_merge_candidate(config=ONE)
    second.load_merge_candidate(config=TWO)
    second.discard_config()
    with pytest.raises(LockError, match='expired'):
        first.commit_config()
    assert running(router) == BASE


def test_the_change_is_computed_against_the_configuration_at_commit(driver: FRRDriver, router: Router) -> None:
    """A hand at the console does not know our lock: what it did first is not sent again."""
    driver.load_merge_candidate(
        config='router bgp 65001\n no neighbor 10.1.1.99\n neighbor 10.1.1.12 peer-group CAL-C1\n'
    )
    configure(router, 'router bgp 65001', 'no neighbor 10.1.1.99')
    driver.commit_config()
    assert '10.1.1.99' not in running(router)
    assert '10.1.1.12' in running(router)
