"""A node that an adapter has read already means to the agent what its manifest does, findings included."""

from __future__ import annotations

from ipaddress import ip_interface

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.expansion import Resources
from netbox_calico.planning.expansion.observed import manifest_of, observed_node
from netbox_calico.planning.model.observation import KubernetesNode

ADDRESSES = [
    '10.0.0.1/24',
    '10.0.0.2/32',
    '2001:db8::1/64',
    '2001:db8::2/128',
    'fe80::1%eth0/64',
    '::ffff:10.0.0.3/120',
]
ANNOTATIONS = {
    'IPv4Address': ['10.0.0.9/24', 'none'],
    'IPv6Address': ['2001:db8::9/64', ''],
    'ASNumber': ['64513', '0.64513', 'many'],
    'RouteReflectorClusterID': ['244.0.0.1', '244.0.0.0/24', '244.0.0.1/24', '', 'first'],
    'labels': ['{"rack": "r9", "old": null}', 'none'],
}

nodes = st.builds(
    KubernetesNode,
    name=st.sampled_from(['a', 'b', 'c']),
    labels=st.dictionaries(st.sampled_from(['rack', 'zone']), st.sampled_from(['', 'r1', 'r2'])),
    annotations=st.fixed_dictionaries(
        {}, optional={f'projectcalico.org/{name}': st.sampled_from(texts) for name, texts in ANNOTATIONS.items()}
    ),
    addresses=st.lists(st.sampled_from(ADDRESSES).map(ip_interface), max_size=3).map(tuple),
)


@given(st.lists(nodes, max_size=3, unique_by=lambda node: node.name))
def test_whatever_is_written_on_them(found: list[KubernetesNode]) -> None:
    assert Resources.from_objects((), observed=found) == Resources.from_objects(map(manifest_of, found))


def test_what_nodes_have_as_a_rule_is_not_read_again() -> None:
    node = KubernetesNode(
        'a',
        {'rack': 'r1'},
        {
            'projectcalico.org/IPv4Address': '10.0.0.1/24',
            'projectcalico.org/IPv6Address': '2001:db8::1/64',
            'projectcalico.org/RouteReflectorClusterID': '244.0.0.1',
        },
        (ip_interface('10.0.0.1/24'), ip_interface('2001:db8::1/64')),
    )
    assert observed_node(node) is not None
