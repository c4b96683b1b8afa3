"""Are the addresses that sessions run between the right ones, and nobody else's?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.designs.announced import announced
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import group_names
from netbox_calico.planning.serving import VIRTUAL_ROLES

from .case import Case
from .code import error, finds, warning
from .mesh_off import careful

ADDRESS_DRIFT = warning(
    'address-drift',
    "Calico peers from an address that NetBox does not have on the node's host, or has with another mask.",
    "Correct NetBox, or Calico's address detection.",
    20,
)
NODE_ADDRESS_SHARED = error(
    'node-address-shared',
    'Calico peers from an address that NetBox calls shared: VIP, VRRP, anycast and the like.',
    "Correct the role in NetBox, or Calico's address detection.",
    53,
)
NODE_ADDRESS_TWICE = error(
    'node-address-twice', 'Two nodes peer from one address.', 'Correct the address of all but one.'
)
NEIGHBOR_CLAIMED = error(
    'neighbor-claimed',
    'A router has a neighbour already that we would configure: by hand, of another cluster, of another speaker.',
    'Remove it there, or correct the address.',
    13,
    21,
    62,
)
POOL_CONTAINS_NODE = error(
    'pool-contains-node',
    'A pool or service range contains the address of a node: a route for it from a router takes the mesh down.',
    'Keep the ranges and the networks of the nodes apart.',
    23,
)
NO_ROUTER_ID = warning(
    'no-router-id', 'Nodes without an IPv4 address give BIRD no router ID.', 'Set CALICO_ROUTER_ID on calico-node.'
)


@finds(ADDRESS_DRIFT, NODE_ADDRESS_SHARED)
def address_drift(case: Case) -> Iterator[Finding]:
    """BIRD uses the address that Calico detected; NetBox should agree. Neither is ever written."""
    vrf = case.snapshot.cluster.vrf
    for node in case.snapshot.nodes:
        running = case.running.get(node.name)
        if running is None:
            continue
        own = {address.value.ip: address for address in node.addresses if address.vrf == vrf}
        for end in running.addresses:
            if end.version not in case.snapshot.cluster.families:
                continue
            address = own.get(end.ip)
            if address is None:
                yield ADDRESS_DRIFT.at(
                    node.name,
                    f'Calico peers from {end} on node {node.name}, which NetBox does not have on its host in the VRF '
                    "of the cluster. Correct NetBox, or Calico's address detection.",
                )
            elif address.role in VIRTUAL_ROLES:
                yield NODE_ADDRESS_SHARED.at(
                    node.name,
                    f'Calico peers from {end} on node {node.name}, which is a shared address in NetBox (role '
                    f"{address.role}). Correct the role, or Calico's address detection.",
                )
            elif address.value != end:
                yield ADDRESS_DRIFT.at(
                    node.name,
                    f'Node {node.name} has {end} in Calico and {address.value} in NetBox: make the masks agree.',
                )


@finds(NODE_ADDRESS_TWICE)
def addresses_of_two_nodes(case: Case) -> Iterator[Finding]:
    """One address, two nodes: whichever is reached is chance."""
    holders: dict[IPAddress, list[str]] = defaultdict(list)
    for node in case.observation.cluster.nodes:
        for end in node.addresses:
            holders[end.ip].append(node.name)
    for address, names in holders.items():
        if len(names) > 1:
            yield NODE_ADDRESS_TWICE.at(
                str(address),
                f'Nodes {" and ".join(names)} both peer from {address}: correct the address of all but one.',
            )


@finds(NEIGHBOR_CLAIMED)
def claimed_neighbors(case: Case) -> Iterator[Finding]:
    """A neighbour of ours that is configured on the router already, by another cluster or by hand."""
    ours = group_names(case.snapshot.cluster.handle)
    seen = case.observed_routers
    configured = {(key, session.neighbor): session.group for key, router in seen.items() for session in router.sessions}
    words = {key: frozenset(router.section.split()) for key, router in seen.items()}
    uses = {use.router: use.cluster for use in case.snapshot.foreign}
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for session in case.intent.sessions:
        group = configured.get((session.router, session.node_address))
        # Not every system tells the group of a session; what stands in our own section is ours.
        if group is None or group in ours or (not group and str(session.node_address) in words[session.router]):
            continue
        found[session.router, group].append(f'{session.node_address} (node {session.node})')
    for (router, group), (first, *others) in found.items():
        whose = f'in group {group}' if group else 'by itself'
        also = uses.get(router)
        yield NEIGHBOR_CLAIMED.at(
            case.routers[router].name,
            f'{case.routers[router].name} has a neighbour {first} already, {whose}, which is not ours'
            f'{f"; {also} is on this router as well" if also else ""}. '
            f'{f"The same holds for {listed(others, 4)}. " if others else ""}'
            f'{careful(case)}Remove it there, or correct the address.',
        )


@finds(POOL_CONTAINS_NODE)
def pools_over_nodes(case: Case) -> Iterator[Finding]:
    """A route that covers a node makes mesh routes unresolvable: BIRD looks no next hop up in a learned route."""
    ranges = announced(case.snapshot)
    for node in case.observation.cluster.nodes:
        for end in node.addresses:
            for prefix in ranges:
                if end.ip in prefix:
                    yield POOL_CONTAINS_NODE.at(
                        node.name,
                        f'{prefix} contains the address {end.ip} of node {node.name}: a route for it from a router '
                        'would take the mesh down. Pools and service ranges must not overlap the networks of the '
                        'nodes.',
                    )


@finds(NO_ROUTER_ID)
def only_ipv6(case: Case) -> Iterator[Finding]:
    """BIRD takes its router ID from the IPv4 address; without one it has to be given."""
    bare = [node.name for node in case.observation.cluster.nodes if not any(end.version == 4 for end in node.addresses)]
    given = 'CALICO_ROUTER_ID' in (case.agent_variables or {})
    if bare and not given and 6 in case.snapshot.cluster.families:
        yield NO_ROUTER_ID.at(
            case.snapshot.cluster.name,
            f'{counted(len(bare), "node has", "nodes have")} no IPv4 address, as {bare[0]}: BIRD needs '
            'CALICO_ROUTER_ID there (hash, or an address of its own a node).',
        )
