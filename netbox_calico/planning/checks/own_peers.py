"""Do BGPPeers of ours say what we wrote, and no more? Fields that others add are left alone, and change sessions."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, warning

BGP_PEER_EXTENDED = warning(
    'bgp-peer-extended',
    'Somebody added a field to a BGPPeer of ours that changes its sessions: the router knows nothing of it.',
    'Take the field out of the BGPPeer.',
    38,
    52,
)

_HARM = {
    'keepaliveTime': 'BIRD does not shorten it to what the hold time of the router asks for, and sessions flap',
    'keepOriginalNextHop': 'the router is told next hops that it may not reach',
    'localWorkloadSelector': 'it makes sessions with pods and none with the router',
    'reachableBy': 'the nodes get a static route to the router',
    'sourceAddress': 'the node may speak from another address than the one that the router knows',
    'ttlSecurity': 'the router does not send packets with the TTL that the nodes ask for, so no session comes up',
}
"""What comes of a field, where it has a value and not the one that it has by default."""
_DEFAULTS = frozenset({'sourceAddress=UseNodeIP', 'keepOriginalNextHop=False', 'ttlSecurity=0'})


@finds(BGP_PEER_EXTENDED)
def extended(case: Case) -> Iterator[Finding]:
    """Fields that others own on our objects: a plan neither writes nor removes them."""
    for peer in case.observation.cluster.of_kind('BGPPeer'):
        if not is_ours(peer, case.snapshot.cluster.handle):
            continue
        for field, harm in _HARM.items():
            value = peer.spec.get(field)
            if value not in (None, '') and f'{field}={value}' not in _DEFAULTS:
                yield BGP_PEER_EXTENDED.at(
                    peer.name,
                    f'Somebody added {field}: {value} to BGPPeer {peer.name}, which is ours: {harm}. Plans leave '
                    'fields of others alone: take it out.',
                )
