"""Whoever has the key logs in to a router and may use FRR, whatever the umask is and wherever its files lie."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lab import frr
from lab.errors import LabError
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


def test_at_once_even_when_sshd_is_slow_to_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = frr.sshd()
    monkeypatch.setattr(frr, 'sshd', lambda: ('sh', '-c', '(sleep 1; exec "$@") >/dev/null 2>&1 &', 'late', *at_once))

    with (
        frr.standalone(tmp_path, lab=f'late{os.getpid()}') as router,
        socket.create_connection((str(router.management_address), router.port)) as caller,
    ):
        assert caller.recv(4) == b'SSH-'


def test_an_sshd_that_never_listens_is_named_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frr, 'SSHD_SECONDS', 0.2)
    monkeypatch.setattr(frr, 'sshd', lambda: ('sh', '-c', 'echo "no port is free" > "$4"', 'never'))

    with pytest.raises(LabError, match=r'router: sshd does not listen after .* s: no port is free'):
        frr.standalone(tmp_path, lab=f'never{os.getpid()}').__enter__()
