"""One start of a demo at a time; Ctrl-C in the middle takes back what it made, and says so in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab import demo
from tests.journeys.test_demo import assert_nothing_is_left

UP = [sys.executable, '-m', 'lab.demo', 'up']


def heed_interrupts() -> None:
    """Who was started in the background ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_second_start_waits_its_turn_and_an_interrupted_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('NETBOX_CALICO_DEMO', str(tmp_path))
    pipe = subprocess.PIPE
    first = subprocess.Popen(
        UP, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=heed_interrupts
    )
    try:
        assert first.stdout
        assert 'PostgreSQL and Redis' in first.stdout.readline()
        second = subprocess.run(UP, capture_output=True, text=True)
        assert (second.returncode, 'is not done yet' in second.stderr) == (1, True)

        os.killpg(first.pid, signal.SIGINT)
        _, said = first.communicate()
        assert (first.returncode, said.strip().splitlines()[:-1]) == (130, [])
        assert said.startswith('demo: interrupted')
        assert_nothing_is_left(tmp_path)
    finally:
        first.kill()
        demo.down()
