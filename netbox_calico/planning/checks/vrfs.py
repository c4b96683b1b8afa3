"""Do NetBox's VRF and the routers' mean the same? Sections are written to BGP in the default VRF alone."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, warning

VRF_IS_DEFAULT = warning(
    'vrf-is-default',
    'The cluster is in a VRF of NetBox, and neighbours are configured in the default VRF of the routers.',
    'Deploy only if that is the VRF of the interfaces towards the nodes.',
)


@finds(VRF_IS_DEFAULT)
def default_vrf(case: Case) -> Iterator[Finding]:
    """A VRF of NetBox may stand for the routers' default one; if it does not, no session comes up."""
    cluster = case.snapshot.cluster
    if cluster.vrf is not None and case.intent.sections:
        yield VRF_IS_DEFAULT.at(
            cluster.name,
            f'{cluster.name} is in a VRF in NetBox, and its neighbours are configured in the default VRF of the '
            'routers. Where the interfaces towards the nodes are in another one, no session comes up and the '
            'deployment takes itself back: deploy only if they are not.',
        )
