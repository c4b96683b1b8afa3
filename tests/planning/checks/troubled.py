"""A sound data centre, one thing wrong with it, and what is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation, Resource, RouterObservation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from tests.planning.world import PROFILE, RENDERERS, observation, snapshot

type Sides = tuple[Snapshot, Observation]
type Trouble = Callable[[Snapshot, Observation], Sides]


# Found in the sound one as well, as every first deployment moves the paths to services.
ALWAYS = 'service-connections-break'


def found(trouble: Trouble, kind: str = 'deploy', **cluster: object) -> tuple[Finding, ...]:
    """What a plan for two racks of two nodes and two routers, both families, finds beside `ALWAYS`."""
    wish = snapshot(**cluster)
    wish, seen = trouble(wish, observation(wish))
    plan = make_plan(wish, seen, kind, RENDERERS)
    assert not (plan.errors and plan.steps), 'a plan with errors must not have steps'
    return tuple(finding for finding in plan.findings if finding.code != ALWAYS)


def codes(trouble: Trouble, kind: str = 'deploy', **cluster: object) -> set[tuple[str, str]]:
    """Severity and code of the findings."""
    return {(finding.severity.value, finding.code) for finding in found(trouble, kind, **cluster)}


def sound(wish: Snapshot, seen: Observation) -> Sides:
    return wish, seen


def wished(**changes: object) -> Trouble:
    """The snapshot changed."""
    return lambda wish, seen: (replace(wish, **changes), seen)


def cluster(**changes: object) -> Trouble:
    """The cluster in NetBox changed."""
    return lambda wish, seen: (replace(wish, cluster=replace(wish.cluster, **changes)), seen)


def observed(**changes: object) -> Trouble:
    """What was seen of the cluster changed."""
    return lambda wish, seen: (wish, replace(seen, cluster=replace(seen.cluster, **changes)))


def node(name: str, /, **changes: object) -> Trouble:
    """A node in NetBox changed."""
    return lambda wish, seen: (
        replace(wish, nodes=tuple(replace(n, **changes) if n.name == name else n for n in wish.nodes)),
        seen,
    )


def running(name: str, /, **changes: object) -> Trouble:
    """A node of the cluster changed."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        nodes = tuple(replace(n, **changes) if n.name == name else n for n in seen.cluster.nodes)
        return wish, replace(seen, cluster=replace(seen.cluster, nodes=nodes))

    return trouble


def router(name: str, /, **changes: object) -> Trouble:
    """A router in NetBox changed."""
    return lambda wish, seen: (
        replace(wish, routers=tuple(replace(r, **changes) if r.name == name else r for r in wish.routers)),
        seen,
    )


def device(name: str, /, **changes: object) -> Trouble:
    """What was seen of a router changed."""
    return lambda wish, seen: (
        wish,
        replace(seen, routers=tuple(replace(r, **changes) if r.name == name else r for r in seen.routers)),
    )


def knobs(name: str, /, **settings: str | None) -> Trouble:
    """A router's own settings changed; None takes one away."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        return wish, replace(seen, routers=tuple(_turned(r, settings) if r.name == name else r for r in seen.routers))

    return trouble


def profile(**changes: object) -> Trouble:
    """The profile of all routers changed."""
    return lambda wish, seen: (
        replace(wish, routers=tuple(replace(r, profile=replace(PROFILE, **changes)) for r in wish.routers)),
        seen,
    )


def pool(name: str, /, **spec: object) -> Trouble:
    """A pool of the cluster changed."""
    return resource('IPPool', name, **spec)


def resource(kind: str, name: str, /, **spec: object) -> Trouble:
    """An object of the cluster changed, or there."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        old = seen.cluster.find(kind, name) or Resource(kind, name)
        others = tuple(r for r in seen.cluster.resources if (r.kind, r.name) != (kind, name))
        changed = replace(old, spec={**old.spec, **spec})
        return wish, replace(seen, cluster=replace(seen.cluster, resources=(*others, changed)))

    return trouble


def present(kind: str, name: str, labels: dict[str, str] | None = None, /, **spec: object) -> Trouble:
    """One object more in the cluster."""
    more = Resource(kind, name, spec, labels or {})
    return lambda wish, seen: (
        wish,
        replace(seen, cluster=replace(seen.cluster, resources=(*seen.cluster.resources, more))),
    )


def joined(node: KubernetesNode) -> Trouble:
    """One node more in the cluster."""
    return lambda wish, seen: (wish, replace(seen, cluster=replace(seen.cluster, nodes=(*seen.cluster.nodes, node))))


def labelled(name: str, **labels: str) -> Trouble:
    """A node of the cluster with more labels; two underscores stand for a slash."""
    return running(name, labels={key.replace('__', '/'): value for key, value in labels.items()})


def both(*troubles: Trouble) -> Trouble:
    """One after the other."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        for one in troubles:
            wish, seen = one(wish, seen)
        return wish, seen

    return trouble


def without_node(name: str, netbox: bool = False, kubernetes: bool = False) -> Trouble:
    """A node that one side lacks."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        if netbox:
            wish = replace(wish, nodes=tuple(n for n in wish.nodes if n.name != name))
        if kubernetes:
            nodes: tuple[KubernetesNode, ...] = tuple(n for n in seen.cluster.nodes if n.name != name)
            seen = replace(seen, cluster=replace(seen.cluster, nodes=nodes))
        return wish, seen

    return trouble


def without_router(name: str) -> Trouble:
    """A router that NetBox lacks."""
    return lambda wish, seen: (
        replace(wish, routers=tuple(r for r in wish.routers if r.name != name)),
        replace(seen, routers=tuple(r for r in seen.routers if r.name != name)),
    )


def every_router(change: Callable[[Router], Router]) -> Trouble:
    """All routers in NetBox changed."""
    return lambda wish, seen: (replace(wish, routers=tuple(map(change, wish.routers))), seen)


def _turned(found: RouterObservation, settings: dict[str, str | None]) -> RouterObservation:
    merged = {**found.settings, **settings}
    return replace(found, settings={key: value for key, value in merged.items() if value is not None})
