"""`make demo` shows a cluster that left the mesh without a lost packet; `make demo-down` leaves nothing running."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest

from lab import demo, namespace
from lab.datacentre import Lab

pytestmark = pytest.mark.alone


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


def test_the_demo_moves_its_cluster_goes_on_with_it_at_the_next_start_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv('NETBOX_CALICO_DEMO', str(tmp_path))
    (tmp_path / 'precious').write_text('not of the demo')
    try:
        demo.up()
        told = capsys.readouterr().out
        assert re.search(r'from mesh to top of rack: 0 of [1-9]\d+ packets lost', told)
        login = way_in(told)
        assert urllib.request.urlopen(f'{login[0]}login/').status == 200
        assert processes_of(tmp_path)
        demo.down()
        assert_nothing_is_left(tmp_path)

        demo.up()
        told = capsys.readouterr().out
        assert 'top of rack' not in told
        assert way_in(told)[1] == login[1]
        lab = Lab.find(tmp_path / 'lab')
        assert lab.sessions_down() == []
        assert 'CAL-LAB-4 peer-group' in lab.routers['tor-1a'].vtysh('show running-config')
    finally:
        demo.down()
    assert_nothing_is_left(tmp_path)
    assert (tmp_path / 'precious').exists()


def way_in(told: str) -> tuple[str, str]:
    """The address and the password that the demo prints."""
    found = re.search(r'(http://127\.0\.0\.1:\d+/) +user admin, password (\S+)', told)
    assert found
    return found[1], found[2]


def assert_nothing_is_left(folder: Path) -> None:
    assert processes_of(folder) == []
    assert namespace.processes(demo.lab_name()) == {}
    assert str(folder) not in Path('/proc/mounts').read_text()
