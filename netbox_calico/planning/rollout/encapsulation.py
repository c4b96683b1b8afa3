"""Pools of ours in another mode of IPIP, around what else a plan does: a step before all of it, or one behind.

Always goes to CrossSubnet before any router is a next hop, and comes back once nodes are all of them. Never is a plan
of its own, when the mesh is off and nothing else is left to do. Before routers are left, be it for the mesh while their
sessions restart, pools are CrossSubnet again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbox_calico.planning import artefact
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.encapsulation import ALWAYS, CROSS_SUBNET, NEVER, ipip, moves, of_operator
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.item import changing, reverse
from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.model.plan import Gate, Item, Operation, Step

from . import gates
from .mesh import SWITCH
from .situation import NO_GATE, Pair, Situation, Steps

POOL = 'IPPool'
_MODE = 'ipipMode'
POOLS = artefact.target(POOL, '')
"""What the targets of all items that change pools begin with."""


def with_encapsulation(situation: Situation, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with those that change pools; the precheck stays the first."""
    observed = situation.observation.cluster
    by_mesh = not observed.mesh and any(item.target == SWITCH for step in steps for item in step.items)
    found = tuple(moves(situation.snapshot, situation.observation, situation.intent))
    first = [
        mode_pair(observed.api_group, move.pool, CROSS_SUBNET)
        for move in found
        if move.first or (by_mesh and move.bare)
    ]
    always = [
        mode_pair(observed.api_group, _as_left(move.pool, move.first), ALWAYS) for move in found if move.last == ALWAYS
    ]
    never = [mode_pair(observed.api_group, move.pool, NEVER) for move in found if move.last == NEVER]
    if steps or first or always or observed.mesh:
        never = []
    if not (first or always or never):
        return steps
    made = Steps(situation.intent.tables)
    made.add('Check both sides before anything is changed', (), gates.precheck())
    if first:
        gate = _before(situation, alone=not steps)
        made.add('Leave tunnels to what crosses subnets (CrossSubnet)', first, gate, gate)
    before = len(made.made)
    if always:
        gate = _at_the_end(situation, 'All nodes reach each other by tunnels')
        made.add('Let tunnels carry all traffic between nodes (Always)', always, gate, gate)
    if never:
        made.add(
            'Prove all routes before tunnels are left', (), _at_the_end(situation, 'All routes stand beside tunnels')
        )
        gate = _at_the_end(situation, 'All nodes reach each other by the routers, without tunnels')
        made.add('Leave tunnels altogether (Never)', never, gate, gate)
    around = (*(steps[:1] or made.made[:1]), *made.made[1:before], *steps[1:], *made.made[before:])
    return tuple(replace(step, number=number, wave=number) for number, step in enumerate(around, start=1))


def mode_pair(api_group: str, pool: Resource, mode: str) -> Pair:
    """The pool in another mode, and back to exactly what was there: one field, whatever else others write."""
    version, label = artefact.api_version(api_group), f'{POOL} {pool.name}'
    do = changing(
        artefact.target(POOL, pool.name),
        label,
        Operation.UPDATE,
        _patch(version, pool.name, mode),
        {_MODE: ipip(pool)},
        {_MODE: mode},
    )
    return do, reverse(do, _patch(version, pool.name, pool.spec.get(_MODE)))


def still_to_set(item: Item, patch: Mapping[str, Any], found: Resource) -> bool:
    """Whether an item's patch is still to be sent, with the pool as it is now.

    Raises ``Refused`` where somebody else has set another mode since the plan, where the pool is the operator's, and
    for a patch of anything but the mode.
    """
    now = owned_digest({_MODE: ipip(found)})
    if set(patch['spec']) != {_MODE} or set(patch['metadata']) != {'name'}:
        raise Refused(f'{POOL} {found.name}: nothing but its {_MODE} is changed here. Make the plan again.')
    if now == item.after:
        return False
    if of_operator(found):
        raise Refused(f"{POOL} {found.name} is the operator's: change its Installation resource instead.")
    if now != item.before:
        raise Refused(
            f'{POOL} {found.name} was set to ipipMode {ipip(found)} by somebody else since the plan was made: plan '
            'again.'
        )
    return True


def _patch(version: str, name: str, mode: str | None) -> str:
    return artefact.merge({**artefact.reference(version, POOL, name), 'spec': {_MODE: mode}})


def _as_left(pool: Resource, mode: str) -> Resource:
    return replace(pool, spec={**pool.spec, _MODE: mode}) if mode else pool


def _before(situation: Situation, *, alone: bool) -> Gate:
    """The mesh carries all, where it is on. Routers are not waited for on the way to something else: one that is away
    must not keep a cluster from the mesh, and on a link with the next hop CrossSubnet is as good as Never.
    """
    settle = situation.snapshot.cluster.settle_time
    if situation.observation.cluster.mesh:
        return gates.mesh('All nodes reach each other by the mesh, with tunnels across subnets alone', hold=settle)
    if alone:
        return _at_the_end(situation, 'All routes stand with tunnels across subnets alone')
    return replace(NO_GATE, pause=max(settle, gates.TUNNELS))


def _at_the_end(situation: Situation, title: str) -> Gate:
    """All nodes reach each other as the design has it."""
    intent, settle = situation.intent, situation.snapshot.cluster.settle_time
    routers = sorted({session.router for session in intent.sessions})
    if intent.mesh:
        return gates.mesh(title, hold=settle)
    if intent.reflection is not None:
        told = tuple(section.router for section in intent.sections)
        return gates.reflected(title, paths=intent.reflection.paths, told=told, hold=settle)
    if intent.reflected:
        return gates.reflected(title, paths=len(routers), routers=routers, hold=settle)
    return gates.all_routes(title, intent.racks, settle)
