"""What cannot be rendered is refused in words, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Neighbor, RouterSection
from netbox_calico.render import RENDERERS
from tests.render.frr.sections import ROUTER_AS, group, section

ADDRESS = ip_address('10.1.1.11')


@pytest.mark.parametrize(
    ('wanted', 'words'),
    [
        (section(replace(group(4), import_map='FROM-NODES')), "the name 'FROM-NODES' does not bear the mark"),
        (section(group(4, handle='c10'), handle='c1'), "the name 'CAL-C10-4' does not bear the mark of cluster 'c1'"),
        (section(group(4), handle='c 1'), "handle 'c 1' cannot stand in names on a switch: use letters"),
        (section(replace(group(4), permitted=())), 'nothing is permitted; give the cluster a pool'),
        (section(replace(group(4), permitted=(ip_network('fd10::/48'),))), 'must be of IPv4'),
        (section(replace(group(6), neighbors=(Neighbor(ADDRESS, ''),))), 'must be of IPv6'),
        (section(group(4, remote_as=ROUTER_AS)), 'as-override needs a node AS other than'),
        (
            section(group(4, as_override=False, route_reflector_client=True)),
            'to nodes of its own AS 65001 only',
        ),
        (section(group(4, remote_as=ROUTER_AS, as_override=False, local_as=65500)), 'towards the nodes needs eBGP'),
        (section(group(4, local_as=64512)), "must be neither the router's own nor theirs"),
        (section(group(4, local_as=ROUTER_AS)), "must be neither the router's own nor theirs"),
        (section(group(4, next_hop=ip_address('fd00::1'))), 'must be of IPv4'),
        (section(group(4, announced=(ip_network('::/0'),))), 'must be of IPv4'),
        (section(replace(group(4), password='/tor1')), 'name the Secret on the cluster'),
        (section(replace(group(4), neighbors=(Neighbor(ADDRESS, 'a ! b'),))), "description 'a ! b' of 10.1.1.11"),
        (section(replace(group(4), neighbors=(Neighbor(ADDRESS, 'a\nexit'),))), 'cannot be sent to FRR'),
    ],
)
def test_refused(wanted: RouterSection, words: str) -> None:
    with pytest.raises(InvalidInput, match=words.replace('(', r'\(')):
        RENDERERS['frr'].change('', wanted)
