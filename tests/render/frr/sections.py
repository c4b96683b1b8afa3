"""Sections of one cluster on one router: examples, and a strategy for any of them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from hypothesis import strategies as st

from netbox_calico.planning.model.intent import Neighbor, PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Profile

PROFILE = Profile('frr', 'frr', 'frr', 'switches')
ROUTER_AS = 65001
POOLS = {
    4: [ip_network('10.244.0.0/16'), ip_network('10.96.0.0/16'), ip_network('192.168.0.0/20')],
    6: [ip_network('fd10:244::/48'), ip_network('fd10:96::/112'), ip_network('2001:db8:244::/48')],
}
RACKS = {
    4: [ip_network('10.1.1.0/24'), ip_network('10.1.2.0/24')],
    6: [ip_network('2001:db8:7::/64'), ip_network('2001:db8:8::/64')],
}
DEFAULT = {4: ip_network('0.0.0.0/0'), 6: ip_network('::/0')}
SHARED = {
    4: [ip_address('169.254.0.1'), ip_address('169.254.0.2')],
    6: [ip_address('fd00:169:254::1'), ip_address('fd00:169:254::2')],
}
NODES = {
    4: [ip_address(f'10.1.1.{number}') for number in range(11, 15)],
    6: [ip_address(f'2001:db8:1::{number}') for number in range(11, 15)],
}


def group(
    family: int,
    *,
    handle: str = 'c1',
    remote_as: int | None = 64512,
    permitted: tuple[IPv4Network | IPv6Network, ...] = (),
    nodes: tuple[IPv4Address | IPv6Address, ...] = (),
    as_override: bool = True,
    timers: tuple[int, int] = (10, 30),
    maximum_prefix: int | None = 1000,
    password_key: str = '',
    **more: object,
) -> PeerGroup:
    name = f'CAL-{handle.upper()}'
    return PeerGroup(
        name=f'{name}-{family}',
        family=family,
        remote_as=remote_as,
        keepalive=timers[0],
        hold_time=timers[1],
        as_override=as_override,
        import_map=f'{name}-IN{family}',
        export_map=f'{name}-OUT{family}',
        import_list=f'{name}-IN{family}',
        export_list=f'{name}-OUT{family}',
        permitted=permitted or tuple(POOLS[family][:2]),
        neighbors=tuple(Neighbor(address, f'node {str(address)[-2:]}') for address in nodes or NODES[family][:2]),
        maximum_prefix=maximum_prefix,
        password=f'calico-bgp/{password_key}' if password_key else '',
        **more,  # type: ignore[arg-type]
    )


def section(*groups: PeerGroup, handle: str = 'c1', asn: int = ROUTER_AS) -> RouterSection:
    return RouterSection(1, 'tor1', asn, handle, PROFILE, groups)


@st.composite
def _groups(draw: st.DrawFn, family: int, handle: str) -> PeerGroup:
    remote_as = draw(st.sampled_from([64512, 4200000001, ROUTER_AS, None]))
    internal = remote_as == ROUTER_AS
    shown = not internal and draw(st.booleans())
    next_hops = tuple(sorted(draw(st.sets(st.sampled_from(RACKS[family]))), key=str))
    return group(
        family,
        handle=handle,
        remote_as=remote_as,
        permitted=tuple(draw(st.sets(st.sampled_from(POOLS[family]), min_size=1))),
        nodes=tuple(draw(st.sets(st.sampled_from(NODES[family]), min_size=1))),
        as_override=not internal and draw(st.booleans()),
        timers=draw(st.sampled_from([(10, 30), (3, 9)])),
        maximum_prefix=draw(st.sampled_from([None, 1000, 2000])),
        password_key=draw(st.sampled_from(['', 'tor1', 'tor1-new'])),
        announced=tuple(draw(st.sets(st.sampled_from([DEFAULT[family], *POOLS[family]])))),
        local_preference=draw(st.sampled_from([None, 100, 200])),
        route_reflector_client=internal and draw(st.booleans()),
        next_hop_self=draw(st.booleans()),
        next_hop=draw(st.sampled_from([None, *SHARED[family]])),
        local_as=draw(st.sampled_from([65500, 65501])) if shown else None,
        update_source=draw(st.sampled_from(SHARED[family])) if shown or (internal and draw(st.booleans())) else None,
        connected_check=not shown,
        no_export=draw(st.booleans()),
        no_advertise=draw(st.booleans()),
        drained=draw(st.booleans()),
        next_hops=next_hops,
        next_hop_list=f'CAL-{handle.upper()}-NH{family}' if next_hops else '',
        multihop=not internal and draw(st.booleans()),
    )


def any_section(handle: str = 'c1') -> st.SearchStrategy[RouterSection]:
    """No group, one of either family, or both."""
    families = st.sampled_from([(), (4,), (6,), (4, 6)])
    return families.flatmap(
        lambda chosen: st.tuples(*(_groups(family, handle) for family in chosen)).map(
            lambda groups: section(*groups, handle=handle)
        )
    )
