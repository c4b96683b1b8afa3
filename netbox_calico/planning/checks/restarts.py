"""What becomes of routes while a node's BIRD is away? A router that helps keeps them, also those of a dead node."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, note, warning

GRACEFUL_RESTART_OFF = warning(
    'graceful-restart-off',
    'A router is no helper for graceful restarts: whenever calico-node restarts, the routes of its node go.',
    'Let the router be a helper.',
    37,
)
GRACEFUL_RESTARTER = warning(
    'graceful-restarter',
    'A router restarts gracefully itself: the nodes keep its routes for up to 120 s while it is dead.',
    'Let routers be helpers only.',
    37,
)
DEAD_ROUTES_KEPT = note(
    'dead-routes-kept',
    'A router that helps restarts keeps the routes of a node that dies for up to 120 s.',
    'Choose: without the helper the routes go with the hold time, and with every restart of calico-node.',
    18,
)


@finds(GRACEFUL_RESTART_OFF, GRACEFUL_RESTARTER, DEAD_ROUTES_KEPT)
def helpers(case: Case) -> Iterator[Finding]:
    """Which of its parts in graceful restarts each router plays."""
    modes: dict[str, list[str]] = {}
    serving = {session.router for session in case.intent.sessions}
    for router in case.observation.routers:
        if router.router in serving and not router.error and 'graceful_restart' in router.settings:
            modes.setdefault(router.settings['graceful_restart'], []).append(case.routers[router.router].name)
    if off := modes.get('disabled'):
        yield GRACEFUL_RESTART_OFF.at(
            listed(off),
            f'{listed(off)}: graceful restart is disabled, so whenever calico-node restarts, the routes of its node go '
            'for as long as it takes. Let the routers be helpers (FRR: bgp graceful-restart-helper).',
        )
    if restarters := modes.get('restarter'):
        yield GRACEFUL_RESTARTER.at(
            listed(restarters),
            f'{listed(restarters)}: restarts gracefully itself, so the nodes keep its routes for up to 120 s while it '
            'is dead. Let routers be helpers only (FRR: no bgp graceful-restart).',
        )
    if helping := [name for mode, names in sorted(modes.items()) if mode != 'disabled' for name in names]:
        yield DEAD_ROUTES_KEPT.at(
            listed(helping),
            f'{listed(helping)}: the routes of a node that dies are kept for up to 120 s, as a restart of calico-node '
            'looks the same. Switch the helper off only where a dead node hurts more than every restart.',
        )
