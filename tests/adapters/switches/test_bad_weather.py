"""Routers that are away, refuse, are held by others or die in the middle: each told by name, with the mend."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver

from lab import namespace
from lab.frr import Router, new_key
from netbox_calico.adapters.credentials import Login
from netbox_calico.adapters.switches import SwitchFleet
from netbox_calico.planning.errors import CredentialError, InvalidInput
from netbox_calico.planning.model.plan import Result
from netbox_calico.render import RENDERERS
from tests.adapters.switches.conftest import OpenFleet, item, secret, section


def error_of(fleet: SwitchFleet) -> str:
    """What an observation says; every other call says the same."""
    (observed,) = fleet.observe([1])
    (applied,) = fleet.apply([item(section())])
    assert applied.result is Result.FAILED
    assert observed.error == applied.message
    assert fleet.tables([1]) == {}
    return observed.error


def test_unreachable(open_fleet: OpenFleet) -> None:
    assert 'port 1: no SSH connection' in error_of(open_fleet(port=1))


def test_no_address_to_connect_to(open_fleet: OpenFleet) -> None:
    assert error_of(open_fleet(management='')) == (
        'tor1 has no address to connect to: give its device a primary IP address.'
    )


def test_the_login_is_refused(open_fleet: OpenFleet, login: Login, tmp_path: Path) -> None:
    new_key(tmp_path / 'other', 'somebody')
    message = error_of(open_fleet(using=replace(login, key_file=str(tmp_path / 'other'))))
    assert 'login as netops was refused' in message
    assert "the login is the credential 'switches'" in message


def test_the_host_key_is_not_known(open_fleet: OpenFleet, login: Login) -> None:
    fleet = open_fleet(using=replace(login, known_hosts_file=''))
    assert 'the host key' in error_of(fleet)
    unchecked = open_fleet(using=replace(login, known_hosts_file=''), verify_host=False)
    assert unchecked.observe([1])[0].error == ''


def test_somebody_in_between(open_fleet: OpenFleet, login: Login, tor: Router, tmp_path: Path) -> None:
    other = ' '.join(new_key(tmp_path / 'imposter', 'x').split()[:2])
    (tmp_path / 'hosts').write_text(f'{tor.management_address} {other}\n')
    fleet = open_fleet(using=replace(login, known_hosts_file=str(tmp_path / 'hosts')))
    assert 'somebody is in between' in error_of(fleet)


def test_a_credential_that_is_missing(target: Any) -> None:
    def no_login(name: str) -> Login:
        raise CredentialError(f'Credential {name!r} is not configured: add it.')

    with SwitchFleet([target], 'c1', login=no_login, secret=secret, sections=RENDERERS) as fleet:
        assert error_of(fleet) == "Credential 'switches' is not configured: add it."


@pytest.mark.parametrize('settings', [{'driver': 'vyos'}, {'template_set': 'vyos'}])
def test_a_profile_that_nothing_here_can_read(open_fleet: OpenFleet, settings: dict[str, str]) -> None:
    assert 'choose a driver of frr, gobgp and templates of frr, gobgp' in error_of(open_fleet(**settings))


def test_one_bad_router_does_not_stop_the_others(target: Any, login: Login) -> None:
    targets = [target, replace(target, id=2, name='tor2', port=1)]
    with SwitchFleet(targets, 'c1', login=lambda _: login, secret=secret, sections=RENDERERS) as fleet:
        for _ in range(2):
            good, bad = fleet.observe([1, 2])
            assert (good.name, good.error) == ('tor1', '')
            assert (bad.name, bad.error != '') == ('tor2', True)
        assert set(fleet.tables([2, 1])) == {1}
        with pytest.raises(InvalidInput, match='Routers 3 are not in this fleet'):
            fleet.observe([1, 3])


@contextmanager
def somebody_else(tor: Router, **more: Any) -> Iterator[Any]:
    """Another operator with the same driver."""
    options = {'key_file': str(tor.key_file), 'host_key': tor.host_key, 'port': tor.port, **more}
    device = get_network_driver('frr')(str(tor.management_address), tor.username, '', optional_args=options)
    device.open()
    try:
        yield device
    finally:
        device.close()


def test_locked_by_somebody(open_fleet: OpenFleet, tor: Router) -> None:
    fleet = open_fleet(lock_wait=1)
    with somebody_else(tor) as other:
        other.load_merge_candidate(config='ip prefix-list OTHER permit any\n')
        (outcome,) = fleet.apply([item(section())])
        assert (outcome.result, 'is locked by' in outcome.message) == (Result.FAILED, True)
        assert fleet.revert(['router:1'])[0].result is Result.UNCHANGED
        other.discard_config()
    assert fleet.apply([item(section())])[0].result is Result.CREATED


def test_a_lock_that_is_given_back_soon_is_waited_for(open_fleet: OpenFleet, tor: Router) -> None:
    with somebody_else(tor, lock_lifetime=1) as other:
        other.load_merge_candidate(config='ip prefix-list OTHER permit any\n')
        assert open_fleet(lock_wait=120).apply([item(section())])[0].result is Result.CREATED


def test_a_configuration_that_people_wrote_is_compared_without_the_lock(fleet: SwitchFleet, tor: Router) -> None:
    startup = tor.folder / 'frr/frr.conf'
    written = startup.read_text()
    with startup.open('w') as stream:
        stream.write(written.replace(' remote-as ', '   remote-as ') + '# by hand\n')
    try:
        with somebody_else(tor) as other:
            other.load_merge_candidate(config='ip prefix-list OTHER permit any\n')
            assert fleet.observe([1])[0].saved
            tor.vtysh('configure terminal', 'ip prefix-list OTHER permit any')
            assert not fleet.observe([1])[0].saved
    finally:
        tor.vtysh('configure terminal', 'no ip prefix-list OTHER')
        tor.vtysh('write memory')


def test_a_commit_of_somebody_else_is_neither_confirmed_nor_taken_back(fleet: SwitchFleet, tor: Router) -> None:
    with somebody_else(tor) as other:
        other.load_merge_candidate(config='ip prefix-list OTHER permit any\n')
        other.commit_config(message='a trial', revert_in=60)
        (observed,) = fleet.observe([1])
        assert (observed.pending_commit, observed.saved) == (True, False)
        for outcome in (*fleet.apply([item(section())]), *fleet.revert(['router:1'])):
            assert outcome.result is Result.FAILED
            assert 'a trial' in outcome.message
            assert 'It is not ours, so it is left alone.' in outcome.message
        assert other.has_pending_commit()
        other.rollback()


def test_a_commit_of_another_cluster_is_left_alone(open_fleet: OpenFleet) -> None:
    theirs = open_fleet(handle='c10')
    theirs.apply([item(section(handle='c10'))])
    assert 'is left alone' in open_fleet().apply([item(section())])[0].message
    assert theirs.revert(['router:1'])[0].result is Result.UPDATED


def test_what_a_dead_run_left_waiting_is_taken_back_and_done_again(open_fleet: OpenFleet) -> None:
    dead, alive = open_fleet(), open_fleet()
    dead.apply([item(section())])
    dead.close()
    assert alive.apply([item(section())])[0].result is Result.CREATED
    assert alive.confirm(['router:1'])[0].result is Result.UPDATED
    assert alive.observe([1])[0].pending_commit is False


def test_what_a_dead_run_left_waiting_can_be_taken_back(open_fleet: OpenFleet) -> None:
    dead, alive = open_fleet(), open_fleet()
    dead.apply([item(section())])
    dead.close()
    assert alive.revert(['router:1'])[0].result is Result.UPDATED
    assert alive.observe([1])[0].section == ''


def logged_in(tor: Router) -> list[int]:
    """The sessions of sshd on this router, and on no other of this machine."""
    network = os.readlink(f'/proc/{tor.namespace.pid}/ns/net')
    inside = [pid for pid, found in namespace.processes(tor.namespace.lab).items() if found == network]
    return [pid for pid in inside if f': {tor.username}'.encode() in Path(f'/proc/{pid}/cmdline').read_bytes()]


def test_a_connection_that_broke_is_opened_again(fleet: SwitchFleet, tor: Router) -> None:
    fleet.apply([item(section())])
    sessions = logged_in(tor)
    assert sessions
    for pid in sessions:
        os.kill(pid, signal.SIGKILL)
    assert fleet.confirm(['router:1'])[0].result is Result.UPDATED
    assert fleet.confirm(['router:1'])[0].result is Result.UPDATED, 'confirmed already is confirmed'


def test_a_router_that_dies_between_apply_and_confirm(fleet: SwitchFleet, tor: Router) -> None:
    fleet.apply([item(section())])
    tor.stop()
    try:
        (outcome,) = fleet.confirm(['router:1'])
        assert outcome.result is Result.FAILED
        assert 'What was not confirmed is taken back by tor1 itself after 60 s.' in outcome.message
    finally:
        tor.start()
    (outcome,) = fleet.confirm(['router:1'])
    assert outcome.result is Result.FAILED
    assert fleet.observe([1])[0].section == ''
    fleet.revert(['router:1'])
    assert fleet.apply([item(section())])[0].result is Result.CREATED


def test_a_neighbor_of_somebody_that_is_not_active_is_seen_and_kept(fleet: SwitchFleet, tor: Router) -> None:
    """FRR would make it a member of our group without a word, and its AS would be lost."""
    theirs = 'neighbor 10.1.1.11 remote-as 65009'
    tor.vtysh('configure terminal', 'router bgp 65001', theirs)
    tor.vtysh('write memory')
    try:
        (observed,) = fleet.observe([1])
        assert [
            (found.group, found.established) for found in observed.sessions if str(found.neighbor) == '10.1.1.11'
        ] == [('', False)]
    finally:
        tor.vtysh('configure terminal', 'router bgp 65001', f'no {theirs}')
        tor.vtysh('write memory')


def test_bytes_that_are_no_text_are_told_without_what_stands_there(fleet: SwitchFleet, tor: Router) -> None:
    line = r'router bgp 65001\n neighbor UPLINK password geh\344m\n'
    tor.namespace.run(['sh', '-c', f"printf '{line}' >/run/lines && vtysh -f /run/lines"])
    try:
        for message in (fleet.observe([1])[0].error, fleet.apply([item(section())])[0].message):
            assert 'not UTF-8 in a line «neighbor UPLINK password …»' in message
            assert 'geh' not in message
    finally:
        tor.vtysh('configure terminal', 'router bgp 65001', 'no neighbor UPLINK password')
