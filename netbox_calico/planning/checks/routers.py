"""Can every router that the plan needs be reached and written to?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, note, warning

ROUTER_WITHOUT_PROFILE = error(
    'router-without-profile',
    'A router that the plan needs has no switch profile.',
    'Choose one on the router, or one for the platform of its device.',
)
TEMPLATE_SET_UNKNOWN = error(
    'template-set-unknown',
    'There are no templates of the name that the profile of a router gives.',
    'Choose one that there is.',
)
ROUTER_NOT_READ = error('router-not-read', 'A router that the plan needs was not looked at.', 'Plan again.')
ROUTER_LEFT_BEHIND = warning(
    'router-left-behind',
    'A router cannot be read on the way back: the nodes leave it, and what it carries of ours stays.',
    'Plan the way back once more when it answers.',
)
ROUTER_DRAINED_AWAY = warning(
    'drained-router-away',
    'A drained router cannot be read: the nodes leave it, and what it carries of ours stays.',
    'Deploy once more when it answers.',
    37,
    50,
)
ROUTER_UNREACHABLE = error(
    'router-unreachable',
    'A router cannot be read: nothing is rolled out while one is away.',
    'Mend that first, or mark the router as drained if its rack has another.',
    37,
)
ROUTER_PENDING_COMMIT = error(
    'router-pending-commit',
    'A router waits for somebody to confirm a change.',
    'Confirm it, or let it run out, then plan again.',
    30,
)
ROUTER_UNSAVED = error(
    'router-unsaved', 'What runs on a router is not what it would start with.', 'Save it, or take the change back.', 30
)
ROUTER_SHARED = note('router-shared', 'A router serves another cluster as well, which is left alone.', 'Nothing.', 62)


@finds(
    ROUTER_WITHOUT_PROFILE,
    TEMPLATE_SET_UNKNOWN,
    ROUTER_NOT_READ,
    ROUTER_LEFT_BEHIND,
    ROUTER_DRAINED_AWAY,
    ROUTER_UNREACHABLE,
    ROUTER_PENDING_COMMIT,
    ROUTER_UNSAVED,
)
def reachable(case: Case) -> Iterator[Finding]:
    """A router that cannot be read, or that somebody is changing, stops the plan."""
    seen = case.observed_routers
    serving = {session.router for session in case.intent.sessions}
    for router in case.concerned:
        if router.profile is None:
            yield ROUTER_WITHOUT_PROFILE.at(
                router.name,
                f'{router.name} has no switch profile: choose one on the router, or one for the platform of its '
                'device.',
            )
            continue
        if router.profile.template_set not in case.renderers:
            yield TEMPLATE_SET_UNKNOWN.at(
                router.name,
                f'There are no templates {router.profile.template_set!r} for {router.name}: choose one of '
                f'{", ".join(sorted(case.renderers))} in profile {router.profile.name}.',
            )
        found = seen.get(router.id)
        if found is None:
            yield ROUTER_NOT_READ.at(router.name, f'{router.name} was not looked at: plan again.')
        elif found.error and case.intent.mesh:
            yield ROUTER_LEFT_BEHIND.at(
                router.name,
                f'{router.name} cannot be read: {found.error} The nodes leave it all the same, and what it carries of '
                'ours stays on it: plan the way back once more when it answers.',
            )
        elif router.drained and router.id not in serving and (found.error or not found.section):
            if found.error:
                yield ROUTER_DRAINED_AWAY.at(
                    router.name,
                    f'{router.name} is drained and cannot be read: {found.error} The nodes leave it all the same, and '
                    'what it carries of ours stays on it: deploy once more when it answers.',
                )
        elif found.error:
            yield ROUTER_UNREACHABLE.at(
                router.name,
                f'{router.name} cannot be read: {found.error} Nothing is rolled out while a router is away: mend that '
                'first, or mark it as drained if its rack has another.',
            )
        else:
            if found.pending_commit:
                yield ROUTER_PENDING_COMMIT.at(
                    router.name,
                    f'{router.name} waits for somebody to confirm a change: confirm it, or let it run out, then plan '
                    'again.',
                )
            if not found.saved:
                yield ROUTER_UNSAVED.at(
                    router.name,
                    f'The running configuration of {router.name} is not the saved one: save it, or take the change '
                    'back. A rollback could not tell it from ours.',
                )


@finds(ROUTER_SHARED)
def shared_routers(case: Case) -> Iterator[Finding]:
    """Other clusters on the same routers are left alone; it is good to know of them."""
    names = {router.id: router.name for router in case.concerned}
    for use in case.snapshot.foreign:
        if use.router in names:
            yield ROUTER_SHARED.at(
                names[use.router],
                f'{names[use.router]} also serves {use.cluster} (names with {use.handle.upper()}), which is left '
                'alone.',
            )
