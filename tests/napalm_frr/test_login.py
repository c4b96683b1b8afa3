"""Who gets in, how the router proves who it is, and what the errors say."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    ConnectTimeoutError,
)

from lab.frr import Router, new_key
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE, Connect, new_driver
from tests.napalm_frr.router import PASSWORD, SECOND_SSHD, on_device_processes, running, startup, wait_for

CHANGE = 'router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n'


@pytest.mark.parametrize('username', ['root', 'operator', 'netops'])
def test_root_sudo_and_the_owner_of_the_configuration_may_change_it(
    connect: Connect, router: Router, username: str
) -> None:
    driver = connect(username, port=SECOND_SSHD)
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=60)
    driver.confirm_commit()
    assert '10.1.1.12' in startup(router)
    assert driver.get_config()['startup'] == driver.get_config()['running']


def test_different_logins_share_lock_and_pending_commit(connect: Connect, router: Router) -> None:
    first = connect('operator', port=SECOND_SSHD)
    first.load_merge_candidate(config=CHANGE)
    first.commit_config(revert_in=60)
    second = connect('root', port=SECOND_SSHD)
    assert second.has_pending_commit()
    connect().confirm_commit()
    assert '10.1.1.12' in startup(router)


def test_a_password_will_do(connect: Connect) -> None:
    driver = connect('operator', PASSWORD, port=SECOND_SSHD)
    assert driver.get_facts()['hostname'] == 'tor1'


def test_a_wrong_password_is_refused_without_being_told(connect: Connect) -> None:
    with pytest.raises(ConnectAuthError, match='login as operator was refused') as caught:
        connect('operator', 'not this one', port=SECOND_SSHD)
    assert 'not this one' not in str(caught.value)


def test_a_wrong_key_is_refused(connect: Connect, tmp_path: Path) -> None:
    new_key(tmp_path / 'other', 'nobody')
    with pytest.raises(ConnectAuthError, match='login as netops was refused'):
        connect(key_file=str(tmp_path / 'other'))


def test_a_member_of_frrvty_reads_but_does_not_write(connect: Connect, router: Router) -> None:
    driver = connect('viewer', port=SECOND_SSHD)
    assert driver.get_bgp_neighbors()['global']['peers']
    with pytest.raises(CommandErrorException, match=r"allow 'sudo -n'"):
        driver.load_merge_candidate(config=CHANGE)
    assert running(router) == BASE


def test_a_user_without_rights_is_told_which_are_missing(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match=r'(?s)guest cannot use FRR.*frrvty'):
        connect('guest', port=SECOND_SSHD)


def test_sudo_that_is_asked_for_but_not_allowed(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match=r'viewer cannot use FRR.*password is required'):
        connect('viewer', port=SECOND_SSHD, privilege='sudo')


def test_vtysh_as_login_shell_is_explained(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match='give the user a POSIX shell, not vtysh'):
        connect('console', port=SECOND_SSHD)


def test_a_talkative_shell_is_explained(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match=r"'Welcome to this router'.*print nothing"):
        connect('chatty', port=SECOND_SSHD)


# -- host keys ---------------------------------------------------------------------------------------------------


def test_an_unknown_host_is_refused_with_its_fingerprint(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match=r'host key ssh-ed25519 SHA256:.* is not known'):
        connect(host_key=None)


def test_another_host_key_is_refused(connect: Connect, tmp_path: Path) -> None:
    other = new_key(tmp_path / 'other', 'somebody else')
    with pytest.raises(ConnectionException, match=r'the host key is SHA256:.*, known is SHA256:'):
        connect(host_key=other)


def test_a_known_hosts_file_will_do(connect: Connect, router: Router, tmp_path: Path) -> None:
    (tmp_path / 'known').write_text(router.known_hosts + '\n')
    assert connect(host_key=None, known_hosts_file=str(tmp_path / 'known')).is_alive() == {'is_alive': True}


def test_a_known_hosts_file_that_is_missing_is_named(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(ConnectionException, match='known_hosts'):
        connect(host_key=None, known_hosts_file=str(tmp_path / 'known_hosts'))


def test_something_that_is_no_host_key_is_named(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match='is no public key'):
        connect(host_key='AAAA')


def test_the_check_can_be_given_up_only_explicitly(connect: Connect) -> None:
    assert connect(host_key=None, ssh_strict=False).is_alive() == {'is_alive': True}


def test_an_ssh_configuration_file_with_a_jump_host(router: Router, tmp_path: Path) -> None:
    """HostName, User, IdentityFile, UserKnownHostsFile and ProxyJump, as in an operator's own file."""
    address = router.management_address
    known = tmp_path / 'known'
    known.write_text(
        f'{router.known_hosts}\n[{address}]:{SECOND_SSHD} {router.host_key}\n127.0.0.1 {router.host_key}\n'
    )
    (tmp_path / 'config').write_text(
        f'Host rack-7\n HostName 127.0.0.1\n User netops\n ProxyJump jump\n'
        f'Host jump\n HostName {address}\n Port {SECOND_SSHD}\n User root\n'
        f'Host *\n IdentityFile {router.key_file}\n UserKnownHostsFile {known}\n'
    )
    driver = FRRDriver('rack-7', '', '', optional_args={'ssh_config_file': str(tmp_path / 'config')})
    driver.open()
    assert driver.get_facts()['hostname'] == 'tor1'
    driver.close()


# -- connections that fail -------------------------------------------------------------------------------------


def test_a_port_where_nobody_listens(connect: Connect) -> None:
    with pytest.raises(ConnectionException, match=r'port 2299: no SSH connection.*sshd runs there'):
        connect(port=2299)


def test_a_name_that_does_not_resolve(connect: Connect, router: Router) -> None:
    driver = new_driver(router, 'netops')
    driver._connection.hostname = 'no-such-router.invalid'
    with pytest.raises(ConnectionException, match=r'no-such-router\.invalid port 22: no SSH connection'):
        driver.open()


def test_a_host_that_accepts_and_says_nothing(router: Router) -> None:
    with socket.create_server(('127.0.0.1', 0)) as silent:
        threading.Thread(target=silent.accept, daemon=True).start()
        driver = new_driver(router, 'netops', connect_timeout=1.0, port=silent.getsockname()[1])
        driver._connection.hostname = '127.0.0.1'
        with pytest.raises(ConnectionException, match=r'no SSH connection|no answer within 1 s'):
            driver.open()


def test_an_address_that_does_not_answer(router: Router) -> None:
    driver = new_driver(router, 'netops', connect_timeout=1.0)
    driver._connection.hostname = str(router.management_address + 200)  # in the same network, nobody's
    with pytest.raises(ConnectTimeoutError, match=r'no answer within 1 s'):
        driver.open()


def test_a_connection_that_is_lost_is_an_error_of_napalm(connect: Connect, router: Router) -> None:
    driver = connect()
    assert driver.is_alive() == {'is_alive': True}
    driver._connection._client.close()
    assert driver.is_alive() == {'is_alive': False}
    with pytest.raises(ConnectionClosedException, match='the connection is lost'):
        driver.get_bgp_neighbors()
    with pytest.raises(ConnectionClosedException, match='the connection is lost'):
        driver.load_merge_candidate(config=CHANGE)


def test_a_router_that_takes_too_long(connect: Connect, router: Router) -> None:
    """A vtysh that hangs on some commands; what is under way on the router ends by itself."""
    hanging = router.folder / 'hanging/vtysh'
    hanging.parent.mkdir()
    hanging.write_text(
        '#!/bin/sh\ncase "$*" in *"show bgp"*|*"configure terminal"*) sleep 20;; esac\nexec /usr/bin/vtysh "$@"\n'
    )
    hanging.chmod(0o755)
    driver = connect(vtysh=str(hanging), commit_timeout=8.0)
    driver._connection.timeout = 1
    with pytest.raises(CommandTimeoutException, match='did not end within 1 s'):
        driver.get_bgp_neighbors()
    driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommandTimeoutException, match=r'no answer within 8 s\. The router finishes'):
        driver.commit_config()
    wait_for(lambda: '10.1.1.12' in startup(router))
    wait_for(lambda: not on_device_processes(router))


def test_a_program_on_the_router_that_is_killed(connect: Connect, router: Router) -> None:
    driver = connect()
    driver.load_merge_candidate(config=CHANGE)
    for pid in on_device_processes(router):
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(CommandErrorException, match='was killed'):
        driver.commit_config()
    assert running(router) == BASE
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()


def test_a_driver_can_be_opened_again(connect: Connect) -> None:
    driver = connect()
    driver.close()
    assert driver.is_alive() == {'is_alive': False}
    driver.open()
    assert driver.is_alive() == {'is_alive': True}


# -- options -----------------------------------------------------------------------------------------------------


def test_unknown_options_are_named(router: Router, caplog: pytest.LogCaptureFixture) -> None:
    new_driver(router, 'netops', hostkey='x')
    assert 'unknown optional_args: hostkey' in caplog.text


@pytest.mark.parametrize(('option', 'value'), [('privilege', 'su'), ('state_dir', 'run')])
def test_an_option_with_a_wrong_value_is_named(router: Router, option: str, value: str) -> None:
    with pytest.raises(ValueError, match=rf"optional_args\['{option}'\] is '{value}'"):
        new_driver(router, 'netops', **{option: value})


def test_programs_that_are_elsewhere_are_named(connect: Connect) -> None:
    with pytest.raises(CommandErrorException, match=r'nowhere/frr-reload\.py does not exist\. Install'):
        connect(frr_reload='/nowhere/frr-reload.py').load_merge_candidate(config=CHANGE)
    with pytest.raises(CommandErrorException, match=r'/nowhere/python3 did not run or was killed \(.*[Nn]o such file'):
        connect(python='/nowhere/python3').load_merge_candidate(config=CHANGE)
    with pytest.raises(ConnectionException, match='cannot use FRR'):
        connect(vtysh='/nowhere/vtysh')
