from __future__ import annotations

from ipaddress import ip_interface

import pytest

from netbox_calico.planning.expansion import BGPPeer, Node, Resources, expand

from .manifests import TOR, V1, V3, kubernetes_node, manifest, secret


def test_a_kubernetes_node_is_its_labels_and_annotations() -> None:
    found = Resources.from_objects(
        [
            kubernetes_node(
                IPv4Address='10.0.0.1/24',
                IPv6Address='FD00::0:1/64',
                ASNumber='1.10',
                RouteReflectorClusterID='244.0.0.1',
                labels='{"rack": "other", "zone": "a"}',
            )
        ]
    )
    v4, v6 = ip_interface('10.0.0.1/24'), ip_interface('fd00::1/64')
    assert found.nodes == (Node('n1', {'rack': 'r1', 'zone': 'a'}, v4, v6, 65546, '244.0.0.1'),)


@pytest.mark.parametrize(
    ('annotation', 'text'),
    [
        ('IPv4Address', '10.0.0.1/33'),
        ('IPv4Address', 'fd00::1/64'),
        ('IPv4Address', '10.0.0.1/255.255.255.0'),
        ('IPv6Address', '10.0.0.1/24'),
        ('IPv6Address', 'fe80::1%eth0/64'),
        ('ASNumber', '65536.1'),
        ('RouteReflectorClusterID', '244.0.0.1/24'),
        ('RouteReflectorClusterID', '::1'),
    ],
)
def test_an_annotation_that_the_agent_cannot_read_is_absent_and_a_finding(annotation: str, text: str) -> None:
    found = Resources.from_objects([kubernetes_node(**{annotation: text})])
    assert found.nodes == (Node('n1', {'rack': 'r1'}),)
    (finding,) = found.findings
    assert (finding.code, finding.subject) == ('calico-annotation-ignored', 'Node/n1')
    assert f'projectcalico.org/{annotation}' in finding.message
    assert repr(text) in finding.message


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('10.0.0.1', '10.0.0.1/32'),
        ('10.0.0.1/0024', '10.0.0.1/24'),
        ('::ffff:10.0.0.1', '10.0.0.1/32'),
        ('::ffff:10.0.0.1/120', '10.0.0.1/24'),
        ('::FFFF:a00:1/64', '10.0.0.1/0'),
    ],
)
def test_an_address_is_read_as_go_reads_it(text: str, expected: str) -> None:
    assert Resources.from_objects([kubernetes_node(IPv4Address=text)]).nodes[0].ipv4 == ip_interface(expected)


@pytest.mark.parametrize(
    ('text', 'expected'),
    [('{"zone": null}', {'rack': 'r1', 'zone': ''}), ('{"zone": 1}', {'rack': 'r1'}), ('null', {'rack': 'r1'})],
)
def test_labels_in_the_annotation_are_read_as_go_reads_them(text: str, expected: dict[str, str]) -> None:
    assert Resources.from_objects([kubernetes_node(labels=text)]).nodes[0].labels == expected


def test_calicos_own_node_is_read_from_its_spec() -> None:
    bgp = {'ipv4Address': '10.0.0.1/24', 'asNumber': 65101, 'routeReflectorClusterID': '244.0.0.1'}
    found = Resources.from_objects([manifest(V3, 'Node', 'n1', {'bgp': bgp}, labels={'rack': 'r1'})])
    assert found.nodes == (Node('n1', {'rack': 'r1'}, ip_interface('10.0.0.1/24'), None, 65101, '244.0.0.1'),)


def test_both_api_groups_and_lists_are_opened_and_an_object_in_both_counts_once() -> None:
    listed = {'apiVersion': V1, 'kind': 'BGPPeerList', 'items': [{'metadata': {'name': 'tor'}, 'spec': TOR}]}
    anything = {'apiVersion': 'v1', 'kind': 'List', 'items': [kubernetes_node(), listed]}
    found = Resources.from_objects([anything, manifest(V3, 'BGPPeer', 'tor', TOR)])
    assert [peer.name for peer in found.bgp_peers] == ['tor']
    assert [node.name for node in found.nodes] == ['n1']


def test_what_calico_keeps_of_the_metadata_in_an_annotation_makes_no_other_object() -> None:
    """The API server of Calico writes labels and the like into it; the agent takes the name of the object itself."""
    kept = {'projectcalico.org/metadata': '{"name": "other", "labels": {"a": "b"}, "creationTimestamp": null}'}
    stored = manifest(V1, 'BGPPeer', 'tor', TOR, annotations=kept)
    found = Resources.from_objects([stored, manifest(V3, 'BGPPeer', 'tor', TOR, labels={'a': 'b'})])
    assert found == Resources.from_objects([manifest(V3, 'BGPPeer', 'tor', TOR)])


def test_other_kinds_and_kinds_of_the_same_name_elsewhere_are_passed_over() -> None:
    found = Resources.from_objects(
        [
            manifest('metallb.io/v1beta2', 'BGPPeer', 'tor', {'peerASN': 'x'}),
            manifest('apps/v1', 'Deployment', 'web'),
            manifest(V3, 'IPPool', 'pool', {'cidr': '10.244.0.0/16'}),
            {'kind': 'Node', 'apiVersion': 'nodes.example.com/v1'},
            {'kind': 'ServiceList', 'apiVersion': 'v1', 'items': [{}]},
        ]
    )
    assert found == Resources()


@pytest.mark.parametrize('version', [None, 'projectcalico.org/v1', 'crd.projectcalico.org/v3'])
def test_an_api_version_that_cannot_be_meant_is_a_finding(version: str | None) -> None:
    found = Resources.from_objects([{**manifest('', 'BGPPeer', 'tor', TOR), 'apiVersion': version}])
    assert found.bgp_peers == ()
    (finding,) = found.findings
    assert (finding.code, finding.subject) == ('api-version-unknown', 'BGPPeer/tor')
    assert f'its apiVersion is {version or "missing"}: write' in finding.message


def test_all_fields_of_a_bgp_peer() -> None:
    spec = {
        'node': 'n1',
        'nodeSelector': None,
        'peerIP': '10.0.0.254',
        'asNumber': '1.10',
        'localASNumber': 65333,
        'numAllowedLocalASNumbers': 1,
        'nextHopMode': 'Self',
        'keepOriginalNextHop': True,
        'sourceAddress': 'None',
        'maxRestartTime': '1m',
        'keepaliveTime': '10s',
        'ttlSecurity': 1,
        'reachableBy': '10.0.0.253',
        'filters': ['one', 'two'],
        'reversePeering': 'Manual',
    }
    assert Resources.from_objects([manifest(V1, 'BGPPeer', 'tor', spec)]).bgp_peers == (
        BGPPeer(
            name='tor',
            node='n1',
            peer_ip='10.0.0.254',
            as_number=65546,
            local_as_number=65333,
            num_allowed_local_as_numbers=1,
            next_hop_mode='Self',
            keep_original_next_hop=True,
            source_address='None',
            max_restart_time=60,
            keepalive_time=10,
            ttl_security=1,
            reachable_by='10.0.0.253',
            filters=('one', 'two'),
            reverse_peering='Manual',
        ),
    )


def test_configurations_are_the_clusters_and_those_of_nodes() -> None:
    found = Resources.from_objects(
        [
            manifest(V3, 'BGPConfiguration', 'default', {'asNumber': 65000, 'nodeToNodeMeshEnabled': False}),
            manifest(V3, 'BGPConfiguration', 'node.n1', {'listenPort': 1790, 'nodeToNodeMeshEnabled': True}),
            manifest(V3, 'BGPConfiguration', 'n2', {'listenPort': 1791}),
        ]
    )
    assert (found.configuration.asn, found.configuration.mesh, found.configuration.listen_port) == (65000, False, None)
    assert found.listen_ports == {'n1': 1790}
    assert [(finding.code, finding.subject) for finding in found.findings] == [
        ('calico-configuration-ignored', 'BGPConfiguration/n2')
    ]


def test_a_case_is_read_as_manifests_are() -> None:
    case = {
        'nodes': [
            {'name': 'n1', 'labels': {'rack': 'r1'}, 'annotations': {'projectcalico.org/IPv4Address': '10.0.0.1/24'}}
        ],
        'secrets': [{'name': 'bgp', 'data': {'one': 'hunter2'}}],
        'resources': [
            {'kind': 'BGPPeer', 'name': 'tor', 'spec': TOR},
            {'kind': 'BGPFilter', 'name': 'out', 'spec': {'exportV4': [{'action': 'Reject'}]}},
            {'kind': 'IPPool', 'name': 'pool', 'spec': {}},
        ],
    }
    objects = [
        kubernetes_node(IPv4Address='10.0.0.1/24'),
        secret('bgp', one='hunter2'),
        manifest(V3, 'BGPPeer', 'tor', TOR),
        manifest(V1, 'BGPFilter', 'out', {'exportV4': [{'action': 'Reject'}]}),
    ]
    assert Resources.from_case(case) == Resources.from_objects(objects)


def test_no_resources_at_all_is_a_mesh_of_the_nodes() -> None:
    nodes = [kubernetes_node('n1', IPv4Address='10.0.0.1/24'), kubernetes_node('n2', IPv4Address='10.0.0.2/24')]
    assert [len(sessions) for sessions in expand(Resources.from_objects(nodes)).sessions.values()] == [1, 1]
