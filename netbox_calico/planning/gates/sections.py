"""Gates on the routers themselves: section as planned, other people's neighbours as before, ours gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.model.observation import RouterObservation, RouterSession
from netbox_calico.planning.model.plan import Gate, Item, Plan
from netbox_calico.planning.naming import group_names

from .look import Look, checked_routers, plan_routers

_FEWER = 0.9
"""Prefixes of other clusters come and go; who lost more than a tenth while we looked lost them to us."""


def precheck(plan: Plan, look: Look) -> Iterator[str]:
    """Before anything is changed: both sides answer, and nobody is in the middle of something."""
    if not look.cluster.datastore_ready:
        yield 'Calico: the datastore is not ready (a migration is running)'
    seen = {router.router: router for router in look.routers}
    known: dict[str, set[str]] = defaultdict(set)
    for step in plan.steps:
        for item in step.items:
            known[item.target] |= {item.before, item.after}
    for key in checked_routers(plan):
        router = seen.get(key)
        if router is None or router.error:
            yield _unreadable(key, router)
            continue
        if router.pending_commit:
            yield f'{router.name}: somebody has a commit timer running; confirm or let it run out'
        if not router.saved:
            yield f'{router.name}: its running configuration is not saved; save it, or take the unsaved change back'
        states = known.get(f'router:{key}')
        if states and owned_digest(router.section) not in states:
            yield f'{router.name}: our section is neither as it was when the plan was made nor as planned; plan again'


def sections(gate: Gate, plan: Plan, look: Look) -> Iterator[str]:
    """The sections that a wave wrote (or took back) read back as they should; the others' sessions stand as before."""
    wanted = {item.target: item.after for item in _items(gate, plan)}
    seen = {router.router: router for router in look.routers}
    before = {router.router: router for router in look.baseline}
    for key in gate.routers:
        router = seen.get(key)
        if router is None or router.error:
            yield _unreadable(key, router)
            continue
        target = f'router:{key}'
        if target in wanted and owned_digest(router.section) != wanted[target]:
            yield f'{router.name}: our section does not read back as planned'
        if key in before:
            yield from _foreign(plan, before[key], router)


def gone(gate: Gate, plan: Plan, look: Look) -> Iterator[str]:
    """No session of this cluster is Established on the routers."""
    seen = {router.router: router for router in look.routers}
    for key in gate.routers or plan_routers(plan):
        router = seen.get(key)
        if router is None or router.error:
            yield _unreadable(key, router)
            continue
        for session in router.sessions:
            if session.established and _ours(plan, router, session):
                yield f'{router.name}: IPv{session.family} session with {session.neighbor} is still Established'


def _items(gate: Gate, plan: Plan) -> tuple[Item, ...]:
    for step in plan.steps:
        if step.gate == gate:
            return step.items
        if step.undo_gate == gate:
            return step.undo
    return ()


def _ours(plan: Plan, router: RouterObservation, session: RouterSession) -> bool:
    return session.group in group_names(plan.handle) or any(
        wanted.router == router.router and wanted.node_address == session.neighbor for wanted in plan.sessions
    )


def _foreign(plan: Plan, before: RouterObservation, now: RouterObservation) -> Iterator[str]:
    sessions = {(session.family, session.neighbor): session for session in now.sessions}
    for old in before.sessions:
        if not old.established or _ours(plan, before, old):
            continue
        new = sessions.get((old.family, old.neighbor))
        if new is None or not new.established:
            yield f'{now.name}: the IPv{old.family} session with {old.neighbor}, which is not ours, is down'
        elif new.received < old.received * _FEWER:
            yield (
                f'{now.name}: {old.neighbor}, which is not ours, sends {new.received} IPv{old.family} prefixes; it was '
                f'{old.received}'
            )


def _unreadable(key: int, router: RouterObservation | None) -> str:
    return f'{router.name}: cannot be read: {router.error}' if router else f'router {key}: cannot be read'
