"""What calico-node does once when it starts: it says the node's addresses and confirms the node's blocks."""

from __future__ import annotations

import base64
import hashlib

from lab.addressing import Network
from lab.agent.cluster import CALICO_GROUPS
from lab.api import MERGE_PATCH, Api, ApiError, Manifest
from lab.topology import Node

ANNOTATION = 'projectcalico.org'


def announce(api: Api, group: str, node: Node) -> None:
    """Set the address annotations of a Kubernetes Node and confirm its block affinities, unless they are there."""
    annotations = {f'{ANNOTATION}/IPv{address.version}Address': str(address) for address in node.addresses}
    path = f'/api/v1/nodes/{node.name}'
    api.request('PATCH', path, {'metadata': {'annotations': annotations}}, content_type=MERGE_PATCH)
    for block in node.blocks:
        try:
            api.request('POST', f'/apis/{group}/blockaffinities', affinity(group, node.name, block))
        except ApiError as exc:
            if exc.code != 409:
                raise


def affinity(group: str, node: str, block: Network) -> Manifest:
    """The BlockAffinity of a block, with the labels by which Calico 3.31 and later find their own."""
    digest = hashlib.sha3_256(node.encode()).digest()
    # A text in the older group, a truth value in the newer one.
    deleted = False if group == CALICO_GROUPS[0] else 'false'
    return {
        'apiVersion': group,
        'kind': 'BlockAffinity',
        'metadata': {
            'name': f'{node}-{str(block).replace(".", "-").replace(":", "-").replace("/", "-")}',
            'labels': {
                'projectcalico.org/hostname-hash': base64.b32encode(digest).decode().rstrip('='),
                'projectcalico.org/affinity-type': 'host',
                'projectcalico.org/ip-version': str(block.version),
            },
        },
        'spec': {'cidr': str(block), 'node': node, 'state': 'confirmed', 'deleted': deleted, 'type': 'host'},
    }
