"""Can every router that the plan needs be reached and written to, and does it have what the design relies on?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from netbox_calico.planning.model.inventory import Profile, Router
from netbox_calico.planning.model.plan import Finding

from .case import Case, error, note, warning

_ON = frozenset({'yes', 'true', 'on', 'enabled'})
_OFF = frozenset({'no', 'false', 'off', 'disabled'})
STALE_PATH_TIME = 300
"""Seconds that a router should keep a restarting node's routes: BIRD takes up to 240 s when a neighbour stays away."""


def reachable(case: Case) -> Iterator[Finding]:
    """A router that cannot be read, or that somebody is changing, stops the plan."""
    seen = case.observed_routers
    for router in case.concerned:
        if router.profile is None:
            yield error(
                'router-without-profile',
                router.name,
                f'{router.name} has no switch profile: choose one on the router, or one for the platform of its '
                'device.',
            )
            continue
        if router.profile.template_set not in case.renderers:
            yield error(
                'template-set-unknown',
                router.name,
                f'There are no templates {router.profile.template_set!r} for {router.name}: choose one of '
                f'{", ".join(sorted(case.renderers))} in profile {router.profile.name}.',
            )
        found = seen.get(router.id)
        if found is None:
            yield error('router-not-read', router.name, f'{router.name} was not looked at: plan again.')
        elif found.error and case.intent.mesh:
            yield warning(
                'router-left-behind',
                router.name,
                f'{router.name} cannot be read: {found.error} The nodes leave it all the same, and what it carries of '
                'ours stays on it: plan the way back once more when it answers.',
            )
        elif found.error:
            yield error(
                'router-unreachable',
                router.name,
                f'{router.name} cannot be read: {found.error} Mend that first; nothing is rolled out while a router is '
                'away.',
            )
        else:
            if found.pending_commit:
                yield error(
                    'router-pending-commit',
                    router.name,
                    f'{router.name} waits for somebody to confirm a change: confirm it, or let it run out, then plan '
                    'again.',
                )
            if not found.saved:
                yield error(
                    'router-unsaved',
                    router.name,
                    f'The running configuration of {router.name} is not the saved one: save it, or take the change '
                    'back. A rollback could not tell it from ours.',
                )


def prerequisites(case: Case) -> Iterator[Finding]:
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
        yield error(
            'additional-paths-off',
            router.name,
            f'{router.name} does not receive additional paths: with as-override it would return the borrowed address '
            'of a node to that node, which withdraws and announces it for ever. Switch receiving on for the '
            'neighbours.',
        )
    elif state not in _ON:
        yield warning(
            'additional-paths-unknown',
            router.name,
            f'It could not be read whether {router.name} receives additional paths; it must, or a borrowed address '
            'makes routes oscillate.',
        )


def _multipath(router: Router, settings: Mapping[str, str], families: set[int]) -> Iterator[Finding]:
    for family in sorted(families):
        paths = settings.get(f'maximum_paths_{family}', '')
        if paths.isdigit() and int(paths) < 2:
            yield warning(
                'multipath-off',
                router.name,
                f'{router.name} uses one IPv{family} path only (maximum-paths {paths}): service addresses are served '
                'by a single node of the rack. Raise it.',
            )
    if settings.get('multipath_relax', '') in _OFF:
        yield warning(
            'multipath-relax-off',
            router.name,
            f'{router.name} balances over equal AS paths only (no multipath-relax): of two routers of another rack, '
            'which have different AS numbers, one is used. Switch it on.',
        )


def _stale_paths(router: Router, settings: Mapping[str, str]) -> Iterator[Finding]:
    seconds = settings.get('stale_path_time', '')
    if seconds.isdigit() and int(seconds) < STALE_PATH_TIME:
        yield warning(
            'stale-path-time-short',
            router.name,
            f'{router.name} drops the routes of a restarting node after {seconds} s, and BIRD may take 240 s: set the '
            f'stale-path time to {STALE_PATH_TIME} s or more.',
        )


def profiles(case: Case) -> Iterator[Finding]:
    """Timers that flap or never notice, host keys that nobody looks at, limits that are too low."""
    used = {router.profile for router in case.concerned if router.profile is not None}
    blocks = Counter(affinity.node for affinity in case.observation.cluster.affinities)
    most = max(blocks.values(), default=0)
    for profile in sorted(used, key=lambda profile: profile.name):
        yield from _timers(profile)
        if not profile.verify_host:
            yield warning(
                'host-key-unverified',
                profile.name,
                f'Profile {profile.name} takes any host key: whoever answers gets the login. Switch the check on.',
            )
        if profile.max_prefixes is not None and profile.max_prefixes < 2 * most:
            yield warning(
                'prefix-limit-low',
                profile.name,
                f'Profile {profile.name} warns above {profile.max_prefixes} prefixes a node, and one has {most} '
                f'blocks: allow twice as many, and the service addresses.',
            )


def _timers(profile: Profile) -> Iterator[Finding]:
    hold, keepalive = profile.hold_time, profile.keepalive
    if hold in (1, 2) or hold < 0 or keepalive < 0:
        yield error(
            'hold-time-invalid',
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s and keepalives of {keepalive} s: BGP takes 0, or 3 '
            'and more (RFC 4271).',
        )
    elif hold == 0 or hold > 90:
        yield warning(
            'hold-time-long',
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s{" (never)" if hold == 0 else ""}: Calico has no BFD, '
            'so a dead node or router is noticed by this alone. 9 to 30 s are usual.',
        )
    elif hold < 9:
        yield warning(
            'hold-time-short',
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s: a busy node misses it, and sessions flap. 9 to 30 s '
            'are usual.',
        )
    if hold and keepalive * 3 > hold:
        yield warning(
            'keepalive-long',
            profile.name,
            f'Profile {profile.name} sends keepalives every {keepalive} s for a hold time of {hold} s: a third of it '
            'at the most, so that two may be lost.',
        )


def shared_routers(case: Case) -> Iterator[Finding]:
    """Other clusters on the same routers are left alone; it is good to know of them."""
    names = {router.id: router.name for router in case.concerned}
    for use in case.snapshot.foreign:
        if use.router in names:
            yield note(
                'router-shared',
                names[use.router],
                f'{names[use.router]} also serves {use.cluster} (names with {use.handle.upper()}), which is left '
                'alone.',
            )
