"""Findings that are made before the checks: while an intent is derived, compared, rendered, or expanded.

They are listed here so that one place knows every code; `tests/planning/checks` holds them against the source.
"""

from __future__ import annotations

from collections.abc import Mapping

from .code import Code, error, note, warning

FINDINGS: Mapping[str, tuple[Code, ...]] = {
    'Which routers serve a node, and between which addresses?': (
        error(
            'shared-router-address',
            'Two routers have one address, and a session needs one that a router has alone.',
            'Correct it in NetBox, or give it the role of what it is (VIP, VRRP, anycast, …).',
            53,
        ),
        error(
            'no-node-address',
            'A node has no address for BGP in a family of the cluster.',
            'Enable autodetection of that family in calico-node, or take the family off the cluster.',
        ),
        error(
            'no-tor',
            'No router serves a node: none shares its prefix, is tied to its rack, cabled to it or stands in its rack.',
            'Add the top-of-rack switches as Calico routers, with the addresses of their interfaces.',
            59,
        ),
        error(
            'no-shared-prefix',
            'A node and the routers that should serve it share no prefix in the VRF of the cluster.',
            "Give the router's interface towards the rack an address in the node's prefix, with the same mask.",
            53,
            59,
            60,
        ),
        error(
            'serving-ambiguous',
            'Addresses, cables, racks and ties disagree on which routers serve a node.',
            'Correct them, or tie the right routers to the rack by hand.',
            59,
        ),
        error(
            'ambiguous-router-address',
            'A router has several addresses in the prefix of a node.',
            'Give those that are shared or virtual their role, so that one is left.',
            53,
        ),
        error(
            'drain-cuts-off',
            'Routers are marked as drained, and no other serves the nodes of their rack.',
            'Take the mark off, or put another router of the rack into service first.',
            50,
        ),
        error('address-claimed-twice', 'A node and a router have one address.', 'Correct the one that is wrong.'),
    ),
    'Do the racks fit BGPPeers that are selected by rack?': (
        error(
            'no-rack',
            'A node is in no rack.',
            'Put its device into one, or for a virtual machine choose the rack on the node.',
            15,
            59,
        ),
        error(
            'rack-served-differently',
            'Nodes of one rack are served by different routers.',
            'Tie the routers to the rack by hand, or correct rack and addresses of the nodes.',
            59,
        ),
        error(
            'rack-label-disagrees',
            'Somebody else gave the nodes of one rack different values of the rack label.',
            'Make them one, or choose another rack label on the cluster.',
            58,
        ),
        error(
            'rack-label-shared',
            "Racks share a value of the rack label: their nodes would peer with each other's routers.",
            'Give every rack a value of its own, or choose another rack label on the cluster.',
            58,
        ),
    ),
    'Which routers reflect routes, and where do nodes peer with them?': (
        error(
            'no-external-reflector',
            'No router reflects the routes of the cluster.',
            'Add two Calico routers with the role of route reflector, each tied to one of the racks of the cluster.',
        ),
        error(
            'reflector-address-unclear',
            'A reflector has no address that nodes could peer with, or several.',
            'Give the one that it shall speak from the role loopback.',
            53,
        ),
    ),
    'Can every rack have an AS, which nodes are in for these sessions alone?': (
        error(
            'rack-of-several-as',
            'The routers of a rack are in different AS numbers, and the design has one a rack.',
            'Renumber them, or choose a design with eBGP to the nodes.',
            17,
        ),
        error(
            'as-of-several-racks',
            'Racks have routers in one AS: each would drop the routes of the others as loops.',
            'Give every rack an AS of its own.',
            17,
        ),
        error(
            'local-as-unknown',
            'The version of Calico knows no localASNumber, and the AS of running nodes is not changed.',
            'Upgrade to 3.31 or later, or choose a design with one AS for all nodes.',
            5,
            40,
        ),
    ),
    'Can every node have an AS, in sessions with routers alone?': (
        error(
            'node-without-as',
            'Nodes have no AS number, and the cluster has no range to give them one from.',
            'Choose an ASN range on the cluster, or an AS on each node.',
        ),
        error(
            'as-range-exhausted',
            'The range of the cluster has no AS number left for all nodes.',
            'Choose a larger one; numbers that were given stay.',
        ),
        error(
            'node-as-shared',
            'Nodes have one AS: each would drop the routes of the others as loops.',
            'Give every node one of its own.',
            17,
        ),
        error(
            'node-as-of-router',
            'A node and a router are in one AS: routes through that router would be dropped as loops.',
            'Give the node another.',
            17,
        ),
        warning(
            'node-as-elsewhere',
            'The AS of a node is that of something else in NetBox too.',
            'Choose another on the node, or take it off there.',
            17,
        ),
        error(
            'node-as-impossible',
            'The AS of a node is reserved, or larger than a BGPPeer takes.',
            'Choose another on the node, or another range.',
            6,
        ),
        error(
            'too-many-node-peers',
            "A BGPPeer a node, router and family is more than Calico's agents work through at this size.",
            'Choose an AS a rack, or one AS for all nodes.',
            5,
            43,
        ),
        error(
            'multipath-relax-needed',
            'Routers balance over equal AS paths only, and the paths of two nodes never are.',
            'Switch multipath-relax on.',
            44,
        ),
    ),
    'Do routers of one position have one address, and each its own beside it?': (
        error(
            'shared-address-missing',
            'A router has no shared address for its position, or several.',
            'Give its interface one address of the role anycast outside the network of the rack.',
            53,
        ),
        error(
            'shared-address-twice',
            'Routers of one rack, or in one network, have one shared address: a node could not tell them apart.',
            'Give each of them there its own, or choose BGPPeers per router.',
            53,
        ),
        error(
            'shared-address-of-several-racks',
            'A router serves several networks, and with a shared address it can be the next hop in one alone.',
            'Choose a BGPPeer a router, or a router a rack.',
        ),
        error(
            'shared-address-of-several-as',
            'The nodes have several AS numbers, and a BGPPeer that serves all racks gives them one.',
            'Choose BGPPeers per router, or one AS for all nodes: full tables, or a default route downward.',
        ),
        error(
            'presented-as-impossible',
            'The AS that routers shall show the nodes is that of the nodes, reserved, or too large for a BGPPeer.',
            'Choose another on the cluster.',
            6,
        ),
    ),
    'Is the plan to stay away from something that it would change?': (
        error(
            'hands-off',
            'A cluster, router or node that a plan would change, or its device, bears the tag that keeps plans away.',
            'Take the tag off when it may be changed.',
            63,
        ),
    ),
    'Can what is wanted be written?': (
        error(
            'name-taken',
            'An object of the name that we would use is there and is not ours; it is left alone.',
            'Rename or delete it, or give it our label if it shall be taken over.',
            13,
        ),
        error(
            'section-refused',
            'The section of a router cannot be written for its system.',
            'As the message says: a name, an address or an option that the system does not take.',
            46,
        ),
    ),
    'Can the way be gone at this size?': (
        error(
            'mesh-too-large',
            'The way leads through the mesh, which has too many sessions at this size.',
            'Choose a design that is come to without it, or go back to the mesh by a plan of its own.',
        ),
        warning(
            'mesh-large',
            'The plan ends in a mesh that has more sessions than any that is known.',
            'Be sure that the nodes and the API have room for it, or choose another design.',
        ),
    ),
    'What does the agent of Calico pass over in silence?': (
        warning(
            'api-version-unknown',
            "A manifest is of an API that is not Calico's and not that of nodes and Secrets: it is passed over.",
            'Write v1 for a Node or a Secret, and a group of Calico for its resources.',
        ),
        warning(
            'calico-address-shared', 'Several nodes have one address for BGP.', 'Correct the address of all but one.'
        ),
        warning(
            'calico-annotation-ignored',
            "An annotation of Calico's on a node cannot be read.",
            'Write it as the message says.',
        ),
        warning(
            'calico-configuration-ignored',
            'A BGPConfiguration is neither the default nor that of a node.',
            'Rename or delete it.',
        ),
        warning(
            'calico-filter-missing',
            'A BGPPeer names a filter that does not exist, and its sessions run unfiltered.',
            'Create the filter, or take it out of the BGPPeer.',
            10,
        ),
        warning(
            'calico-name-unknown',
            'A kind or a field is misspelt, or newer than the release of Calico: nothing comes of it.',
            'Write it as the message says.',
        ),
        warning('calico-node-unknown', 'A BGPPeer is for a node that does not exist.', 'Correct or delete it.'),
        warning(
            'calico-peer-ignored',
            'The peerIP or reachableBy of a BGPPeer is no address.',
            'Write ip, ipv4:port or [ipv6]:port.',
            60,
        ),
        warning(
            'calico-password-unfit',
            'A password is too long, or has a quotation mark or a line break, and BIRD refuses its configuration.',
            'Write another: at most 80 bytes, without these.',
            11,
        ),
        warning('calico-peer-without-as', 'A BGPPeer to an address has no AS number.', 'Give it an asNumber.'),
        warning(
            'calico-reachable-by-both-families',
            'A BGPPeer that selects its peers names a gateway, which BIRD refuses in the other family.',
            'Give each peer a BGPPeer with peerIP.',
            53,
        ),
        warning(
            'calico-resource-refused',
            'A resource has fields that exclude each other, or an AS number that is too large for it.',
            'Take one of the fields out, or choose a smaller number.',
        ),
        warning(
            'calico-secret-missing',
            'A password cannot be read, and the sessions run without one.',
            "Create the key in calico-node's namespace.",
            11,
        ),
        warning('calico-selector-ignored', 'A selector cannot be read and selects no node.', 'Correct it.', 14),
        note(
            'calico-workload-peer',
            'A BGPPeer makes sessions with pods, which come and go: they are not predicted.',
            'Nothing.',
        ),
    ),
}
