"""A change reaches the file and the daemon, or neither; what is others' stays word by word."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from napalm.base.exceptions import CommandErrorException, CommitConfirmException, LockError, MergeConfigException

from lab import gobgp
from napalm_gobgp import GoBGPDriver
from tests.napalm_gobgp.conftest import BASE, Connect
from tests.napalm_gobgp.tables import NOTHING, tables


def commit(driver: GoBGPDriver, text: str, revert_in: int | None = None) -> None:
    driver.load_merge_candidate(config=text)
    driver.commit_config(message='[test]', revert_in=revert_in)


def running(router: gobgp.Router) -> dict[str, int]:
    """Neighbours with their hold times, as gobgpd has them."""
    return {
        peer['conf']['neighbor_address']: peer['timers']['config']['hold_time'] for peer in router.gobgp('neighbor')
    }


OTHERS = {'10.1.1.200': 90}


def test_it_is_taken_changed_taken_back_and_removed_and_others_are_as_before(
    driver: GoBGPDriver, router: gobgp.Router
) -> None:
    rights = os.stat(router.file)
    commit(driver, tables(), revert_in=60)
    assert running(router) == {**OTHERS, '10.1.1.11': 30, '10.1.1.12': 30}
    assert [found['name'] for found in router.gobgp('global', 'policy', 'import')['policies']] == [
        'CAL-C1-IN4',
        'UPLINK-IN',
    ]
    assert driver.has_pending_commit()
    with pytest.raises(LockError, match=r'\[test\]'):
        driver.load_merge_candidate(config=tables())
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    confirmed = router.file.read_text()
    # Of neighbours that change GoBGP takes one alone.
    commit(driver, tables(hold_time=60, neighbors=('10.1.1.12', '10.1.1.13')), revert_in=60)
    assert running(router) == {**OTHERS, '10.1.1.12': 60, '10.1.1.13': 60}
    driver.rollback()
    assert running(router) == {**OTHERS, '10.1.1.11': 30, '10.1.1.12': 30}
    assert router.file.read_text() == confirmed
    driver.load_merge_candidate(config=tables())
    assert driver.compare_config() == ''
    driver.discard_config()
    commit(driver, NOTHING)
    assert running(router) == OTHERS
    assert router.file.read_text() == BASE
    after = os.stat(router.file)
    assert (after.st_mode, after.st_uid, after.st_gid) == (rights.st_mode, rights.st_uid, rights.st_gid)
    assert driver.differences() == []


def test_the_timer_takes_back_what_nobody_confirms_and_keeps_what_others_did(
    connect: Connect, router: gobgp.Router
) -> None:
    driver = connect()
    commit(driver, tables(), revert_in=8)
    driver.close()
    theirs = router.file.read_text() + '\n[[neighbors]]\nconfig.neighbor-address = "10.9.9.9"\nconfig.peer-as = 65009\n'
    router.file.write_text(theirs)
    deadline = time.monotonic() + 60
    while running(router) != {**OTHERS, '10.9.9.9': 90}:
        assert time.monotonic() < deadline, running(router)
        time.sleep(0.1)
    driver = connect()
    while driver.has_pending_commit():
        time.sleep(0.1)
    with pytest.raises(CommitConfirmException, match='was taken back'):
        driver.confirm_commit()
    assert 'CAL-C1-' not in router.file.read_text()
    assert '"10.9.9.9"' in router.file.read_text()


def test_what_gobgpd_refuses_is_never_sent(driver: GoBGPDriver, router: gobgp.Router) -> None:
    with pytest.raises(MergeConfigException, match='peer-ass'):
        driver.load_merge_candidate(config=tables().replace('peer-as ', 'peer-ass '))
    with pytest.raises(MergeConfigException, match=r'nowhere\.toml cannot be read'):
        driver.load_merge_candidate(filename='nowhere.toml')
    for text in ('', tables().replace('CAL-C1-IN4', 'OTHER'), '[[neighbors]]\n'):
        with pytest.raises(MergeConfigException):
            driver.load_merge_candidate(config=text)
    assert router.file.read_text() == BASE
    commit(driver, tables())  # the lock is free


def test_an_edit_that_was_never_read_is_not_carried_along(driver: GoBGPDriver, router: gobgp.Router) -> None:
    router.file.write_text(BASE.replace('10.1.1.200', '10.1.1.201'))
    assert driver.differences() == [
        'neighbor 10.1.1.201 does not run',
        'neighbor 10.1.1.200 runs and is not in the file',
    ]
    with pytest.raises(MergeConfigException, match=r'does not run what .* says .*10\.1\.1\.201'):
        driver.load_merge_candidate(config=tables())


def test_a_file_that_cannot_be_changed_in_place_is_refused(driver: GoBGPDriver, router: gobgp.Router) -> None:
    start, end = BASE.index('[global.apply-policy.config]'), BASE.index('# Names')
    inline = f'{BASE[:start]}[global.apply-policy]\nconfig = {{import-policy-list = ["UPLINK-IN"]}}\n\n{BASE[end:]}'
    router.stop()
    gobgp.write_file(router.folder, inline)
    router.start()
    time.sleep(1)
    with pytest.raises(MergeConfigException, match='headings of their own'):
        driver.load_merge_candidate(config=tables())
    assert router.file.read_text() == inline


def test_a_change_that_was_cut_off_is_found_and_taken_back(driver: GoBGPDriver, router: gobgp.Router) -> None:
    # What is left when the machine loses power with the new file in place: no timer runs any more.
    commit(driver, tables(), revert_in=3600)
    folder = Path(f'{router.file}.napalm')
    [pending] = folder.glob('pending.*')
    (pending / 'after.conf').unlink()
    router.stop()
    router.start()
    time.sleep(1)
    with pytest.raises(LockError, match='waits for its confirmation'):
        driver.load_merge_candidate(config=tables())
    driver.rollback()
    assert router.file.read_text() == BASE
    assert running(router) == OTHERS


def test_without_gobgpd_it_says_what_to_start(connect: Connect, router: gobgp.Router) -> None:
    router.stop()
    with pytest.raises(CommandErrorException, match='systemctl status gobgpd'):
        connect().get_config()


def test_passwords_are_in_the_file_alone(driver: GoBGPDriver, router: gobgp.Router) -> None:
    driver.load_merge_candidate(config=tables(password='s3cret'))
    shown = driver.compare_config()
    driver.commit_config()
    assert 's3cret' in router.file.read_text()
    driver.load_merge_candidate(config=tables(password='0ther'))
    assert '0ther' not in repr(driver._candidate)
    shown += driver.compare_config() + str(driver.cli(['neighbor'])) + str(driver.get_config(sanitized=True))
    driver.discard_config()
    assert '<removed>' in shown
    assert 's3cret' not in shown
    assert '0ther' not in shown
