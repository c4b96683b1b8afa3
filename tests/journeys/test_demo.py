"""`make demo` shows a cluster that left the mesh without a lost packet; `make demo-down` leaves nothing of it."""

from __future__ import annotations

import os
import re
import urllib.request
from pathlib import Path

import pytest

from lab import demo, namespace


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that have to do with a folder."""
    found = []
    for process in Path('/proc').glob('[0-9]*'):
        try:
            command = (process / 'cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


def test_the_demo_moves_its_cluster_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv('NETBOX_CALICO_DEMO', str(tmp_path))
    (tmp_path / 'precious').write_text('not of the demo')
    name = f'demo{os.getpid() % 10**7}'
    try:
        demo.up(name)
        told = capsys.readouterr().out
        assert re.search(r'from mesh to top of rack: 0 of [1-9]\d+ packets lost', told)
        url = re.search(r'(http://127\.0\.0\.1:\d+/) +user admin, password \S+', told)
        assert url
        assert urllib.request.urlopen(f'{url[1]}login/').status == 200
        assert processes_of(tmp_path)
    finally:
        demo.down(name)
    assert processes_of(tmp_path) == []
    assert namespace.processes(name) == {}
    assert str(tmp_path) not in Path('/proc/mounts').read_text()
    assert (tmp_path / 'precious').exists()
