"""Do the routers have what the design relies on? Knobs that a whole router shares are read, never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netbox_calico.planning.model.inventory import Router
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, warning

ADDITIONAL_PATHS_OFF = error(
    'additional-paths-off',
    'A router overrides the AS and receives no additional paths: borrowed addresses would oscillate.',
    'Switch receiving on for the neighbours.',
    25,
    44,
)
ADDITIONAL_PATHS_UNKNOWN = warning(
    'additional-paths-unknown',
    'It could not be read whether a router receives additional paths.',
    'Make sure that it does.',
    25,
    44,
)
MULTIPATH_OFF = warning(
    'multipath-off',
    'A router uses one path only: a service is served by a single node of the rack.',
    'Raise maximum-paths.',
    44,
)
MULTIPATH_RELAX_OFF = warning(
    'multipath-relax-off',
    'A router balances over equal AS paths only: of two routers of another rack one is used.',
    'Switch multipath-relax on.',
    44,
)
STALE_PATH_TIME_SHORT = warning(
    'stale-path-time-short',
    'A router drops the routes of a restarting node before BIRD is back.',
    'Set the stale-path time to 300 s or more.',
    18,
    37,
)
_ON = frozenset({'yes', 'true', 'on', 'enabled'})
_OFF = frozenset({'no', 'false', 'off', 'disabled'})
STALE_PATH_TIME = 300
"""Seconds that a router should keep a restarting node's routes: BIRD takes up to 240 s when a neighbour stays away."""


@finds(ADDITIONAL_PATHS_OFF, ADDITIONAL_PATHS_UNKNOWN, MULTIPATH_OFF, MULTIPATH_RELAX_OFF, STALE_PATH_TIME_SHORT)
def knobs(case: Case) -> Iterator[Finding]:
    """Knobs that the whole router shares are read and reported, never written with a section."""
    families: dict[int, set[int]] = {}
    for session in case.intent.sessions:
        families.setdefault(session.router, set()).add(session.family)
    for key, used in sorted(families.items()):
        found = case.observed_routers.get(key)
        if found is not None and not found.error and found.settings:
            router = case.routers[key]
            yield from _additional_paths(router, found.settings)
            yield from _multipath(router, found.settings, used)
            yield from _stale_paths(router, found.settings)


def _additional_paths(router: Router, settings: Mapping[str, str]) -> Iterator[Finding]:
    state = settings.get('addpath_rx', '')
    if state in _OFF:
        yield ADDITIONAL_PATHS_OFF.at(
            router.name,
            f'{router.name} does not receive additional paths: with as-override it would return the borrowed address '
            'of a node to that node, which withdraws and announces it for ever. Switch receiving on for the '
            'neighbours.',
        )
    elif state not in _ON:
        yield ADDITIONAL_PATHS_UNKNOWN.at(
            router.name,
            f'It could not be read whether {router.name} receives additional paths; it must, or a borrowed address '
            'makes routes oscillate.',
        )


def _multipath(router: Router, settings: Mapping[str, str], families: set[int]) -> Iterator[Finding]:
    for family in sorted(families):
        paths = settings.get(f'maximum_paths_{family}', '')
        if paths.isdecimal() and int(paths) < 2:
            yield MULTIPATH_OFF.at(
                router.name,
                f'{router.name} uses one IPv{family} path only (maximum-paths {paths}): service addresses are served '
                'by a single node of the rack. Raise it.',
            )
    if settings.get('multipath_relax', '') in _OFF:
        yield MULTIPATH_RELAX_OFF.at(
            router.name,
            f'{router.name} balances over equal AS paths only (no multipath-relax): of two routers of another rack, '
            'which have different AS numbers, one is used. Switch it on.',
        )


def _stale_paths(router: Router, settings: Mapping[str, str]) -> Iterator[Finding]:
    seconds = settings.get('stale_path_time', '')
    if seconds.isdecimal() and int(seconds) < STALE_PATH_TIME:
        yield STALE_PATH_TIME_SHORT.at(
            router.name,
            f'{router.name} drops the routes of a restarting node after {seconds} s, and BIRD may take 240 s: set the '
            f'stale-path time to {STALE_PATH_TIME} s or more.',
        )
