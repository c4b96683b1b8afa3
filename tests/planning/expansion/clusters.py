"""Small clusters for tests: terse ones by hand, and any by hypothesis, in the JSON form that a recorded case has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from netbox_calico.planning.expansion import Expansion, Resources, Session, expand

Case = dict[str, Any]


def node(name: str, ipv4: str = '', ipv6: str = '', asn: str = '', reflector: str = '', **labels: str) -> Case:
    annotations = {'IPv4Address': ipv4, 'IPv6Address': ipv6, 'ASNumber': asn, 'RouteReflectorClusterID': reflector}
    return {
        'name': name,
        'labels': labels,
        'annotations': {f'projectcalico.org/{key}': value for key, value in annotations.items() if value},
    }


def resource(kind: str, name: str, **spec: Any) -> Case:
    return {'kind': kind, 'name': name, 'spec': spec}


def peer(name: str, **spec: Any) -> Case:
    return resource('BGPPeer', name, **spec)


MESH_OFF = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False)


def case(nodes: list[Case], *resources: Case, secrets: Mapping[str, Mapping[str, str]] | None = None) -> Case:
    held = [{'name': name, 'data': dict(data)} for name, data in (secrets or {}).items()]
    return {'nodes': nodes, 'secrets': held, 'resources': list(resources)}


def expanded(nodes: list[Case], *resources: Case, secrets: Mapping[str, Mapping[str, str]] | None = None) -> Expansion:
    return expand(Resources.from_case(case(nodes, *resources, secrets=secrets)))


def the_session(expansion: Expansion, name: str) -> Session:
    """The one session of a node."""
    (session,) = expansion.sessions[name]
    return session


_SELECTORS = ['all()', "rack == 'r1'", "rack != 'r1'", 'has(rr)', '!has(rr)', "rack in {'r1', 'r2'}", 'has(nothing)']
_ADDRESSES = [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.10',
    '192.0.2.1',
    '192.0.2.1:179',
    '192.0.2.1:1790',
    '10.0.0.2:1790',
    'fd00::1',
]


@st.composite
def _nodes(draw: st.DrawFn) -> list[Case]:
    found = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        labels = draw(
            st.fixed_dictionaries({}, optional={'rack': st.sampled_from(['r1', 'r2']), 'rr': st.just('true')})
        )
        families = draw(st.sampled_from([(4,), (6,), (4, 6), ()]))
        found.append(
            node(
                f'n{number}',
                f'10.0.0.{number}/24' if 4 in families else '',
                f'fd00::{number}/64' if 6 in families else '',
                draw(st.sampled_from(['', '', '64512', '65001', '1.10'])),
                draw(st.sampled_from(['', '', '', '244.0.0.1', '244.0.0.2'])),
                **labels,
            )
        )
    return found


def _peers(names: list[str]) -> st.SearchStrategy[list[Case]]:
    near = st.one_of(
        st.just({}),
        st.sampled_from(_SELECTORS).map(lambda selector: {'nodeSelector': selector}),
        st.sampled_from(names).map(lambda name: {'node': name}),
    )
    far = st.one_of(
        st.sampled_from(_SELECTORS).map(lambda selector: {'peerSelector': selector}),
        st.fixed_dictionaries(
            {'peerIP': st.sampled_from(_ADDRESSES), 'asNumber': st.sampled_from([64512, 65001, 65009])}
        ),
    )
    options = st.fixed_dictionaries(
        {},
        optional={
            'localASNumber': st.just(65333),
            'nextHopMode': st.sampled_from(['Auto', 'Self', 'Keep']),
            'keepOriginalNextHop': st.booleans(),
            'reversePeering': st.sampled_from(['Auto', 'Manual']),
            'sourceAddress': st.sampled_from(['UseNodeIP', 'None']),
            'ttlSecurity': st.sampled_from([0, 1]),
            'filters': st.sampled_from([['out'], ['absent']]),
        },
    )
    specs = st.lists(
        st.builds(lambda *parts: {k: v for part in parts for k, v in part.items()}, near, far, options), max_size=4
    )
    return specs.map(lambda found: [peer(f'p{number}', **spec) for number, spec in enumerate(found)])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any cluster of up to five nodes and four BGPPeers, which often contradict each other."""
    nodes = draw(_nodes())
    default = draw(
        st.fixed_dictionaries(
            {'nodeToNodeMeshEnabled': st.booleans()},
            optional={'asNumber': st.sampled_from([64512, 65001]), 'listenPort': st.sampled_from([179, 1790])},
        )
    )
    return case(
        nodes,
        resource('BGPConfiguration', 'default', **default),
        *draw(st.sampled_from([[], [resource('BGPConfiguration', 'node.n1', listenPort=1790)]])),
        resource('BGPFilter', 'out', exportV4=[{'action': 'Reject'}]),
        *draw(_peers([found['name'] for found in nodes])),
    )
