"""Route reflectors outside of the cluster: whether there are any, where they are reached, what else is in force."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.naming import OWNER_LABEL
from tests.planning.checks.troubled import Sides, Trouble, both, present, router
from tests.planning.world import observation, with_external

from .example import Example

DESIGN = {'design': 'reflectors-external'}


def reflectors(number: int) -> Trouble:
    def trouble(wish: Snapshot, _: Observation) -> Sides:
        wish = with_external(wish, number)
        return wish, observation(wish)

    return trouble


def without_loopback(role: str) -> Trouble:
    """The first reflector has two addresses a family, and this role on the one that was its loopback."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        own = wish.routers[-2].addresses
        more = tuple(replace(address, value=address.value + 64, role='') for address in own)
        changed = (*(replace(address, role=role) for address in own), *more)
        return router('reflector-1', addresses=changed)(wish, seen)

    return both(reflectors(2), trouble)


def peer(owner: str, selector: str, address: str = '192.0.2.9') -> Trouble:
    spec = {'nodeSelector': selector, 'peerIP': address, 'asNumber': 64900}
    return both(reflectors(2), present('BGPPeer', 'other', {OWNER_LABEL: owner}, **spec))


EXAMPLES = {
    'no-external-reflector': Example(reflectors(0), reflectors(1), cluster=DESIGN),
    'reflector-address-unclear': Example(without_loopback(''), without_loopback('loopback'), cluster=DESIGN),
    'one-external-reflector': Example(reflectors(1), reflectors(2), cluster=DESIGN),
    'other-design-in-force': Example(peer('c1', "rack == '1'"), peer('c2', "rack == '1'"), cluster=DESIGN),
    'lives-by-external-reflectors': Example(peer('c1', 'all()', '10.254.0.1'), peer('c1', 'all()')),
}
