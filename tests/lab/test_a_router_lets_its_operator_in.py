"""Whoever has the key logs in to a router and may use FRR, whatever the umask is and wherever its files lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lab import frr
from napalm_frr import FRRDriver


@pytest.mark.parametrize('mask', [0o077, 0o000], ids=['closed', 'open'])
def test_with_any_umask_in_a_folder_with_a_space_in_its_name(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with frr.standalone(tmp_path / 'a b', lab=f'um{os.getpid()}') as router:
            options = {'key_file': router.key_file, 'host_key': router.host_key}
            driver = FRRDriver(str(router.management_address), router.username, '', optional_args=options)
            driver.open()
            assert 'hostname router' in driver.get_config()['running']
            driver.close()
    finally:
        os.umask(before)
