"""The numbering plan of the data centre: which network, block or AS number stands for what."""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_interface,
    ip_network,
)
from typing import Literal

type Address = IPv4Address | IPv6Address
type Interface = IPv4Interface | IPv6Interface
type Network = IPv4Network | IPv6Network
type Family = Literal[4, 6]

SPINE_AS = 65000
CLUSTER_AS = 64512
POOLS: dict[Family, Network] = {4: ip_network('10.65.0.0/16'), 6: ip_network('fd00:10:65::/64')}
BLOCK_LENGTH: dict[Family, int] = {4: 26, 6: 122}
CLUSTER_IPS: dict[Family, Network] = {4: ip_network('10.96.0.0/16'), 6: ip_network('fd00:10:96::/112')}
EXTERNAL_IPS: dict[Family, Network] = {4: ip_network('203.0.113.0/24'), 6: ip_network('2001:db8:113::/112')}
OUTSIDE: dict[Family, Network] = {4: ip_network('198.51.100.0/24'), 6: ip_network('2001:db8:51::/64')}
# The tunnel ends of the nodes.
OVERLAY: dict[Family, Network] = {4: ip_network('10.64.0.0/16'), 6: ip_network('fd00:10:64::/64')}
# What routers of one position have in every rack beside their own: .1 in position a. Nodes have it on link.
SHARED: dict[Family, Network] = {4: ip_network('169.254.0.0/29'), 6: ip_network('fd00:169:254::/125')}
# The loopbacks that route reflectors speak from.
LOOPBACKS: dict[Family, Network] = {4: ip_network('10.254.0.0/16'), 6: ip_network('fd00:10:254::/64')}
ROUTER_IDS = IPv4Network('10.255.0.0/16')
MANAGEMENT = IPv4Network('172.28.0.0/22')
# In a rack's networks: the gateway that all TORs share is .1, TOR a is .2, node 1 is .11.
GATEWAY_HOST, FIRST_TOR_HOST, FIRST_NODE_HOST = 1, 2, 11
# In a block: the first addresses stay free, as Calico's own tunnels often take them.
POD_OFFSET, BORROWED_OFFSET = 2, 40
# On the networks of the outside: the spines from .1, the client.
OUTSIDE_CLIENT_HOST = 100
MANAGEMENT_OFFSET = 10


def tor_as(rack: int) -> int:
    """The AS number of a rack's TORs: one a rack."""
    return SPINE_AS + rack


def rack_network(family: Family, rack: int) -> Network:
    """The network that the nodes and TORs of a rack share."""
    return ip_network(f'10.1.{rack}.0/24' if family == 4 else f'fd00:10:1:{rack:x}::/64')


def host_in(network: Network, host: int) -> Interface:
    """The address with that number in `network`, with the mask."""
    return ip_interface(f'{network[host]}/{network.prefixlen}')


def block(family: Family, index: int) -> Network:
    """The block of pod addresses of the node with that index, counted over all racks."""
    pool, length = POOLS[family], BLOCK_LENGTH[family]
    size = 2 ** (pool.max_prefixlen - length)
    return ip_network(f'{pool[index * size]}/{length}')


def loopback(family: Family, reflector: int) -> Interface:
    """The loopback of the reflector with that index."""
    return ip_interface(LOOPBACKS[family][1 + reflector])


def fabric_pair(family: Family, spine: int, below: int) -> tuple[Interface, Interface]:
    """The two addresses of a fabric link, the spine's first: /31 (RFC 3021) and /127 (RFC 6164).

    Below are the TORs, then the reflectors.
    """
    if family == 4:
        network: Network = ip_network(f'10.{100 + spine}.{below // 128}.{below % 128 * 2}/31')
    else:
        network = ip_network(f'fd00:10:{100 + spine}::{below * 2:x}/127')
    return host_in(network, 0), host_in(network, 1)


def management_address(network: IPv4Network, index: int) -> IPv4Interface:
    """The management address of the device with that index, counted over spines, TORs, nodes and reflectors."""
    return IPv4Interface(f'{network[MANAGEMENT_OFFSET + index]}/{network.prefixlen}')
