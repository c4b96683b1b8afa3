from __future__ import annotations

import pytest

from netbox_calico.planning.sizing import Scale, typha_replicas


@pytest.mark.parametrize(
    ('nodes', 'replicas'), [(5, 0), (49, 0), (50, 3), (600, 3), (601, 4), (2000, 10), (5000, 25), (5001, 26)]
)
def test_one_for_every_200_nodes_at_least_three_and_none_for_few(nodes: int, replicas: int) -> None:
    assert typha_replicas(Scale.of(nodes)) == replicas


def test_none_with_etcd() -> None:
    assert typha_replicas(Scale.of(5000, datastore='etcd')) == 0
