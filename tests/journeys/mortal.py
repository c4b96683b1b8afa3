"""A process that carries out a plan and kills itself at a given call, as `kill -9` would; its journal outlives it.

    python -m tests.journeys.mortal LAB_FOLDER PLAN JOURNAL CALL

CALL is how the call begins that it does not live to make: `confirm router:` or `apply kubernetes:Node/name`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab.datacentre import Lab
from netbox_calico.planning.codec import decode, encode
from netbox_calico.planning.model.plan import Outcome, Plan, Step
from netbox_calico.planning.ports import StepStatus, Wish
from tests.journeys.drive import Notes, drive
from tests.journeys.inventory import snapshot_of

CONFIRM_SECONDS = 30


@dataclass
class Kept(Notes):
    """A journal in a file, which the next process reads."""

    file: Path = Path()

    def __post_init__(self) -> None:
        if self.file.exists():
            kept = json.loads(self.file.read_text(encoding='utf-8'))
            self.statuses = {int(step): StepStatus(status) for step, status in kept['statuses'].items()}
            self.wanted, self.lines = Wish(kept['wanted']), kept['lines']

    def rolling_back(self, reason: str) -> None:
        super().rolling_back(reason)
        self._keep()

    def started(self, step: Step) -> None:
        super().started(step)
        self._keep()

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        super().outcomes(step, phase, outcomes)
        self._keep()

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None:
        super().ended(step, status, message)
        self._keep()

    def _keep(self) -> None:
        kept: Mapping[str, object] = {'statuses': self.statuses, 'wanted': self.wanted, 'lines': self.lines}
        self.file.write_text(json.dumps(kept), encoding='utf-8')


@dataclass(frozen=True)
class _Mortal:
    """Either port; the process ends just before the call that begins like `last`."""

    port: Any
    last: str

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.port, name)

        def until_death(argument: Any, *more: Any) -> Any:
            targets = argument if isinstance(argument, list) else [getattr(argument, 'target', '')]
            if any(f'{name} {target}'.startswith(self.last) for target in targets if isinstance(target, str)):
                os.kill(os.getpid(), signal.SIGKILL)
            return call(argument, *more)

        return until_death if name in ('apply', 'confirm') else call


def run_until_killed(lab: Lab, plan: Plan, journal: Path, call: str) -> None:
    """Carry out the plan in another process, from where the journal stands to just before the call."""
    written = journal.with_suffix('.plan')
    written.write_text(json.dumps(encode(plan)), encoding='utf-8')
    argv = [sys.executable, '-m', 'tests.journeys.mortal', lab.record.folder, written, journal, call]
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, (done.returncode, done.stdout, done.stderr)


def main(folder: str, written: str, journal: str, call: str) -> None:
    lab = Lab.find(Path(folder))
    plan = decode(json.loads(Path(written).read_text(encoding='utf-8')))
    with drive(lab, snapshot_of(lab.topology), CONFIRM_SECONDS) as opened:
        dying: Any = replace(opened, cluster=_Mortal(opened.cluster, call), fleet=_Mortal(opened.fleet, call))
        report = dying.run(plan, Kept(file=Path(journal)))
    print(report)


if __name__ == '__main__':
    main(*sys.argv[1:])
