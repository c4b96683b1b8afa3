"""What is said before anybody deletes what nodes may live by: with the mesh off nothing stands behind it."""

from __future__ import annotations

import re

from .case import Case


def kubectl(case: Case, words: str) -> str:
    """A call of kubectl, with Calico's kinds in the API group that the cluster serves."""
    group = case.observation.cluster.api_group.partition('/')[0]
    return 'kubectl ' + re.sub(r'\b(bgppeers|bgpconfigurations|bgpfilters)\b', rf'\1.{group}', words)


def switch_on(case: Case) -> str:
    """The call that switches the mesh on. While it is off there is an object to be patched."""
    patch = '{"spec":{"nodeToNodeMeshEnabled":true}}'
    return kubectl(case, f"patch bgpconfigurations default --type merge -p '{patch}'")


def careful(case: Case) -> str:
    """What stands before the advice to take something away, where it may be all that nodes have."""
    if case.observation.cluster.mesh:
        return ''
    return 'The mesh is off, so nodes may live by it, and it must not go before something else carries them. Then: '


def annotations_off(case: Case) -> str:
    """How nodes cease to reflect that no plan made reflectors. Others live by them where there is no mesh."""
    if case.observation.cluster.mesh:
        return 'take the annotation off, which brings them back into the mesh'
    return (
        'do not take the annotation off yet: the mesh is off, and what they reflect is all that the others have. '
        'Deploy the way back to the mesh, which waits until all other nodes reach each other by it, and take the '
        'annotation off node by node then'
    )
