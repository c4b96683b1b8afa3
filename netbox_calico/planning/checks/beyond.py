"""Findings that no check makes: of the proof, which computes routes, and remarks on designs of a size.

They are listed here so that one place knows every code. The proof words severity by what happens; here is the worst.
"""

from __future__ import annotations

from collections.abc import Mapping

from .code import Code, error, note, warning

PROOF = (
    error(
        'proof-blackhole',
        'In some state of the plan packets find no route on their way.',
        'As the finding says, with the place and the cause.',
        1,
        17,
        23,
        31,
    ),
    error('proof-loop', 'In some state of the plan packets go round in a circle.', 'As the finding says.', 1, 9, 17),
    warning('proof-hairpin', 'In some state of the plan packets take a way through other nodes.', 'As it says.', 9, 55),
    error(
        'proof-default-only',
        'Packets would have nothing but a default route to follow, in a design with full tables.',
        'As the finding says.',
        34,
        49,
    ),
    error('proof-oscillation', 'Routes never come to rest.', 'As the finding says.', 25),
    error(
        'proof-path-explosion',
        'A speaker would hold more paths than it can.',
        'Filter what speakers pass on, or take another layout of reflectors.',
        27,
        43,
    ),
    error(
        'proof-session-disagrees',
        'The two ends of a session do not agree, so it does not come up.',
        'Correct the BGPPeer, or what the other end has.',
    ),
    error(
        'proof-audit',
        'Computed with all nodes, packets fare otherwise than the proof says: no plan is made on such a proof.',
        'Tell us, with the inventory.',
    ),
    warning(
        'proof-filter-undecided',
        'Which routes a BGPFilter of others matches cannot be told from its rules.',
        'Look at it: the proof takes the rule not to match.',
    ),
    warning(
        'proof-section-changed',
        'A section on a router was changed into something that the proof cannot read.',
        'Deploy, or correct it: its sessions count as down until then.',
    ),
    note('proof-peer-unknown', 'A BGPPeer leads to what is no router in NetBox: the proof leaves it out.', 'Nothing.'),
    note(
        'proof-fabric-unknown', 'No session of a router with the fabric was seen.', 'Nothing: it is taken to be there.'
    ),
)

SIZES = (
    error(
        'size-explodes', 'Reflectors with an ID each pass every path on: no node holds them.', 'One ID, or a hierarchy.'
    ),
    error(
        'size-not-complete', 'In a quorum with 2k at most R two nodes may have no reflector in common.', 'A larger k.'
    ),
    error('size-no-tor', 'A design with TORs, and none in a rack.', 'Two a rack are usual.'),
    error('size-too-few-nodes', 'More reflectors than nodes.', 'Fewer a rack, or fewer spine reflectors.'),
    error(
        'size-node-peers',
        'BGPPeers a node, router and family are more than agents can evaluate.',
        'Take an AS a rack, or one for all nodes.',
        43,
    ),
    error(
        'size-one-as',
        'Nodes with several AS numbers cannot have one BGPPeer for all racks.',
        'BGPPeers per router, or one AS for all nodes.',
    ),
    warning('size-one-reflector', 'The failure of the one reflector takes the routes of all nodes.', 'Two or three.'),
    warning(
        'size-large-group', 'Too many nodes around one group of reflectors.', 'A hierarchy, or shared addresses.', 43
    ),
    warning('size-mesh-grows', 'The sessions of a mesh grow with the square of the nodes.', 'Another design.'),
    warning('size-one-tor', 'The failure of the one TOR cuts a rack off.', 'Two a rack.'),
    warning(
        'size-shared-addresses', 'BGPPeers times nodes are more than agents can evaluate.', 'Shared addresses.', 43
    ),
    warning('size-as-numbers', 'More AS numbers than there are private ones of two bytes.', 'Those of four bytes.', 6),
    note('size-paths', 'How many paths a block has at a reflector.', 'Nothing.'),
    note(
        'size-spine-blocks',
        'How many paths a node has to a block that a spine reflector holds itself.',
        'Let nodes without pods be spine reflectors.',
    ),
    note('size-listen-limit', 'What limit a listen range would need.', 'Set it on the router.', 47),
    note(
        'size-paths-unseen',
        'More paths on a node than a CalicoNodeStatus can carry.',
        'Nothing: gates see routers.',
        27,
    ),
)

FINDINGS: Mapping[str, tuple[Code, ...]] = {
    'What would become of packets? Routes are computed for every state of a plan.': PROOF,
    'What does a design need at this size? Remarks of the command `netbox-calico size`.': SIZES,
}
