"""The two renderers: our own, which writes the configuration of all nodes, and a program of somebody else's on each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lab.agent.bird import DAEMONS, Supervisor, control_socket
from lab.agent.render import Dialect, render
from lab.agent.views import ClusterViews, Objects
from lab.namespace import Namespace
from netbox_calico.planning.errors import CalicoError

log = logging.getLogger(__name__)

# Events come in bursts (a label on forty nodes): a short wait gathers them into one look.
GATHER_SECONDS = 0.02
# The status of a node changes nothing that is rendered.
IRRELEVANT = {'CalicoNodeStatus'}


class StandIn:
    """Renders every node's configuration whenever something of the cluster has changed."""

    def __init__(self, birds: Supervisor, dialect: Dialect, objects: Callable[[], Objects]) -> None:
        """`objects` returns the cluster's manifests by kind."""
        self._birds = birds
        self._dialect = dialect
        self._objects = objects
        self._changed = threading.Event()

    def changed(self, kind: str) -> None:
        """An object of that kind is not what it was."""
        if kind not in IRRELEVANT:
            self._changed.set()

    def run(self) -> None:
        """Render for ever."""
        pause = threading.Event()
        while True:
            self._changed.wait()
            pause.wait(GATHER_SECONDS)
            self._changed.clear()
            try:
                self._render_all(ClusterViews(self._objects()))
            except CalicoError as exc:
                # As the real agent, which keeps the last configuration that it could make.
                log.error('nothing is rendered: %s', exc)

    def _render_all(self, views: ClusterViews) -> None:
        known = set(views.nodes)
        new = []
        for bird in self._birds:
            name, family = bird.namespace.name, bird.family
            if name not in known:
                continue
            text = render(views.view(name, family), self._dialect)
            if not bird.configuration.exists() or bird.configuration.read_text(encoding='utf-8') != text:
                replace(bird.configuration, text)
                new.append((name, family))
        for name, family in new:
            self._birds.look(name, family)


def replace(path: Path, text: str) -> None:
    """Write a file at once, so that no reader sees half of it; only root may read it, as it may hold passwords."""
    new = path.with_suffix('.new')
    new.touch(mode=0o600)
    new.write_text(text, encoding='utf-8')
    new.rename(path)


def start_programs(
    argv: Sequence[str], nodes: Mapping[str, Namespace], folders: Mapping[str, Path], kubeconfig: Path
) -> None:
    """Run a renderer of somebody else's once a node, inside its namespaces, for as long as the lab stands.

    Its environment says for whom (NODENAME), where the API is (KUBECONFIG) and where bird.cfg and bird6.cfg belong
    (CONFIG_FOLDER), beside what calico-node's own programs are told. BIRD is told of every change of those files.
    """
    for name, namespace in nodes.items():
        folder = folders[name]
        environment = {
            'NODENAME': name,
            'CALICO_K8S_NODE_REF': name,
            'KUBECONFIG': str(kubeconfig),
            'DATASTORE_TYPE': 'kubernetes',
            'CALICO_NETWORKING_BACKEND': 'bird',
            'CONFIG_FOLDER': str(folder),
            **{f'{daemon.upper()}_CONTROL_SOCKET': control_socket(family) for family, daemon in DAEMONS.items()},
        }
        with (folder / 'renderer.log').open('ab') as log_file:
            namespace.start(argv, log=log_file, env=environment)
