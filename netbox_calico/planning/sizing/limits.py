"""The sizes at which a design begins to hurt, each with where it is known from."""

from __future__ import annotations

from netbox_calico.planning.asn import Kind, kind_of_asn

MESH_NODES = 100
"""To about here Calico's documentation advises the mesh (docs.tigera.io, "Configure BGP peering")."""

AGENT_NODES = 2000
"""Above it Calico's agent spends too long on BGPPeers per router and on large groups of reflectors (measured)."""

STATUS_PATHS = 3000
"""Above it a node's routes do not fit into a CalicoNodeStatus: etcd takes no request of that size."""

LISTEN_LIMIT = 100
"""FRR's own ``bgp listen limit``, for both families together."""

PRIVATE_TWO_BYTE = sum(kind_of_asn(asn) is Kind.PRIVATE for asn in range(65536))
"""How many private AS numbers of two bytes there are (RFC 6996)."""

PRIVATE_FOUR_BYTE = 4200000000
"""Where the private ones of four bytes begin (RFC 6996), beyond what Calico's CRDs take."""
