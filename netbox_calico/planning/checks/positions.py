"""Has a router got another address of its position than the one that its sessions run at?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import RouterSection
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds

SHARED_ADDRESS_MOVED = error(
    'shared-address-moved',
    'A router has another shared address in NetBox than its sessions run at.',
    'Drain it before: mark it as drained, deploy, change the address, take the mark off, deploy.',
    53,
)


@finds(SHARED_ADDRESS_MOVED)
def moved(case: Case) -> Iterator[Finding]:
    """BGPPeers of both addresses serve all racks, so that nobody could tell which sessions are to move with the router.

    Under the mesh it does not matter.
    """
    if case.observation.cluster.mesh:
        return
    shared = {(session.router, session.family) for session in case.intent.sessions if session.gateway is not None}
    for section in case.intent.sections:
        running = _running(case, section)
        for group in section.groups:
            was = running.get(group.family)
            if (section.router, group.family) in shared and was is not None and was != group.update_source:
                yield SHARED_ADDRESS_MOVED.at(
                    section.name,
                    f'The sessions of {section.name} run at {was}, and NetBox says {group.update_source} by now: '
                    f'give it {was} back in NetBox, mark it as drained and deploy. Then change the address on both '
                    'sides, take the mark off and deploy.',
                )


def _running(case: Case, section: RouterSection) -> Mapping[int, IPAddress]:
    """What the router speaks from now, by family, as far as that can be read."""
    seen, renderer = case.observed_routers.get(section.router), case.renderers.get(section.profile.template_set)
    if seen is None or renderer is None or not seen.section or seen.error:
        return {}
    try:
        groups = renderer.groups(seen.section)
    except InvalidInput:
        return {}
    return {group.family: end for group in groups if (end := group.update_source) is not None and not group.multihop}
