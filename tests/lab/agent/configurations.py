"""Clusters whose BIRD configurations are kept as text beside this file.

After an intended change write them anew with `python -m tests.lab.agent.configurations` and read the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from lab.agent.render import Dialect, render
from lab.agent.views import ClusterViews
from lab.layout import design
from lab.topology import Shape
from tests.lab.cluster import calico, secret, views_of

FOLDER = Path(__file__).with_name('golden')
TOPOLOGY = design(Shape(racks=2, nodes=2))
NODE = 'node-1-1'


def mesh() -> ClusterViews:
    """The first day: every node peers with every other."""
    return views_of(TOPOLOGY)


def top_of_rack() -> ClusterViews:
    """Mesh off, a session with each router, filters in both directions, and every option of a session somewhere."""
    return views_of(
        TOPOLOGY,
        calico('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False, asNumber=64512, listenPort=1790),
        secret('bgp', {'tor-1a': 'opensesame'}),
        calico(
            'BGPFilter',
            'only-own',
            exportV4=[{'source': 'RemotePeers', 'action': 'Reject'}],
            exportV6=[{'source': 'RemotePeers', 'action': 'Reject'}],
            importV4=[{'cidr': '10.65.0.0/16', 'matchOperator': 'In', 'action': 'Accept'}, {'action': 'Reject'}],
            importV6=[{'cidr': 'fd00:10:65::/64', 'matchOperator': 'In', 'action': 'Accept'}, {'action': 'Reject'}],
        ),
        calico(
            'BGPPeer',
            'tor-1a-v4',
            nodeSelector="rack == 'r1'",
            peerIP='10.1.1.2',
            asNumber=65001,
            filters=['only-own'],
            password={'secretKeyRef': {'name': 'bgp', 'key': 'tor-1a'}},
            numAllowedLocalASNumbers=1,
            maxRestartTime='300s',
            keepaliveTime='3s',
            reversePeering='Manual',
        ),
        calico(
            'BGPPeer',
            'tor-1b-v4',
            nodeSelector="rack == 'r1'",
            peerIP='10.1.1.3:1790',
            asNumber=65001,
            localASNumber=65001,
            nextHopMode='Self',
            ttlSecurity=1,
            sourceAddress='None',
            reachableBy='10.1.1.1',
        ),
        calico('BGPPeer', 'tor-1a-v6', nodeSelector="rack == 'r1'", peerIP='fd00:10:1:1::2', asNumber=65001),
        calico('BGPPeer', 'tor-2a-v4', nodeSelector="rack == 'r2'", peerIP='10.1.2.2', asNumber=65002),
    )


def reflector() -> ClusterViews:
    """A route reflector in the cluster, communities on what is announced, a pool that is not."""
    node = {
        'apiVersion': 'v1',
        'kind': 'Node',
        'metadata': {
            'name': NODE,
            'labels': {'reflector': 'true'},
            'annotations': {
                'projectcalico.org/IPv4Address': '10.1.1.11/24',
                'projectcalico.org/RouteReflectorClusterID': '244.0.0.1',
            },
        },
    }
    return views_of(
        TOPOLOGY,
        node,
        calico(
            'BGPConfiguration',
            'default',
            nodeToNodeMeshEnabled=False,
            serviceLoadBalancerIPs=[{'cidr': '198.18.0.0/24'}],
            communities=[{'name': 'pods', 'value': '65000:100'}],
            prefixAdvertisements=[{'cidr': '10.65.0.0/16', 'communities': ['pods', '65000:1:2']}],
            ignoredInterfaces=['docker*'],
        ),
        calico('IPPool', 'private', cidr='10.66.0.0/16', disableBGPExport=True, vxlanMode='Always'),
        calico('BGPPeer', 'clients', nodeSelector='!has(reflector)', peerSelector='has(reflector)'),
    )


CONFIGURATIONS: dict[str, Callable[[], ClusterViews]] = {
    'mesh': mesh,
    'top-of-rack': top_of_rack,
    'reflector': reflector,
}


def rendered() -> Iterator[tuple[str, str]]:
    """Every file, as its name and its text."""
    dialects: tuple[Dialect, ...] = (1, 2)
    for name, make in CONFIGURATIONS.items():
        views = make()
        for dialect in dialects:
            yield f'{name}-bird{dialect}-v4.cfg', render(views.view(NODE, 4), dialect)
            yield f'{name}-bird{dialect}-v6.cfg', render(views.view(NODE, 6), dialect)


if __name__ == '__main__':
    FOLDER.mkdir(exist_ok=True)
    for file, text in rendered():
        (FOLDER / file).write_text(text, encoding='ascii')
