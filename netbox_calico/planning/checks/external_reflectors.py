"""Are reflectors outside of the cluster enough of them?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, warning

ONE_EXTERNAL_REFLECTOR = warning(
    'one-external-reflector', 'One route reflector serves all nodes: with it all routes go.', 'Add a second one.'
)


@finds(ONE_EXTERNAL_REFLECTOR)
def redundancy(case: Case) -> Iterator[Finding]:
    """One reflector works, and takes the routes of all nodes with it."""
    found = {session.router for session in case.intent.sessions}
    if len(found) == 1:
        [key] = found
        yield ONE_EXTERNAL_REFLECTOR.at(
            case.routers[key].name,
            f'{case.routers[key].name} is the one route reflector of all nodes: while it is down or being changed, '
            'they have no routes. Add a second one.',
        )
