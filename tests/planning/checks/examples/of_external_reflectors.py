"""Route reflectors outside of the cluster: whether there are any, where they are reached, what else is in force."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from tests.planning.checks.troubled import Sides, Trouble, both, router
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


EXAMPLES = {
    'no-external-reflector': Example(reflectors(0), reflectors(1), cluster=DESIGN),
    'reflector-address-unclear': Example(without_loopback(''), without_loopback('loopback'), cluster=DESIGN),
    'one-external-reflector': Example(reflectors(1), reflectors(2), cluster=DESIGN),
}
