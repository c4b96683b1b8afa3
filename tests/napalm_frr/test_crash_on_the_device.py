"""The driver's program on the router is killed at the worst lines: what it left is seen, and can be settled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from napalm.base.exceptions import CommitConfirmException, CommitError, LockError

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, Connect
from tests.napalm_frr.router import configure, running, startup

CHANGE = 'ip prefix-list NEW seq 5 permit any\n'
OTHER = 'ip prefix-list OTHER seq 5 permit any\n'
PROGRAM = """
import json, os, signal, sys
sys.path.insert(0, sys.argv[1])
from napalm_frr.on_device import serve, session
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
one = serve.opened(json.loads(sys.argv[2]))
"""
BEFORE_THE_TIMER = """
session.start_timer = die
one.lock(0)
one.commit([['ip prefix-list NEW seq 5 permit any']], [False], [], 'change 4711', 60)
"""
BEFORE_SAVING = 'session.Router.save = die\none.confirm()\n'
AFTER_SAVING = 'session.Session._remember = die\none.confirm()\n'


def killed(router: Router, driver: FRRDriver, where: str) -> None:
    """Run the program there until it kills itself."""
    options = driver._options
    request = {
        'vtysh': options.vtysh_command(),
        'reload': options.reload_command(),
        'startup': options.startup_file,
        'folder': options.state_dir,
        'lock_lifetime': 60,
        'owner': 'somebody',
    }
    root = Path(__file__).parents[2]
    argv = [sys.executable, '-c', PROGRAM + where, str(root), json.dumps(request)]
    done = subprocess.run(router.namespace.command(argv), capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr


def committed(driver: FRRDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(message='change 4711', revert_in=60)


def test_a_commit_that_was_cut_off_before_its_timer_is_seen_and_taken_back(driver: FRRDriver, router: Router) -> None:
    killed(router, driver, BEFORE_THE_TIMER)
    assert driver.has_pending_commit()
    with pytest.raises(LockError, match=r'change 4711; .* but its timer was killed'):
        driver.load_merge_candidate(config=OTHER)
    with pytest.raises(CommitConfirmException, match='cut off while it was applied'):
        driver.confirm_commit()
    driver.rollback()
    assert running(router) == BASE
    assert not driver.has_pending_commit()
    driver.load_merge_candidate(config=OTHER)


@pytest.mark.parametrize('where', [BEFORE_SAVING, AFTER_SAVING])
def test_a_confirmation_that_was_cut_off_is_seen_and_finished(connect: Connect, router: Router, where: str) -> None:
    committed(connect())
    driver = connect()
    killed(router, driver, where)
    assert driver.has_pending_commit()
    with pytest.raises(LockError, match=r'change 4711; confirmed, but not saved yet\): confirm_commit'):
        driver.load_merge_candidate(config=OTHER)
    driver.confirm_commit()
    assert CHANGE in startup(router)
    assert not driver.has_pending_commit()
    driver.rollback()
    assert running(router) == BASE


@pytest.mark.parametrize('where', [BEFORE_SAVING, AFTER_SAVING])
def test_a_confirmation_that_was_cut_off_can_be_taken_back(connect: Connect, router: Router, where: str) -> None:
    committed(connect())
    driver = connect()
    killed(router, driver, where)
    driver.rollback()
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE
    assert not driver.has_pending_commit()
    with pytest.raises(CommitError, match='no commit that could be rolled back'):
        driver.rollback()


def test_a_confirmation_that_was_cut_off_is_not_finished_without_its_change(driver: FRRDriver, router: Router) -> None:
    committed(driver)
    killed(router, driver, BEFORE_SAVING)
    configure(router, 'no ip prefix-list NEW')
    with pytest.raises(CommitConfirmException, match='no longer in the running configuration'):
        driver.confirm_commit()
    driver.rollback()
    assert running(router) == BASE
