"""Threads that talk to routers read Secrets, all at once and perhaps as the first that is read in the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

_ALL_AT_ONCE = """
import sys, threading
import netbox_calico.adapters.kubernetes
from lightkube.models.meta_v1 import Status
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Namespace, Node, Secret

def read():
    start.wait()
    {kind}.from_dict({{'metadata': {{'name': 'x'}}, 'spec': {{'selector': {{}}, 'template': {{}}}}}})

sys.setswitchinterval(1e-6)
start = threading.Barrier(50)
threads = [threading.Thread(target=read) for _ in range(50)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize('kind', ['DaemonSet', 'Deployment', 'Namespace', 'Node', 'Secret', 'Status'])
def test_a_kind_is_read_by_many_threads_at_once(kind: str) -> None:
    program = [sys.executable, '-c', _ALL_AT_ONCE.format(kind=kind)]
    assert [subprocess.run(program).returncode for _ in range(3)] == [0, 0, 0]
