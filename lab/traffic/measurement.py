"""Runs the sender and the receiver of one measurement, two processes for all flows, and reads their notes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lab.datacentre import Lab
from lab.errors import LabError
from lab.namespace import marked
from lab.traffic.flows import Flow, flows
from lab.traffic.report import Report, make_report
from lab.traffic.sockets import PATHS

RATE = 1000.0
# What was sent last has arrived by then, also where a retransmission was needed.
GRACE_SECONDS = 1.0


class Measurement:
    """A measurement that runs until `stop`; `report` holds its result from then on."""

    def __init__(self, lab: Lab, rate: float, chosen: list[Flow], folder: Path) -> None:
        """Start: `rate` is in packets a second a UDP flow, notes go to `folder`."""
        self._flows = chosen
        self._rate = rate
        self._folder = folder
        self._report: Report | None = None
        listeners = {(device, flow.family, flow.port) for flow in chosen for device in flow.listeners}
        request = {
            'folder': str(folder),
            'rate': rate,
            'flows': [_as_json(flow, lab.namespace(flow.source).pid) for flow in chosen],
            'listeners': [
                {'pid': lab.namespace(device).pid, 'family': family, 'port': port}
                for device, family, port in sorted(listeners)
            ],
        }
        self._receiver = _start(lab, 'receiver', request)
        try:
            self._sender = _start(lab, 'sender', request)
        except BaseException:
            self._receiver.kill()
            raise

    @property
    def report(self) -> Report:
        """What was measured; LabError while it still runs."""
        if self._report is None:
            raise LabError('The measurement has no report before it is stopped.')
        return self._report

    def stop(self) -> Report:
        """End the measurement and count."""
        self._end(self._sender)
        time.sleep(GRACE_SECONDS)
        self._end(self._receiver)
        self._report = make_report(self._folder, self._flows, self._rate, PATHS)
        return self._report

    def abandon(self) -> None:
        """End both processes without a report; harmless when they have ended."""
        for process in (self._sender, self._receiver):
            process.kill()
            process.wait()

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.terminate()
        if process.wait():
            raise LabError(f'A process of the measurement failed; see {self._folder.parent}.')


def _as_json(flow: Flow, pid: int) -> dict[str, Any]:
    return {**asdict(flow), 'source_pid': pid, 'source_address': str(flow.source_address), 'target': str(flow.target)}


def _start(lab: Lab, what: str, request: dict[str, Any]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, '-m', f'lab.traffic.{what}'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=marked(lab.record.name, {'PYTHONPATH': str(Path(__file__).parents[2])}),
        # Ctrl-C is for the command that measures, which ends them.
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(request, default=str) + '\n')
    process.stdin.flush()
    if process.stdout.readline().strip() != 'ready':
        process.kill()
        raise LabError(f'The {what} of the measurement does not start; its error stands above.')
    return process


def _all(_: Flow) -> bool:
    return True


@contextmanager
def measure(lab: Lab, *, rate: float = RATE, choose: Callable[[Flow], bool] = _all) -> Iterator[Measurement]:
    """Traffic for as long as the context lasts; its `report` can be read afterwards.

    `rate` is in packets a second a UDP flow; `choose` picks among all flows. Raises LabError when it cannot start.
    """
    chosen = [flow for flow in flows(lab.topology) if choose(flow)]
    with tempfile.TemporaryDirectory(prefix='traffic-', dir=lab.record.folder) as folder:
        measurement = Measurement(lab, rate, chosen, Path(folder))
        try:
            yield measurement
            measurement.stop()
        finally:
            measurement.abandon()
