"""The gates behind steps on the cluster: what each waits for, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netbox_calico.planning.model.plan import Gate, GateKind

RACK_TIMEOUT = 240
"""Seconds for one rack: connect delay and the spread of routes take few. The rest is patience with Calico's BIRD 1.6,
two of which, when they dial each other at once, refuse each other and wait 5 to 30 s: 60 s were seen, and a graceful
restart may hold for 120."""

CLUSTER_TIMEOUT = 300
"""Seconds for all racks together."""

FABRIC = 3
"""Seconds that the fabric is given, which nobody can look at, to prefer other routers as the nodes do already."""

TUNNELS = 30
"""Seconds that nodes are given to have the ends of their tunnels, which nobody asks them for."""

MESH_TIMEOUT = 240
"""Seconds for a mesh that starts from nothing; passive ends and retries alone may take 50."""


def precheck() -> Gate:
    """Both sides answer and nobody is in the middle of something."""
    return Gate(GateKind.PRECHECK, 'The cluster and all routers answer, nothing is pending or unsaved', timeout=60)


def rack_routes(rack: str, left: Sequence[str]) -> Gate:
    """The routes of one rack."""
    return Gate(
        GateKind.ROUTES, f'Sessions and routes of rack {rack}', timeout=RACK_TIMEOUT, racks=(rack,), left=tuple(left)
    )


def racks_routes(racks: Iterable[str], left: Sequence[str]) -> Gate:
    """The routes of racks that live by their routers already."""
    return Gate(
        GateKind.ROUTES,
        'Sessions and routes of the racks that have their label',
        timeout=CLUSTER_TIMEOUT,
        racks=tuple(racks),
        left=tuple(left),
    )


def rack_left(rack: str, left: Sequence[str], pause: int) -> Gate:
    """One rack more lives by its routers alone."""
    return Gate(
        GateKind.ROUTES,
        f'Rack {rack} and all others reach each other through the routers',
        timeout=RACK_TIMEOUT,
        pause=pause,
        racks=(rack,),
        left=tuple(left),
    )


def all_routes(title: str, left: Sequence[str], hold: int) -> Gate:
    """The routes of all racks, for the settle time."""
    return Gate(GateKind.ROUTES, title, timeout=CLUSTER_TIMEOUT, hold=hold, left=tuple(left))


def idle(title: str, routers: Iterable[int], racks: Sequence[str], hold: int) -> Gate:
    """Nothing goes by these routers any more; the rest is as in all_routes."""
    return Gate(
        GateKind.ROUTES,
        title,
        timeout=CLUSTER_TIMEOUT,
        hold=hold,
        pause=FABRIC,
        racks=tuple(racks),
        left=tuple(racks),
        idle=tuple(routers),
    )


def default_routes(title: str, hold: int) -> Gate:
    """The default routes of all racks, for the settle time."""
    return Gate(GateKind.DEFAULT, title, timeout=CLUSTER_TIMEOUT, hold=hold)


def mesh(title: str, racks: Iterable[str] = (), hold: int = 0, nodes: Iterable[str] = ()) -> Gate:
    """The nodes that are in the mesh carry their traffic by it."""
    return Gate(GateKind.MESH, title, timeout=MESH_TIMEOUT, hold=hold, racks=tuple(racks), nodes=tuple(nodes))


def reflected(
    title: str,
    *,
    paths: int = 1,
    nodes: Iterable[str] = (),
    reflectors: Iterable[str] = (),
    routers: Iterable[int] = (),
    told: Iterable[int] = (),
    hold: int = 0,
) -> Gate:
    """The nodes have their sessions with route reflectors, in the cluster or with these routers, and by these every
    block of every other node; ``told`` are routers that reflectors tell of their racks.
    """
    return Gate(
        GateKind.REFLECTED,
        title,
        timeout=CLUSTER_TIMEOUT,
        hold=hold,
        nodes=tuple(nodes),
        reflectors=tuple(reflectors),
        routers=tuple(routers),
        told=tuple(told),
        paths=paths,
    )


def gone(title: str, routers: Iterable[int]) -> Gate:
    """No session of ours is left on these routers."""
    return Gate(GateKind.GONE, title, timeout=RACK_TIMEOUT, routers=tuple(routers))
