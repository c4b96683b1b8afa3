"""The tasks of nornir-napalm drive it as they drive any other driver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from napalm.base.exceptions import CommitError
from nornir.core import Nornir
from nornir.core.configuration import Config, SSHConfig
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import SerialRunner
from nornir_napalm.plugins.tasks import (
    napalm_cli,
    napalm_configure,
    napalm_confirm_commit,
    napalm_get,
    napalm_rollback,
)

from lab.frr import Router
from tests.napalm_frr.conftest import BASE
from tests.napalm_frr.router import running, startup, wait_for

CHANGE = 'router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n'
CHANGED = BASE.replace(
    '10.1.1.11 peer-group CAL-C1\n', '10.1.1.11 peer-group CAL-C1\n neighbor 10.1.1.12 peer-group CAL-C1\n'
)


@pytest.fixture
def nornir(router: Router, tmp_path: Path) -> Iterator[Nornir]:
    """Host key by known_hosts, port and user by the inventory, and an SSH configuration file that does not exist."""
    (tmp_path / 'known_hosts').write_text(router.known_hosts + '\n')
    options = ConnectionOptions(
        extras={
            'optional_args': {'key_file': str(router.key_file), 'known_hosts_file': str(tmp_path / 'known_hosts')},
            'timeout': 30,
        }
    )
    host = Host(
        'tor1',
        hostname=str(router.management_address),
        username=router.username,
        password='',
        port=router.port,
        platform='frr',
        connection_options={'napalm': options},
    )
    ConnectionPluginRegister.auto_register()
    runner = Nornir(
        inventory=Inventory(Hosts({'tor1': host}), Groups({}), Defaults()),
        config=Config(ssh=SSHConfig(config_file=str(tmp_path / 'absent'))),
        runner=SerialRunner(),
    )
    yield runner
    runner.close_connections()


def run(nornir: Nornir, task: Any, **arguments: Any) -> Any:
    result = nornir.run(task, **arguments)['tor1'][0]
    nornir.data.reset_failed_hosts()
    if result.exception:
        raise result.exception
    return result


def test_configure_then_again_without_a_change(nornir: Nornir, router: Router) -> None:
    first = run(nornir, napalm_configure, configuration=CHANGE)
    assert first.changed
    assert first.diff == '  router bgp 65001\n+  neighbor 10.1.1.12 peer-group CAL-C1'
    assert startup(router) + 'end\n' == CHANGED

    again = run(nornir, napalm_configure, configuration=CHANGE)
    assert (again.changed, again.diff) == (False, '')


def test_a_dry_run_changes_nothing_and_unlocks(nornir: Nornir, router: Router) -> None:
    assert run(nornir, napalm_configure, configuration=CHANGE, dry_run=True).changed
    assert running(router) == BASE
    assert run(nornir, napalm_configure, configuration=CHANGE).changed


def test_replace(nornir: Nornir, router: Router) -> None:
    assert not run(nornir, napalm_configure, configuration=BASE, replace=True).changed
    assert run(nornir, napalm_configure, configuration=CHANGED, replace=True).changed
    assert running(router) == CHANGED


def test_confirm(nornir: Nornir, router: Router) -> None:
    assert not run(nornir, napalm_confirm_commit).changed
    run(nornir, napalm_configure, configuration=CHANGE, revert_in=60, commit_message='ticket 7')
    assert startup(router) + 'end\n' == BASE
    assert run(nornir, napalm_confirm_commit).changed
    assert startup(router) + 'end\n' == CHANGED


def test_not_confirmed(nornir: Nornir, router: Router) -> None:
    run(nornir, napalm_configure, configuration=CHANGE, revert_in=1)
    wait_for(lambda: running(router) == BASE)


def test_rollback(nornir: Nornir, router: Router) -> None:
    run(nornir, napalm_configure, configuration=CHANGE)
    run(nornir, napalm_rollback)
    assert running(router) == BASE


def test_a_rejected_line_fails_the_task(nornir: Nornir, router: Router) -> None:
    with pytest.raises(CommitError, match='Configure the peer-group first'):
        run(nornir, napalm_configure, configuration='router bgp 65001\n neighbor 10.1.1.13 peer-group NOPE\n')
    assert running(router) == BASE


def test_getters_and_commands(nornir: Nornir) -> None:
    found = run(nornir, napalm_get, getters=['facts', 'bgp_neighbors', 'config', 'interfaces_ip']).result
    assert found['facts']['hostname'] == 'tor1'
    assert '10.1.1.99' in found['bgp_neighbors']['global']['peers']
    assert 'router bgp 65001' in found['config']['running']
    assert 'FRRouting' in run(nornir, napalm_cli, commands=['show version']).result['show version']
