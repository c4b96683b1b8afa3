"""What runs beside BGP on the nodes, as far as it may be read: without these rights a cluster is observed all the same.

The resources are cut down to what a planner asks for; of variables the values of a few named ones are kept, never all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from lightkube import Client
from lightkube.models.core_v1 import Container
from lightkube.resources.apps_v1 import DaemonSet, Deployment

from netbox_calico.planning.model.observation import Resource

from .calls import Rejected, patiently
from .resources import Class

AGENT, TYPHA = 'calico-node', 'calico-typha'
_VARIABLES = frozenset({'CALICO_ADVERTISE_CLUSTER_IPS', 'CALICO_NETWORKING_BACKEND', 'CALICO_ROUTER_ID'})
_UNSEEN = (403, 404)
_SETTINGS = ('FelixConfiguration', 'IPAMConfiguration')


def surroundings(
    client: Client, classes: Mapping[str, Class], namespace: Callable[[], str], patience: float
) -> Iterator[Resource]:
    """FelixConfiguration, IPAMConfiguration, DaemonSet calico-node, Deployment calico-typha: what is there and shown.

    ``namespace`` tells where calico-node runs. Raises what ``patiently`` does, but for a missing right.
    """
    for kind in _SETTINGS:
        settings = _seen(f'{kind} default', partial(client.get, classes[kind], 'default'), patience)
        if settings is not None:
            yield Resource(kind, 'default', settings.get('spec') or {})
    try:
        where = namespace()
    except Rejected as exc:
        if exc.code not in _UNSEEN:
            raise
        return
    agent = _seen(f'DaemonSet {AGENT}', partial(client.get, DaemonSet, AGENT, namespace=where), patience)
    if agent is not None:
        yield Resource('DaemonSet', AGENT, {'env': _variables(agent), **_rollout(agent)})
    typha = _seen(f'Deployment {TYPHA}', partial(client.get, Deployment, TYPHA, namespace=where), patience)
    if typha is not None:
        yield Resource('Deployment', TYPHA, {'replicas': typha.spec.replicas if typha.spec else None})


def _seen(what: str, request: Callable[[], Any], patience: float) -> Any:
    try:
        return patiently(f'show {what}', request, patience)
    except Rejected as exc:
        if exc.code not in _UNSEEN:
            raise
        return None


def _variables(agent: DaemonSet) -> dict[str, str]:
    """Those that are given as text; one that comes from a ConfigMap is not looked up."""
    return {
        variable.name: variable.value
        for container in _containers(agent)
        for variable in container.env or ()
        if variable.name in _VARIABLES and variable.value
    }


def _rollout(agent: DaemonSet) -> dict[str, Any]:
    """The image, the nodes that are to run it, and those whose turn has come; nothing of what is not told yet."""
    status = agent.status
    if status is None or status.observedGeneration != (agent.metadata and agent.metadata.generation):
        return {}
    return {
        'image': next((container.image for container in _containers(agent)), None),
        'nodes': status.desiredNumberScheduled,
        'updated': status.updatedNumberScheduled or 0,
    }


def _containers(agent: DaemonSet) -> list[Container]:
    pod = agent.spec.template.spec if agent.spec else None
    return [container for container in (pod.containers if pod else ()) if container.name == AGENT]
