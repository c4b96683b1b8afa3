"""A router of the lab for the tests of the driver, reset before each of them."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import napalm
import pytest

from lab import frr
from napalm_frr import FRRDriver
from tests.napalm_frr.router import add_accounts, reset


def _as_printed(base: str) -> str:
    """What this machine's FRR prints for the configuration of an FRR 8.4."""
    said = subprocess.run([frr.PROGRAMS / 'bgpd', '--version'], capture_output=True, text=True, check=True).stdout
    version = said.split()[2]
    header, bgp, *policies, end = re.split('^!\n', re.sub('(?<=^frr version ).*', version, base), flags=re.MULTILINE)
    in_order = [*policies, bgp] if int(version.split('.')[0]) >= 10 else [bgp, *policies]
    return '!\n'.join([header, *in_order, end])


BASE = _as_printed(Path(__file__).with_name('base.conf').read_text())

Connect = Callable[..., FRRDriver]


@pytest.fixture(scope='session')
def _router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[frr.Router]:
    folder = tmp_path_factory.mktemp('frr')
    temporary = Path(tempfile.gettempdir())
    for above in (folder, *folder.parents):
        if above != temporary and above.is_relative_to(temporary):
            above.chmod(0o755)  # the users of the router live in there
    with frr.standalone(folder, name='tor1', lab=f'nf{os.getpid()}', configuration=BASE) as router:
        add_accounts(router)
        yield router


@pytest.fixture
def router(_router: frr.Router) -> frr.Router:
    reset(_router, BASE)
    return _router


@pytest.fixture
def connect(router: frr.Router) -> Iterator[Connect]:
    """Open drivers to the router, by default as its operator; all are closed at the end."""
    opened: list[FRRDriver] = []

    def connect(username: str = router.username, password: str = '', **options: Any) -> FRRDriver:
        driver = new_driver(router, username, password, **options)
        driver.open()
        opened.append(driver)
        return driver

    yield connect
    for driver in opened:
        driver.close()


def new_driver(router: frr.Router, username: str, password: str = '', **options: Any) -> FRRDriver:
    given = {'host_key': router.host_key, 'port': router.port, **({} if password else {'key_file': router.key_file})}
    driver: FRRDriver = napalm.get_network_driver('frr')(
        str(router.management_address), username, password, optional_args={**given, **options}
    )
    return driver


@pytest.fixture
def driver(connect: Connect) -> FRRDriver:
    return connect()
