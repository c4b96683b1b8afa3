"""Scales for hypothesis: any, and small ones of which every session can be made."""

from __future__ import annotations

from hypothesis import strategies as st

from netbox_calico.planning.sizing import Scale


@st.composite
def scales(draw: st.DrawFn, most_nodes: int = 5000, most_racks: int = 300) -> Scale:
    nodes = draw(st.integers(1, most_nodes))
    reflectors = draw(st.integers(1, min(nodes, 25)))
    return Scale(
        nodes=nodes,
        racks=draw(st.integers(1, min(nodes, most_racks))),
        tors=draw(st.integers(0, 3)),
        families=draw(st.sampled_from([(4,), (6,), (4, 6)])),
        reflectors=reflectors,
        redundancy=draw(st.integers(1, min(reflectors, 5))),
        spines=draw(st.integers(1, 4)),
        external=draw(st.integers(1, 3)),
        blocks=draw(st.integers(1, 3)),
        datastore=draw(st.sampled_from(['kubernetes', 'etcd'])),
    )


def small_scales() -> st.SearchStrategy[Scale]:
    return scales(most_nodes=14, most_racks=4)
