"""A real FRR for what the renderers claim about it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab import frr

# Other people's configuration, with traps in it: names that begin as ours do, a neighbour of theirs in our prefix.
FOREIGN = """\
frr defaults datacenter
hostname tor1
service integrated-vtysh-config
ip prefix-list CAL-C10-IN4 seq 7 permit 10.200.0.0/16 le 32
ip prefix-list UPLINK-IN seq 5 permit 0.0.0.0/0
route-map CAL-C10-IN4 permit 10
 match ip address prefix-list CAL-C10-IN4
exit
route-map UPLINK-IN permit 10
 match ip address prefix-list UPLINK-IN
exit
router bgp 65001
 bgp router-id 10.0.0.1
 bgp bestpath as-path multipath-relax
 neighbor CAL-C10-4 peer-group
 neighbor CAL-C10-4 remote-as 64600
 neighbor UPLINK peer-group
 neighbor UPLINK remote-as 65000
 neighbor 10.1.1.200 peer-group CAL-C10-4
 neighbor 10.100.0.0 peer-group UPLINK
 address-family ipv4 unicast
  network 10.1.1.0/24
  neighbor CAL-C10-4 route-map CAL-C10-IN4 in
  neighbor UPLINK route-map UPLINK-IN in
  maximum-paths 32
 exit-address-family
 address-family ipv6 unicast
  neighbor UPLINK activate
 exit-address-family
exit
"""


@pytest.fixture(scope='session')
def frr_router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[frr.Router]:
    """A router that carries ``FOREIGN``; a test leaves nothing else on it."""
    folder = tmp_path_factory.mktemp('frr')
    with frr.standalone(folder, name='tor1', lab=f'r{os.getpid()}', configuration=FOREIGN) as router:
        yield router
