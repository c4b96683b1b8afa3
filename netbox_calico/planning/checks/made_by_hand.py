"""Does the cluster live by what people made by hand? Nothing of it goes before something else carries the nodes."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.by_hand import HandMade
from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.encapsulation import NEVER, vxlan
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION
from netbox_calico.planning.ranges import pools
from netbox_calico.planning.serving import REFLECTOR_ROLE

from .case import Case
from .code import error, finds, warning
from .mesh_off import kubectl, switch_on
from .way_back import bare_families

MADE_BY_HAND = error(
    'made-by-hand',
    'The mesh is off, and nodes live by BGPPeers that no plan made: what the design needs would cut into them.',
    'Take them over in the order that the message gives (docs/by-hand.md), which leaves no node without routes.',
    7,
    13,
)
BGP_PEER_UNFILTERED = error(
    'bgp-peer-unfiltered',
    'By a BGPPeer that no plan made nodes would tell routers what they hear from each other: packets go round.',
    'Give it an export filter that rejects what was learned from peers.',
    9,
)
NODES_ISOLATED = warning(
    'nodes-isolated',
    'The mesh is off, and nodes have no session at all: their pods and those of other nodes do not reach each other.',
    'Switch the mesh on, unless that is known: a plan connects them at its end.',
    15,
)


@finds(MADE_BY_HAND)
def taken_over(case: Case) -> Iterator[Finding]:
    """Beside what plans made, BGPPeers of others are an addition; before any plan they are what there is."""
    found = _alone(case)
    peers = [one for one in found if not one.ours]
    if not peers:
        return
    cluster = case.snapshot.cluster
    between = any(one.between_nodes for one in peers)
    routers = sorted({case.routers[key].name for one in peers for key in one.routers})
    whom = [*(['one another'] if between else []), *([listed(routers, 4)] if routers else [])]
    wanted = {session.router for session in case.intent.sessions}
    if between:
        order = _from_reflectors(case)
    elif case.intent.reflection is not None:
        order = _by_the_mesh(case)
    elif wanted.isdisjoint(key for one in peers for key in one.routers):
        order = _beside(case)
    elif case.by_hand.in_turn:
        order = _router_by_router(case)
    else:
        order = _by_the_mesh(case)
    yield MADE_BY_HAND.at(
        cluster.name,
        f'The mesh is off, and the nodes of {cluster.name} live by BGPPeers that no plan made '
        f'({listed((one.name for one in peers), 4)}), by which they peer with {" and ".join(whom)}: whoever deletes '
        f'them now cuts nodes off. Take them over in this order. {order}',
    )


@finds(BGP_PEER_UNFILTERED)
def unfiltered(case: Case) -> Iterator[Finding]:
    """Once nodes hear of each other by iBGP, a router that hears the same from all of them sends packets round."""
    if not (case.intent.mesh or case.intent.reflected or case.intent.reflection is not None):
        return
    carrying = {router.id for router in case.snapshot.routers if router.role != REFLECTOR_ROLE}
    bare, found = bare_families(case), _alone(case)
    if any(one.between_nodes or one.routers - carrying for one in found):
        # They hear of each other already, and what is so now gets no worse.
        return
    telling = [one for one in found if one.retelling & bare.keys()]
    if telling:
        families = sorted({family for one in telling for family in one.retelling & bare.keys()})
        rules = ','.join(f'"exportV{family}":[{{"source":"RemotePeers","action":"Reject"}}]' for family in families)
        routers = sorted({case.routers[key].name for one in telling for key in one.routers})
        yield BGP_PEER_UNFILTERED.at(
            case.snapshot.cluster.name,
            f'By BGPPeers that no plan made ({listed((one.name for one in telling), 8)}) nodes would tell '
            f'{listed(routers, 4)} all that they hear from each other. Such a router sends to any node what is for '
            'nodes elsewhere, and gets it back, for without encapsulation that is its way. Write a BGPFilter with the '
            'spec {' + rules + '} and name it in the filters of these BGPPeers, which restarts no session; let no '
            'default route and no network of nodes in from these routers either. Then plan again.',
        )


@finds(NODES_ISOLATED)
def sessionless(case: Case) -> Iterator[Finding]:
    """Nodes whose routes nobody carries: before any plan, or as they joined since the last one."""
    if case.observation.cluster.mesh:
        return
    alone = case.by_hand.isolated
    by_bgp = [pool.name for pool, _ in pools(case.observation.cluster) if vxlan(pool) == NEVER]
    if alone and by_bgp:
        yield NODES_ISOLATED.at(
            case.snapshot.cluster.name,
            f'The mesh is off, and {counted(len(alone), "node has", "nodes have")} no session ({listed(alone, 4)}): '
            'unless something else carries their routes, their pods and those of other nodes do not reach each other. '
            f'A plan connects those that NetBox knows{_meanwhile(case)}.',
        )


def _meanwhile(case: Case) -> str:
    """The mesh is no harm where nobody has a session yet."""
    if case.by_hand.planned or case.by_hand.peers:
        return ''
    return f'; until then the mesh would: {switch_on(case)}'


def _alone(case: Case) -> tuple[HandMade, ...]:
    """What was made by hand, where nothing else carries the nodes: no mesh, and no BGPPeer that a plan made."""
    if case.observation.cluster.mesh or case.by_hand.planned:
        return ()
    return case.by_hand.peers


def _beside(case: Case) -> str:
    return (
        f'(1) Give them to the plans: {_label(case)} (2) Plan and deploy: what the design needs comes beside them, and '
        'when all routes stand the plan deletes them. (3) Take the nodes off the neighbours of their routers.'
    )


def _router_by_router(case: Case) -> str:
    return (
        f'(1) Give them to the plans: {_label(case)} (2) Mark one of the routers that each node has as drained in '
        'NetBox. (3) Lead traffic away from the other routers by hand, delete their BGPPeers '
        f'({_delete(case)}), and take the nodes off their neighbours. (4) Plan and deploy: these routers get what the '
        'design needs, and when all routes stand the plan deletes the BGPPeers to the routers that are marked. (5) '
        'Take the nodes off the neighbours of these routers too, take the mark off, plan and deploy. Choose for all '
        'this the design that is most like what there is, and go to another one from there.'
    )


def _by_the_mesh(case: Case) -> str:
    bare = bare_families(case)
    tunnels = (
        f'First give pools {listed(sorted({name for names in bare.values() for name in names}))} IPIP CrossSubnet, or '
        'what crosses subnets is lost meanwhile. '
        if bare
        else ''
    )
    return (
        f'{tunnels}(1) Give them to the plans: {_label(case)} (2) Make a plan back to the mesh and deploy it: the mesh '
        'comes on, and when all nodes reach each other by it, these BGPPeers go. Until the end pods and services are '
        'not reached from outside. (3) Take the nodes off the neighbours of the routers. (4) Plan and deploy this '
        'design.'
    )


def _from_reflectors(case: Case) -> str:
    patch = f'{{"metadata":{{"annotations":{{"{REFLECTOR_ANNOTATION}":null}},"labels":{{"LABEL":null}}}}}}'
    return (
        '(1) Make a plan back to the mesh and deploy it, which switches the mesh on and waits until the nodes that do '
        f'not reflect reach each other by it (by hand: {switch_on(case)}). (2) Node by node, pods moved away before, '
        'take from those that reflect their cluster ID and the label that the BGPPeers select, in one patch: kubectl '
        f"patch node NODE --type merge -p '{patch}'; it joins the mesh at once, and has no routes for about two "
        f'seconds. (3) Delete these BGPPeers: {_delete(case)} (4) Plan and deploy this design.'
    )


def _label(case: Case) -> str:
    return kubectl(case, f'label bgppeers NAME {OWNER_LABEL}={case.snapshot.cluster.handle}')


def _delete(case: Case) -> str:
    return kubectl(case, 'delete bgppeers NAME')
