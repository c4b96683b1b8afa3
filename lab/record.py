"""What a lab remembers of itself in its folder, so that any later command finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

from lab.errors import LabError
from lab.layout import design
from lab.namespace import Namespace
from lab.topology import Shape, Topology

FILE = 'lab.json'
# There while the lab that FILE describes stands: what starts beside the lab waits for it.
STANDS = 'lab.stands'
READY = 'agent.ready'


@dataclass(frozen=True, slots=True)
class Record:
    """The lab in `folder`. `renderer` is a command line or empty for the stand-in; `bird` is the daemon.

    `calico` is the API group of Calico's resources, `users` are the API's further users with their groups.
    """

    name: str
    folder: Path
    topology: Topology
    kubeconfig: Path
    renderer: str
    bird: Path
    calico: str
    users: Mapping[str, Sequence[str]]
    namespaces: dict[str, Namespace] = field(repr=False)

    def device_folder(self, name: str) -> Path:
        """Where the files of a device lie."""
        return self.folder / 'devices' / name

    def save(self) -> None:
        """Write it down: it stands."""
        content = {
            'name': self.name,
            'shape': asdict(self.topology.shape),
            'management': str(self.topology.management),
            'kubeconfig': str(self.kubeconfig),
            'renderer': self.renderer,
            'bird': str(self.bird),
            'calico': self.calico,
            'users': dict(self.users),
            'holders': {name: [namespace.pid, namespace.private] for name, namespace in self.namespaces.items()},
        }
        written = self.folder / f'{FILE}.new'
        written.write_text(json.dumps(content), encoding='utf-8')
        written.replace(self.folder / FILE)
        (self.folder / STANDS).touch()

    @classmethod
    def load(cls, folder: Path) -> Record:
        """Read it again; LabError when there is no lab in `folder`."""
        folder = folder.resolve()
        try:
            content = json.loads((folder / FILE).read_text(encoding='utf-8'))
        except FileNotFoundError as exc:
            raise LabError(f'There is no lab in {folder}: start one with `python -m lab up`.') from exc
        shape = Shape(**{**content['shape'], 'families': tuple(content['shape']['families'])})
        return cls(
            name=content['name'],
            folder=folder,
            topology=design(shape, IPv4Network(content['management'])),
            kubeconfig=Path(content['kubeconfig']),
            renderer=content['renderer'],
            bird=Path(content['bird']),
            calico=content['calico'],
            users=content['users'],
            namespaces={
                name: Namespace(content['name'], name, pid, private)
                for name, (pid, private) in content['holders'].items()
            },
        )
