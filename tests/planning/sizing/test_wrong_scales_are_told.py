"""A scale that cannot be is refused with the value and the mend."""

from __future__ import annotations

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.sizing import Scale


@pytest.mark.parametrize(
    ('scale', 'message'),
    [
        ({'nodes': 0}, 'nodes is 0: take a whole number, 1 or more.'),
        ({'nodes': True}, 'nodes is True: take a whole number, 1 or more.'),
        ({'nodes': 5.5}, 'nodes is 5.5: take a whole number, 1 or more.'),
        ({'nodes': 5, 'tors': -1}, 'tors is -1: take a whole number, 0 or more.'),
        ({'nodes': 5, 'racks': 6}, 'racks is 6, with 5 nodes: count only racks that have nodes.'),
        ({'nodes': 5, 'reflectors': 0}, 'reflectors is 0: take a whole number, 1 or more.'),
        ({'nodes': 5, 'reflectors': 6}, 'reflectors is 6: take at most as many as there are nodes, 5.'),
        (
            {'nodes': 9, 'reflectors': 3, 'redundancy': 4},
            'redundancy is 4, with 3 reflectors: a client can peer with 3 at most.',
        ),
        ({'nodes': 10**5000}, 'nodes is more than any cluster has: take 1,000,000 at most.'),
        ({'nodes': 5000, 'reflectors': 1001}, 'reflectors is more than any cluster has: take 1,000 at most.'),
        ({'nodes': 5, 'families': (4, 4)}, 'families is (4, 4): take 4, 6 or both, each once.'),
        ({'nodes': 5, 'families': ()}, 'families is (): take 4, 6 or both, each once.'),
        ({'nodes': 5, 'families': (5,)}, 'families is (5,): take 4, 6 or both, each once.'),
        ({'nodes': 5, 'datastore': 'consul'}, "datastore is 'consul': take kubernetes or etcd."),
    ],
)
def test_the_value_and_the_mend(scale: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Scale.of(**scale)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(('nodes', 'reflectors', 'k'), [(1, 1, 1), (2, 2, 2), (5, 3, 3), (2000, 10, 3), (2001, 11, 3)])
def test_reflectors_that_nobody_counted_follow_the_rule(nodes: int, reflectors: int, k: int) -> None:
    scale = Scale.of(nodes)
    assert (scale.reflectors, scale.redundancy) == (reflectors, k)


def test_never_more_reflectors_than_the_rule_allows() -> None:
    assert Scale.of(20_000).reflectors == 25
