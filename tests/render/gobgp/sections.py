"""Sections of one cluster on one GoBGP reflector: examples, and a strategy for any of them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import strategies as st

from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from tests.render.frr.sections import NODES, POOLS, ROUTER_AS, SHARED, group, section


def reflecting(family: int, **more: object) -> PeerGroup:
    """The group of a reflector, with what GoBGP's section does not say left out."""
    fields = {'maximum_prefix': None, 'as_override': False, 'remote_as': ROUTER_AS, 'route_reflector_client': True}
    made = group(family, **{**fields, 'update_source': SHARED[family][0], 'no_export': True, **more})  # type: ignore[arg-type]
    unnamed = sorted((replace(found, description='') for found in made.neighbors), key=lambda found: str(found.address))
    listed = tuple(sorted(made.permitted, key=str)), tuple(sorted(made.announced, key=str))
    announced = listed[1] if listed[1] != listed[0] else ()
    return replace(made, neighbors=tuple(unnamed), permitted=listed[0], announced=announced)


TWO_FAMILIES = section(reflecting(4, password_key='tor1'), reflecting(6, password_key='tor1'))
GROWN = section(
    reflecting(4, password_key='tor1', nodes=(ip_address('10.1.1.12'), ip_address('10.1.1.13'))),
    reflecting(6, password_key='tor1-new', timers=(3, 9)),
)
DRAINED = replace(TWO_FAMILIES, groups=tuple(replace(found, drained=True) for found in TWO_FAMILIES.groups))


@st.composite
def _groups(draw: st.DrawFn, family: int, handle: str) -> PeerGroup:
    return reflecting(
        family,
        handle=handle,
        permitted=tuple(draw(st.sets(st.sampled_from(POOLS[family]), min_size=1))),
        nodes=tuple(draw(st.sets(st.sampled_from(NODES[family]), min_size=1))),
        announced=tuple(draw(st.sets(st.sampled_from(POOLS[family])))),
        timers=draw(st.sampled_from([(10, 30), (3, 9)])),
        password_key=draw(st.sampled_from(['', 'tor1', 'tor1-new'])),
        update_source=draw(st.sampled_from([None, *SHARED[family]])),
        no_export=draw(st.booleans()),
        drained=draw(st.booleans()),
    )


def any_section(handle: str = 'c1') -> st.SearchStrategy[RouterSection]:
    """No group, one of either family, or both."""
    return st.sampled_from([(), (4,), (6,), (4, 6)]).flatmap(
        lambda chosen: st.tuples(*(_groups(family, handle) for family in chosen)).map(
            lambda groups: section(*groups, handle=handle)
        )
    )
