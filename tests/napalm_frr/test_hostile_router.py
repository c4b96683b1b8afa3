"""A router that is not as it should be: a full disk, odd bytes, a banner, a configuration of thousands of lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from napalm.base.exceptions import CommandErrorException, CommitError

from lab.frr import Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, Connect
from tests.napalm_frr.router import configure, running, startup

CHANGE = 'ip prefix-list NEW seq 5 permit any\n'
STATE = '/run/frr/napalm'


def shell(router: Router, text: str) -> str:
    return router.namespace.run(['sh', '-c', text])


@contextmanager
def small_disk(router: Router, folder: str, kilobytes: int) -> Iterator[None]:
    """A disk of its own for a folder and what is in it."""
    shell(
        router,
        f'mkdir -p {folder} /run/kept && cp -a {folder}/. /run/kept && owner=$(stat -c %u:%g:%a {folder}) && '
        f'mount -t tmpfs -o size={kilobytes}k,mode=$(stat -c %a {folder}) small {folder} && '
        f'chown "${{owner%:*}}" {folder} && cp -a /run/kept/. {folder}',
    )
    try:
        yield
    finally:
        shell(router, f'umount -l {folder}; rm -rf /run/kept')


def fill(router: Router, folder: str) -> None:
    """Somebody's log takes all the room that is left."""
    shell(router, f'dd if=/dev/zero of={folder}/log bs=1k count=4096 2>/dev/null; true')


def saved(router: Router) -> str:
    return shell(router, 'cat /etc/frr/frr.conf')


def test_a_full_disk_stops_a_change_before_it_begins(driver: FRRDriver, router: Router) -> None:
    with small_disk(router, '/etc/frr', 128):
        fill(router, '/etc/frr')
        with pytest.raises(CommandErrorException, match=r'/etc/frr has \d+ bytes free, and \d+ are needed: make room'):
            driver.load_merge_candidate(config=CHANGE)
    assert running(router) == BASE


def test_a_disk_that_fills_up_before_the_confirmation_costs_neither_configuration(
    driver: FRRDriver, router: Router
) -> None:
    """``write memory`` says OK, and leaves an empty startup file: the router would wake up without BGP."""
    with small_disk(router, '/etc/frr', 128):
        before = saved(router)
        driver.load_merge_candidate(config=CHANGE)
        driver.commit_config(revert_in=120)
        shell(router, 'rm -f /etc/frr/frr.conf.sav')
        fill(router, '/etc/frr')
        with pytest.raises(CommitError, match=r'did not get to /etc/frr/frr\.conf, which is as it was; see whether'):
            driver.confirm_commit()
        assert saved(router) == before
        assert running(router) == BASE
        assert not driver.has_pending_commit()
        shell(router, 'rm /etc/frr/log')
        driver.load_merge_candidate(config=CHANGE)
        driver.commit_config(revert_in=120)
        driver.confirm_commit()
        assert 'prefix-list NEW' in saved(router)


def test_a_full_folder_of_our_own_is_named(connect: Connect, router: Router) -> None:
    first = connect()
    first.load_merge_candidate(config=CHANGE)
    first.close()
    with small_disk(router, STATE, 8):
        fill(router, STATE)
        with pytest.raises(CommandErrorException, match=rf'{STATE}.*: make room there \(df\)'):
            connect().load_merge_candidate(config=CHANGE)
    assert running(router) == BASE


def test_bytes_that_are_no_text_are_named_before_anything_is_changed(driver: FRRDriver, router: Router) -> None:
    """FRR takes them, and its frr-reload.py stops at them: neither a timer nor a rollback could take anything back."""
    shell(router, r"printf 'router bgp 65001\n neighbor 10.1.1.99 description M\374nchen\n' >/run/lines")
    shell(router, 'vtysh -f /run/lines')
    try:
        assert driver.get_config()['running'].count('M\ufffdnchen') == 1
        with pytest.raises(
            CommandErrorException, match=r"not UTF-8 in the line 'neighbor .* description M.nchen'.*anew"
        ):
            driver.load_merge_candidate(config=CHANGE)
        shell(router, 'vtysh -c "write memory"')
        with pytest.raises(CommandErrorException, match=r'not UTF-8 in the line'):
            driver.load_merge_candidate(config=CHANGE)
    finally:
        configure(router, 'router bgp 65001', 'no neighbor 10.1.1.99 description')
        router.vtysh('write memory')
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()
    assert 'prefix-list NEW' in startup(router)


def test_text_in_other_scripts_comes_through(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config='router bgp 65001\n neighbor 10.1.1.99 description München 北京\n')
    driver.commit_config(revert_in=60)
    assert 'description München 北京' in running(router)
    driver.rollback()
    assert running(router) == BASE


def test_a_banner_and_a_message_of_the_day_do_not_disturb(connect: Connect, router: Router) -> None:
    shell(
        router,
        r"printf 'napalm-frr:\n{\"refused\": \"x\"}\n\033[31m# $ >\377\n' > /run/banner && "
        f"sed 's/^Port .*/Port 2223/' {router.folder}/second_sshd > /run/third_sshd && "
        r"printf 'Banner /run/banner\nPrintMotd yes\nPidFile /run/third.pid\n' | cat - /run/third_sshd > /run/third && "
        '/usr/sbin/sshd -f /run/third',
    )
    try:
        greeted = connect('root', port=2223)
        greeted.load_merge_candidate(config=CHANGE)
        greeted.commit_config(revert_in=60)
        greeted.rollback()
        assert greeted.get_facts()['hostname'] == 'tor1'
    finally:
        shell(router, 'kill $(cat /run/third.pid)')
    assert running(router) == BASE


def test_a_python_that_prints_of_its_own_is_told(connect: Connect, router: Router) -> None:
    wrapper = router.folder / 'talkative'
    wrapper.write_text('#!/bin/sh\necho Welcome\nexec python3 "$@"\n')
    wrapper.chmod(0o755)
    with pytest.raises(CommandErrorException, match=r"talkative there printed b'Welcome.*in place of an answer"):
        connect(python=str(wrapper)).load_merge_candidate(config=CHANGE)
    assert running(router) == BASE


def test_a_configuration_of_thousands_of_lines(driver: FRRDriver, router: Router) -> None:
    lines = [f'ip prefix-list BIG{n // 100} seq {n % 100 + 1} permit 10.{n // 250}.{n % 250}.0/24' for n in range(3000)]
    (router.folder / 'big.conf').write_text('\n'.join(lines) + '\n')
    router.namespace.run(['vtysh', '-f', str(router.folder / 'big.conf')])
    router.vtysh('write memory')
    full = running(router)
    driver.load_merge_candidate(config=CHANGE)
    assert driver.compare_config() == '+ ip prefix-list NEW seq 5 permit any'
    driver.commit_config(revert_in=120)
    driver.rollback()
    assert running(router) == full
