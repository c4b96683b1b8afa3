"""The top-of-rack designs of a lab, and a move to one of them or back under traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lab.datacentre import Lab
from lab.traffic.flows import Flow
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from tests.journeys.drive import RATE, drive, lossless
from tests.journeys.inventory import snapshot_of

FULL_TABLES: Mapping[str, object] = {'design': 'tor-full-tables'}
OWN_AS_ALLOWED: Mapping[str, object] = {**FULL_TABLES, 'options': Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)}
AS_PER_RACK: Mapping[str, object] = {'design': 'tor-as-per-rack'}
AS_PER_NODE: Mapping[str, object] = {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)}
DEFAULT_ROUTE: Mapping[str, object] = {'design': 'tor-default'}
SHARED: Mapping[str, object] = {'options': Options(scheme=Scheme.SHARED_ADDRESS)}
"""On top of a design: the shared addresses of the routers."""


def knows(design: Mapping[str, object], flow: Flow) -> bool:
    """With a default route alone a node never learns where addresses are that its blocks lent; the plan says so."""
    return flow.scope != 'borrowed' or design['design'] != 'tor-default'


def move(
    lab: Lab,
    design: Mapping[str, object],
    kind: str,
    promised: Callable[[Flow], bool],
    drained: str = '',
    secrets: Iterable[str] = (),
    rate: float = RATE,
) -> Observation:
    """Carry out the plan under traffic, of which nothing is lost, after which nothing is left to plan."""
    wish = snapshot_of(lab.topology, **design)
    wish = replace(wish, routers=tuple(replace(tor, drained=tor.name == drained) for tor in wish.routers))
    with drive(lab, wish, secrets=secrets) as driver:
        lossless(lab, driver, driver.plan(kind), promised, rate)
        seen = driver.observe()
        assert seen.cluster.mesh is (kind == 'back')
        return seen
