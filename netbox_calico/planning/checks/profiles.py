"""Do the profiles have timers that work, limits that are high enough and logins that are safe?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from netbox_calico.planning.model.inventory import Profile
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, warning

HOLD_TIME_INVALID = error(
    'hold-time-invalid', 'A profile has timers that BGP does not take.', '0, or 3 s and more (RFC 4271).'
)
HOLD_TIME_LONG = warning(
    'hold-time-long', 'A dead node or router is noticed late, or never: Calico has no BFD.', '9 to 30 s are usual.'
)
HOLD_TIME_SHORT = warning(
    'hold-time-short', 'A busy node misses the hold time, and sessions flap.', '9 to 30 s are usual.'
)
KEEPALIVE_LONG = warning(
    'keepalive-long',
    'Keepalives come less often than three times in the hold time.',
    'A third of the hold time at the most.',
    38,
)
HOST_KEY_UNVERIFIED = warning(
    'host-key-unverified', 'A profile takes any host key: whoever answers gets the login.', 'Switch the check on.'
)
PREFIX_LIMIT_LOW = warning(
    'prefix-limit-low',
    'A profile warns at fewer prefixes than twice the blocks of a node.',
    'Allow twice as many, and the service addresses.',
    39,
    48,
)


@finds(HOLD_TIME_INVALID, HOLD_TIME_LONG, HOLD_TIME_SHORT, KEEPALIVE_LONG, HOST_KEY_UNVERIFIED, PREFIX_LIMIT_LOW)
def used(case: Case) -> Iterator[Finding]:
    """Timers that flap or never notice, host keys that nobody looks at, limits that are too low."""
    found = {router.profile for router in case.concerned if router.profile is not None}
    blocks = Counter(affinity.node for affinity in case.observation.cluster.affinities)
    most = max(blocks.values(), default=0)
    for profile in sorted(found, key=lambda profile: profile.name):
        yield from _timers(profile)
        if not profile.verify_host:
            yield HOST_KEY_UNVERIFIED.at(
                profile.name,
                f'Profile {profile.name} takes any host key: whoever answers gets the login. Switch the check on.',
            )
        if profile.max_prefixes is not None and profile.max_prefixes < 2 * most:
            yield PREFIX_LIMIT_LOW.at(
                profile.name,
                f'Profile {profile.name} warns above {profile.max_prefixes} prefixes a node, and one has {most} '
                f'blocks: allow twice as many, and the service addresses.',
            )


def _timers(profile: Profile) -> Iterator[Finding]:
    hold, keepalive = profile.hold_time, profile.keepalive
    if hold in (1, 2) or hold < 0 or keepalive < 0:
        yield HOLD_TIME_INVALID.at(
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s and keepalives of {keepalive} s: BGP takes 0, or 3 '
            'and more (RFC 4271).',
        )
    elif hold == 0 or hold > 90:
        yield HOLD_TIME_LONG.at(
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s{" (never)" if hold == 0 else ""}: Calico has no BFD, '
            'so a dead node or router is noticed by this alone. 9 to 30 s are usual.',
        )
    elif hold < 9:
        yield HOLD_TIME_SHORT.at(
            profile.name,
            f'Profile {profile.name} has a hold time of {hold} s: a busy node misses it, and sessions flap. 9 to 30 s '
            'are usual.',
        )
    if hold and keepalive * 3 > hold:
        yield KEEPALIVE_LONG.at(
            profile.name,
            f'Profile {profile.name} sends keepalives every {keepalive} s for a hold time of {hold} s: a third of it '
            'at the most, so that two may be lost.',
        )
