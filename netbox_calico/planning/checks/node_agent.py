"""Does what runs on the nodes leave traffic to BGP, and has it the help that it needs?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.encapsulation import NEVER, by_felix, ipip
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.sizing.scale import Scale
from netbox_calico.planning.sizing.typha import typha_replicas

from .case import Case
from .code import error, finds, note, warning

BACKEND_WITHOUT_BIRD = error(
    'backend-without-bird',
    'The backend of calico-node is vxlan or none, which has no BIRD: no session would come up.',
    'Change the backend to bird first, or leave the cluster as it is.',
    57,
)
LEGACY_SERVICE_ADDRESSES = warning(
    'legacy-service-addresses',
    'The variable CALICO_ADVERTISE_CLUSTER_IPS announces cluster addresses besides BGPConfiguration.',
    'Write the range into serviceClusterIPs and take the variable away.',
)
WINDOWS_NODES = error(
    'windows-nodes',
    'Nodes that shall peer run Windows: they have no BIRD and no CalicoNodeStatus, so no gate would open.',
    'Leave the cluster in the mesh.',
    57,
)
WIREGUARD = warning(
    'wireguard-on',
    'WireGuard carries the traffic between nodes: the routes that the gates see are not the path that it takes.',
    'Watch the traffic itself while you deploy.',
    57,
)
DIRECT_RETURN = warning(
    'direct-server-return',
    'The eBPF data plane answers from another node than the one that was asked: strict uRPF drops that.',
    'Make sure that the interfaces towards the nodes check loosely, or not at all.',
    57,
)
IPIP_BY_FELIX = note(
    'ipip-by-felix',
    'Felix writes the routes of IPIP pools in this cluster, and BIRD only those without encapsulation.',
    'Look at the routes of such pools in the kernel, not in BIRD.',
    35,
)
TYPHA_MISSING = warning(
    'typha-missing',
    'The cluster has no Typha, and so many nodes that each change would be sent to all of them by the API itself.',
    'Install Typha before labels are changed.',
    43,
)
TYPHA_FEW = warning(
    'typha-few',
    'Typha has fewer replicas than the nodes need: one for every 200, three at least.',
    'Raise its replicas.',
    43,
)


@finds(BACKEND_WITHOUT_BIRD, LEGACY_SERVICE_ADDRESSES)
def environment(case: Case) -> Iterator[Finding]:
    """What the variables of calico-node say; one whose value stands elsewhere is not read."""
    variables = case.agent_variables or {}
    cluster = case.snapshot.cluster.name
    if (backend := variables.get('CALICO_NETWORKING_BACKEND')) in ('vxlan', 'none'):
        yield BACKEND_WITHOUT_BIRD.at(
            cluster,
            f'calico-node runs with CALICO_NETWORKING_BACKEND={backend}, which has no BIRD: no session would come up. '
            'Change it to bird first (the operator: bgp: Enabled), or leave the cluster as it is.',
        )
    if ranges := variables.get('CALICO_ADVERTISE_CLUSTER_IPS'):
        yield LEGACY_SERVICE_ADDRESSES.at(
            cluster,
            f'calico-node has CALICO_ADVERTISE_CLUSTER_IPS={ranges}, which announces these besides what '
            'BGPConfiguration says, and routers drop what NetBox does not have. Write the range into '
            'serviceClusterIPs and take the variable away.',
        )


@finds(WINDOWS_NODES)
def windows(case: Case) -> Iterator[Finding]:
    """Nodes that no gate can look at."""
    found = [name for name in sorted(case.peering) if case.running[name].labels.get('kubernetes.io/os') == 'windows']
    if found:
        yield WINDOWS_NODES.at(
            case.snapshot.cluster.name,
            f'{counted(len(found), "node runs", "nodes run")} Windows: {listed(found)}. There is no BIRD and no '
            'CalicoNodeStatus on them, so no session comes up and no gate opens. Leave the cluster in the mesh.',
        )


@finds(DIRECT_RETURN, WIREGUARD)
def felix(case: Case) -> Iterator[Finding]:
    """Settings with which traffic does not go as routes say."""
    found = case.observation.cluster.find('FelixConfiguration', 'default')
    settings, cluster = found.spec if found else {}, case.snapshot.cluster.name
    if settings.get('wireguardEnabled') or settings.get('wireguardEnabledV6'):
        yield WIREGUARD.at(
            cluster,
            'WireGuard is on: traffic between nodes goes through its tunnels and not by the routes that the gates '
            'see, so they prove the traffic from outside alone. Watch the traffic itself while you deploy.',
        )
    if settings.get('bpfEnabled') and settings.get('bpfExternalServiceMode') == 'DSR':
        yield DIRECT_RETURN.at(
            cluster,
            'The eBPF data plane answers directly (bpfExternalServiceMode DSR), from another node than the one that '
            'was asked: routers that check sources strictly (uRPF) drop the answers. Let the interfaces towards the '
            'nodes check loosely, or not at all.',
        )


@finds(IPIP_BY_FELIX)
def programmer(case: Case) -> Iterator[Finding]:
    """Who writes the routes of tunnels into the kernel; read, never changed."""
    cluster = case.observation.cluster
    tunnelled = [pool.name for pool in cluster.of_kind('IPPool') if ipip(pool) != NEVER]
    if tunnelled and by_felix(cluster):
        yield IPIP_BY_FELIX.at(
            listed(tunnelled),
            f'Felix writes the routes of {listed(tunnelled)} into the kernel (programClusterRoutes, as from Calico '
            '3.33 on), and BIRD those without encapsulation alone. Look at them in the kernel.',
        )


@finds(TYPHA_FEW, TYPHA_MISSING)
def typha(case: Case) -> Iterator[Finding]:
    """Who tells the nodes of every change, and how many of it there are."""
    cluster = case.observation.cluster
    if not cluster.nodes or case.agent_variables is None:
        return
    needed = typha_replicas(Scale.of(len(cluster.nodes), datastore=case.snapshot.cluster.datastore))
    found, name = cluster.find('Deployment', 'calico-typha'), case.snapshot.cluster.name
    nodes = counted(len(cluster.nodes), 'node')
    if found is None and needed:
        yield TYPHA_MISSING.at(
            name,
            f'There is no Deployment calico-typha, and {nodes}: the Kubernetes API sends every change to each of them '
            f'by itself. Install Typha with {needed} replicas before labels are changed.',
        )
    elif found is not None and int(found.spec.get('replicas') or 0) < needed:
        yield TYPHA_FEW.at(
            name,
            f'Typha has {counted(int(found.spec.get("replicas") or 0), "replica")} for {nodes}: raise them to {needed} '
            'or more.',
        )
