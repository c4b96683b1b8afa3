"""No password in a diff, an error, a log, a repr, or the router's list of processes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from napalm.base.exceptions import NapalmException

from lab.frr import Router
from lab.namespace import processes
from napalm_frr import FRRDriver
from napalm_frr.candidate import merge_candidate
from napalm_frr.secrets import masked
from tests.napalm_frr.conftest import BASE, Connect
from tests.napalm_frr.router import PASSWORD, SECOND_SSHD, running, wait_for

SECRET = 'top#Secret!9'


@pytest.mark.parametrize(
    'line',
    [
        f'neighbor 10.0.0.1 password {SECRET}',
        f'no neighbor CAL-C1 password {SECRET}',
        f'password {SECRET}',
        f'password 8 {SECRET}',
        f'enable password {SECRET}',
        f' ip ospf authentication-key {SECRET}',
        f' ip ospf message-digest-key 1 md5 {SECRET}',
        f' area-password md5 {SECRET}',
        f' domain-password clear {SECRET}',
        f' isis password clear {SECRET}',
        f'  key-string {SECRET}',
        f' ip rip authentication string {SECRET}',
        f' ip nhrp authentication {SECRET}',
        f' neighbor 10.0.0.1 password {SECRET}',
        f'area 0 virtual-link 10.0.0.1 message-digest-key 1 md5 {SECRET}',
        f' ipv6 ospf6 authentication key-id 1 hash-algo md5 key {SECRET}',
    ],
)
def test_every_kind_of_secret_line_is_masked(line: str) -> None:
    assert masked(line) == line.replace(SECRET, '<removed>')


def test_lines_without_secrets_stay_as_they_are() -> None:
    assert masked(BASE.replace('s3cret', '<removed>')) == BASE.replace('s3cret', '<removed>')
    assert masked(' neighbor 10.0.0.1 description no password here\n x') == (
        ' neighbor 10.0.0.1 description no password <removed>\n x'
    )


def test_a_diff_shows_that_a_password_changes_and_not_what_it_is(driver: FRRDriver) -> None:
    driver.load_merge_candidate(config=f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    assert driver.compare_config().splitlines() == [
        '  router bgp 65001',
        '-  neighbor CAL-C1 password <removed>',
        '+  neighbor CAL-C1 password <removed>',
    ]


def test_the_same_password_is_no_change(driver: FRRDriver) -> None:
    driver.load_merge_candidate(config='router bgp 65001\n neighbor CAL-C1 password s3cret\n')
    assert driver.compare_config() == ''


@pytest.mark.parametrize(
    'line',
    [
        f'neighbor 10.9.9.9 password {SECRET}',  # rejected: no such neighbour
        f'neighbor 10.1.1.99 password {SECRET * 12}',  # rejected: too long
        f'neighbr 10.1.1.99 password {SECRET}',  # misspelt
    ],
)
def test_an_error_names_the_line_without_the_password(connect: Connect, line: str) -> None:
    driver = connect()
    with pytest.raises(NapalmException) as caught:  # noqa: PT012 - either may refuse it
        driver.load_merge_candidate(config=f'router bgp 65001\n {line}\n')
        driver.commit_config()
    assert line.split(' password ')[0] in str(caught.value)
    assert SECRET not in str(caught.value)


def test_get_config_masks_when_asked_to(driver: FRRDriver) -> None:
    driver.load_merge_candidate(config=f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    plain, sanitized = driver.get_config(), driver.get_config(sanitized=True)
    assert 's3cret' in plain['running']
    assert 's3cret' in plain['startup']
    assert SECRET in plain['candidate']
    for name, text in sanitized.items():
        assert 'password <removed>' in text, name
        assert SECRET not in text
        assert 's3cret' not in text


def test_nothing_that_is_logged_or_printed_has_it(
    connect: Connect, router: Router, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    driver = connect('operator', PASSWORD, port=SECOND_SSHD)
    driver.load_merge_candidate(config=f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    candidate = merge_candidate(f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    shown = f'{driver!r} {driver._connection!r} {driver._options!r} {driver._candidate!r} {candidate!r}'
    driver.commit_config()

    assert SECRET in running(router)
    for text in (shown, caplog.text):
        assert SECRET not in text
        assert PASSWORD not in text


def test_the_routers_own_users_cannot_read_it_off_a_command_line(connect: Connect, router: Router) -> None:
    """vtysh stands in for itself, and notes every argument that it is given."""
    watched = router.folder / 'watched/vtysh'
    watched.parent.mkdir()
    watched.write_text('#!/bin/sh\necho "$@" >> /run/frr/arguments\nexec /usr/bin/vtysh "$@"\n')
    watched.chmod(0o755)
    driver = connect(vtysh=str(watched))
    driver.load_merge_candidate(
        config=f'router bgp 65001\n neighbor 10.1.1.98 remote-as 65008\n neighbor 10.1.1.98 password {SECRET}\n'
    )
    driver.commit_config()
    arguments = router.namespace.run(['cat', '/run/frr/arguments'])
    router.namespace.run(['rm', '/run/frr/arguments'])
    assert f'10.1.1.98 password {SECRET}' in running(router)
    assert 'neighbor 10.1.1.98 remote-as 65008' in arguments
    assert SECRET not in arguments


def test_what_stays_on_the_router_is_for_its_owner_only(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config=f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    driver.commit_config()
    modes = router.namespace.run(['find', '/run/frr/napalm', '-printf', '%m %y %P\n']).splitlines()
    assert {mode for mode, kind, _ in (line.split(' ', 2) for line in modes) if kind == 'd'} == {'700'}
    assert {mode for mode, kind, _ in (line.split(' ', 2) for line in modes) if kind == 'f'} == {'600'}


def test_no_process_of_the_driver_has_it_in_its_environment_or_arguments(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config=f'router bgp 65001\n neighbor CAL-C1 password {SECRET}\n')
    driver.commit_config(revert_in=60)
    network = os.readlink(f'/proc/{router.namespace.pid}/ns/net')
    for pid, where in processes(router.namespace.lab).items():
        if where == network:
            for file in ('cmdline', 'environ'):
                assert SECRET.encode() not in Path(f'/proc/{pid}/{file}').read_bytes()
    driver.rollback()
    wait_for(lambda: running(router) == BASE)
