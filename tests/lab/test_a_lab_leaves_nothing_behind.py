"""Labs side by side, ended, crashed, or unable to start: no process, interface or mount stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab import namespace
from lab.datacentre import Lab, take_down, up
from lab.errors import LabError
from lab.services.kubernetes import CALICO_V3
from lab.topology import Shape

ONE_RACK = Shape(racks=1, nodes=2, tors=1, families=(4,))


def processes_in(folder: Path) -> list[str]:
    """The command lines of all processes that were started with something out of a folder."""
    found = []
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / 'cmdline').read_bytes().replace(b'\0', b' ').decode()
            except OSError:
                continue
            if str(folder) in command:
                found.append(command)
    return found


def interfaces() -> set[str]:
    return {path.name for path in Path('/sys/class/net').iterdir()}


def assert_nothing_left(name: str, folder: Path) -> None:
    assert namespace.processes(name) == {}
    assert processes_in(folder) == []
    assert namespace.root_interface(name) not in interfaces()
    assert str(folder) not in Path('/proc/self/mounts').read_text()
    holders = [Path('/proc', pid, 'cmdline') for pid in os.listdir('/proc') if pid.isdigit()]
    assert [path for path in holders if path.exists() and f'lab-{name}:'.encode() in path.read_bytes()] == []


def test_two_labs_stand_side_by_side_and_end_one_after_the_other(tmp_path: Path) -> None:
    one = up(ONE_RACK, name='lab-one', folder=tmp_path / 'one')
    try:
        with pytest.raises(LabError, match='lab-one is up already'):
            up(ONE_RACK, name='lab-one', folder=tmp_path / 'other')
        # The agent of the second finds Calico's resources in the newer of their two groups.
        two = up(ONE_RACK, name='lab-two', folder=tmp_path / 'two', calico=CALICO_V3)
        assert not one.topology.management.overlaps(two.topology.management)
        assert one.kubeconfig != two.kubeconfig

        two.down()

        assert_nothing_left('lab-two', tmp_path / 'two')
        assert Lab.find(tmp_path / 'one').sessions_down() == []
    finally:
        one.down()
    assert_nothing_left('lab-one', tmp_path / 'one')


def test_what_a_crash_left_is_found_without_the_record_of_the_lab(tmp_path: Path) -> None:
    lab = up(ONE_RACK, name='lab-crash', folder=tmp_path)
    # A log-in has an environment of its own, and outlives whoever made the lab.
    node = lab.topology.nodes[0].name
    with subprocess.Popen(['env', '-i', *lab.namespace(node).command(['sleep', 'infinity'])]):
        (tmp_path / 'lab.json').unlink()
        for pid in list(namespace.processes('lab-crash'))[:3]:
            os.kill(pid, signal.SIGKILL)

        take_down('lab-crash', tmp_path)

    assert_nothing_left('lab-crash', tmp_path)
    with pytest.raises(LabError, match='There is no lab in'):
        Lab.find(tmp_path)
    take_down('lab-crash', tmp_path)


def test_a_lab_is_ended_by_its_name_alone_wherever_its_files_lie(tmp_path: Path) -> None:
    up(ONE_RACK, name='lab-away', folder=tmp_path / 'lab')

    take_down('lab-away', tmp_path / 'elsewhere')

    assert_nothing_left('lab-away', tmp_path / 'lab')


def test_a_lab_that_cannot_start_leaves_nothing(tmp_path: Path) -> None:
    program = tmp_path / 'bird'
    program.write_text('#!/bin/sh\necho BIRD version 2.0.12 >&2\n[ "$1" = --version ]\n')
    program.chmod(0o755)

    with pytest.raises(LabError, match=r'not Established: node-1-1 \(no BIRD\)'):
        up(ONE_RACK, name='lab-broken', folder=tmp_path / 'lab', bird=program, patience=3)

    assert_nothing_left('lab-broken', tmp_path / 'lab')


def test_a_program_that_is_no_bird_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LabError, match='does not say that it is BIRD'):
        up(ONE_RACK, name='lab-true', folder=tmp_path, bird=Path('/bin/true'))


@pytest.mark.parametrize('name', ['', 'a name', 'much-too-long'])
def test_a_name_that_no_interface_can_bear_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabError, match='cannot name a lab'):
        up(ONE_RACK, name=name, folder=tmp_path)


def test_without_root_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    script = (
        'import os, pathlib, sys\n'
        'from lab.datacentre import up\n'
        'os.setuid(65534)\n'
        f'up(name="lab-user", folder=pathlib.Path({str(tmp_path)!r}))\n'
    )
    done = subprocess.run([sys.executable, '-c', script], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        'lab.errors.LabError: The lab makes network namespaces and needs root: run it with sudo.'
    )
