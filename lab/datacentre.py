"""The lab as a whole: up, found again, asked, and down."""

from __future__ import annotations

import functools
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from lab import build, frr, gobgp, management, namespace
from lab.addressing import Family
from lab.agent.bird import Program, ask
from lab.errors import LabError
from lab.frr import Router
from lab.layout import design
from lab.namespace import Device, Namespace
from lab.record import FILE, READY, STANDS, Record
from lab.seed import seed
from lab.services.daemon import Daemon, stop_all
from lab.services.kubernetes import CALICO_V1, KubernetesApi
from lab.topology import Shape, Topology

FOLDER = Path('/var/tmp/netbox-calico-lab')
BIRD = Path('/usr/sbin/bird')
LONGEST_NAME = 11


@dataclass(frozen=True, slots=True)
class Lab:
    """A running lab."""

    record: Record

    @classmethod
    def find(cls, folder: Path) -> Lab:
        """The lab whose files lie in `folder`; LabError when there is none."""
        return cls(Record.load(folder))

    @property
    def topology(self) -> Topology:
        """What stands in it."""
        return self.record.topology

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way to the Kubernetes API, over the management network."""
        return self.record.kubeconfig

    @property
    def routers(self) -> dict[str, Router]:
        """The routers by name, with all that is needed to log in."""
        return build.routers(self.record.folder, self.topology, self.record.namespaces)

    def kubeconfig_of(self, user: str) -> Path:
        """The way to the Kubernetes API of one of the further users that the lab was started with."""
        return self.kubeconfig.with_name(f'{user}.kubeconfig')

    def namespace(self, device: str) -> Namespace:
        """The namespaces of a device; LabError when there is no such device."""
        try:
            return self.record.namespaces[device]
        except KeyError as exc:
            raise LabError(f'There is no device {device}: choose of {", ".join(self.record.namespaces)}.') from exc

    def exec(self, device: str, argv: Sequence[str]) -> str:
        """Run a program on a device; its output, or a LabError."""
        return self.namespace(device).run(argv)

    def birdc(self, node: str, command: str, family: Family = 4) -> str:
        """Ask the BIRD of a node and family."""
        try:
            return ask(self.namespace(node), family, command)
        except OSError as exc:
            raise LabError(f'BIRD on {node} does not answer for IPv{family}: {exc}') from exc

    def wait_converged(self, *, limit: float = 120.0) -> None:
        """Return when every BGP session of every node and of the fabric is Established; LabError after `limit` s."""
        deadline = time.monotonic() + limit
        checks = [functools.partial(self._node_sessions_down, node.name) for node in self.topology.nodes]
        checks += [functools.partial(_router_sessions_down, router) for router in self.routers.values()]
        # One after the other: whoever is late is asked again, and nobody is asked in vain.
        for check in checks:
            while down := check():
                if time.monotonic() > deadline:
                    raise LabError(f'After {limit:.0f} s these sessions are not Established: {_some(down)}.')
                time.sleep(0.05)

    def sessions_down(self) -> list[str]:
        """The sessions that are configured and not Established, each as `device session`."""
        down = [session for node in self.topology.nodes for session in self._node_sessions_down(node.name)]
        return down + [session for router in self.routers.values() for session in _router_sessions_down(router)]

    def _node_sessions_down(self, node: str) -> list[str]:
        down = []
        for family in self.topology.shape.families:
            try:
                answer = self.birdc(node, 'show protocols', family)
            except LabError:
                return [f'{node} (no BIRD)']
            for line in answer.splitlines():
                columns = line.split()
                if len(columns) > 1 and columns[1] == 'BGP' and 'Established' not in columns:
                    down.append(f'{node} {columns[0]}')
        return down

    def down(self) -> None:
        """End it."""
        take_down(self.record.name, self.record.folder)


def _some(names: Sequence[str], most: int = 5) -> str:
    """A list that a person still reads."""
    return ', '.join(names[:most]) + (f' and {len(names) - most} more' if len(names) > most else '')


def _router_sessions_down(router: Router) -> list[str]:
    return [f'{router.name} {neighbor}' for neighbor in router.sessions_down()]


def up(
    shape: Shape | None = None,
    *,
    name: str = 'lab',
    folder: Path | None = None,
    renderer: str = '',
    bird: Path = BIRD,
    calico: str = CALICO_V1,
    users: Mapping[str, Sequence[str]] | None = None,
    patience: float = 180.0,
) -> Lab:
    """Start a lab and return it when its mesh stands. Raises LabError, and leaves nothing behind then.

    `name` tells labs on one machine apart, `folder` holds all its files. `renderer` is a command line that renders
    BIRD's configuration in the place of the stand-in, `bird` the daemon. `calico` is the API group that the cluster
    serves Calico's resources in, `users` are the API's further users with their groups. `patience` is in seconds.
    """
    folder = (folder or FOLDER / name).resolve()
    shape = shape or Shape()
    program = _check(name, bird, shape)
    _clear(folder)
    wanted = _Wanted(name, folder, shape, renderer, program.path, calico, users or {}, patience)
    return _start(wanted, management.any_network, build.write_routers, seed)


def resume(folder: Path, *, patience: float = 180.0) -> Lab:
    """Start a lab again after `down`, and return it when its sessions stand: what routers had saved and what the
    cluster had stored holds. Raises LabError, and leaves nothing running then."""
    last = Record.load(folder)
    program = _check(last.name, last.bird, last.topology.shape)
    wanted = _Wanted(
        last.name,
        last.folder,
        last.topology.shape,
        last.renderer,
        program.path,
        last.calico,
        last.users,
        patience,
    )
    same_network = functools.partial(management.the_network, last.topology.management)
    return _start(wanted, same_network, _as_they_are, _as_they_are)


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    folder: Path
    shape: Shape
    renderer: str
    bird: Path
    calico: str
    users: Mapping[str, Sequence[str]]
    patience: float


def _check(name: str, bird: Path, shape: Shape) -> Program:
    if not (name.isascii() and name.replace('-', '').isalnum() and len(name) <= LONGEST_NAME):
        raise LabError(f'{name!r} cannot name a lab: take at most {LONGEST_NAME} letters, digits and hyphens.')
    namespace.require_root()
    frr.require_programs()
    if shape.gobgp:
        gobgp.require_programs()
    if namespace.processes(name):
        raise LabError(f'The lab {name} is up already: take it down first, or choose another name.')
    return Program.find(bird)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder / 'devices', ignore_errors=True)
    shutil.rmtree(folder / 'kubernetes', ignore_errors=True)
    for old in (STANDS, FILE, 'agent.log'):
        (folder / old).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def _as_they_are(_where: Path, _topology: Topology) -> None:
    """Neither routers nor cluster are furnished: they have everything from the last time."""


def _start(
    wanted: _Wanted,
    network: Callable[[], IPv4Network],
    furnish_routers: Callable[[Path, Topology], None],
    furnish_cluster: Callable[[Path, Topology], None],
) -> Lab:
    try:
        lab = _build(wanted, network, furnish_routers, furnish_cluster)
        lab.wait_converged(limit=wanted.patience)
    except BaseException:
        take_down(wanted.name, wanted.folder)
        raise
    return lab


def _build(
    wanted: _Wanted,
    choose_network: Callable[[], IPv4Network],
    furnish_routers: Callable[[Path, Topology], None],
    furnish_cluster: Callable[[Path, Topology], None],
) -> Lab:
    name, folder = wanted.name, wanted.folder
    # It takes as long to begin as the API does, and waits for the record.
    agent = start_agent(name, folder)
    made = namespace.create(name, [Device('management', settings=build.QUIET)])
    network = management.connect(name, made['management'], choose_network)
    topology = design(wanted.shape, network)
    build.make_room(topology)
    address = str(management.machine_address(network))
    api = KubernetesApi(
        folder / 'kubernetes',
        addresses=(address, '127.0.0.1'),
        calico=wanted.calico,
        users=wanted.users,
        environment={namespace.MARK: name},
    )
    with ThreadPoolExecutor(4) as pool:
        serving = pool.submit(api.start)
        furnish_routers(folder, topology)
        made |= build.namespaces(name, folder, topology)
        build.wire(topology, made, pool)
        routers = build.routers(folder, topology, made)
        build.start_routers(routers.values(), pool)
        build.furnish_nodes(topology, made, pool)
        serving.result()
    for user in wanted.users:
        api.kubeconfig(user)
    kubeconfig = api.kubeconfig()
    furnish_cluster(kubeconfig, topology)
    record = Record(name, folder, topology, kubeconfig, wanted.renderer, wanted.bird, wanted.calico, wanted.users, made)
    record.save()
    agent.wait_until((folder / READY).exists, timeout=60)
    return Lab(record)


def start_agent(name: str, folder: Path) -> Daemon:
    """Start the agent of all nodes; it serves once the record of the lab is in the folder, and then makes READY."""
    for mark in (STANDS, READY):
        (folder / mark).unlink(missing_ok=True)
    agent = Daemon('agent', folder)
    environment = {**namespace.marked(name), 'PYTHONPATH': str(Path(__file__).parents[1])}
    agent.start([sys.executable, '-m', 'lab.agent', str(folder)], env=environment)
    return agent


def take_down(name: str, folder: Path) -> None:
    """End everything of a lab, also what a crash left of it; its files stay until the next `up`."""
    if folder.exists():
        stop_all(folder)
    namespace.remove(name)
