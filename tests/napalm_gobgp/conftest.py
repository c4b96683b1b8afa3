"""A reflector of the lab for the tests of the driver, reset before each of them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import napalm
import pytest

from lab import gobgp
from lab.errors import LabError
from napalm_gobgp import GoBGPDriver

BASE = Path(__file__).with_name('base.conf').read_text(encoding='utf-8')

Connect = Callable[..., GoBGPDriver]


@pytest.fixture(scope='session')
def _router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[gobgp.Router]:
    with gobgp.standalone(tmp_path_factory.mktemp('gobgp'), BASE, lab=f'ng{os.getpid()}') as router:
        yield router


@pytest.fixture
def router(_router: gobgp.Router) -> gobgp.Router:
    """As it was at first: its file, its state, and gobgpd anew."""
    _router.stop()
    gobgp.write_file(_router.folder, BASE)
    shutil.rmtree(f'{_router.file}.napalm', ignore_errors=True)
    _router.start()
    answers(_router)
    return _router


def answers(router: gobgp.Router) -> None:
    """Return when gobgpd has read its file."""
    while True:
        try:
            if router.gobgp('neighbor'):
                return
        except LabError:
            pass
        time.sleep(0.05)


@pytest.fixture
def connect(router: gobgp.Router) -> Iterator[Connect]:
    """Open drivers to the reflector; all are closed at the end."""
    opened: list[GoBGPDriver] = []

    def connect(**options: Any) -> GoBGPDriver:
        given = {'host_key': router.host_key, 'key_file': str(router.key_file), **options}
        driver: GoBGPDriver = napalm.get_network_driver('gobgp')(
            str(router.management_address), router.username, '', optional_args=given
        )
        driver.open()
        opened.append(driver)
        return driver

    yield connect
    for driver in opened:
        driver.close()


@pytest.fixture
def driver(connect: Connect) -> GoBGPDriver:
    return connect()
