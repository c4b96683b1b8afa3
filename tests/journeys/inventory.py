"""What NetBox would say of a lab: the planner's snapshot, made from the lab's topology without a database."""

from __future__ import annotations

from collections.abc import Mapping

from lab.addressing import BLOCK_LENGTH, CLUSTER_AS, CLUSTER_IPS, EXTERNAL_IPS, POOLS
from lab.inventory import NODE_INTERFACE, RACK_INTERFACE
from lab.topology import Router as Device
from lab.topology import Topology
from netbox_calico.planning.model.inventory import (
    Address,
    Cluster,
    Node,
    Pool,
    Profile,
    Rack,
    Router,
    ServiceRange,
    Snapshot,
)

PROFILES = {
    software: Profile(software, software, software, 'tor', confirm_seconds=60, keepalive=3, hold_time=9)
    for software in ('frr', 'gobgp')
}


def snapshot_of(topology: Topology, handle: str = 'lab', **cluster: object) -> Snapshot:
    """The whole lab as one cluster with the design «one AS, full tables»; ``cluster`` overrides its fields."""
    racks = {rack: Rack(rack, f'rack-{rack}') for rack in range(1, topology.shape.racks + 1)}
    families = topology.shape.families
    fields: dict[str, object] = {
        'id': 1,
        'name': 'Lab',
        'handle': handle,
        'design': 'tor-full-tables',
        'families': families,
        'asn': CLUSTER_AS,
        'rack_label': 'netbox-calico.io/rack',
        'settle_time': 1,
    }
    return Snapshot(
        cluster=Cluster(**{**fields, **cluster}),  # type: ignore[arg-type]
        nodes=tuple(
            Node(
                number,
                node.name,
                node.system_uuid,
                host=node.name,
                rack=racks[node.rack],
                addresses=tuple(Address(NODE_INTERFACE, address) for address in node.addresses),
            )
            for number, node in enumerate(topology.nodes, start=1)
        ),
        routers=tuple(
            _router(number, device, racks)
            for number, device in enumerate((*topology.tors, *topology.reflectors), start=1)
        ),
        pools=tuple(Pool(f'default-ipv{family}-ippool', POOLS[family], BLOCK_LENGTH[family]) for family in families),
        service_ranges=tuple(
            ServiceRange(ranges[family], kind)
            for ranges, kind in ((CLUSTER_IPS, 'cluster'), (EXTERNAL_IPS, 'external'))
            for family in families
        ),
    )


def _router(number: int, device: Device, racks: Mapping[int, Rack]) -> Router:
    """A TOR in its rack, or a reflector that speaks from its loopback and is tied to the first rack."""
    reflects = device.role == 'reflector'
    return Router(
        number,
        device.name,
        device.role,
        device.asn,
        PROFILES[device.software],
        management=str(device.management.ip),
        rack=racks.get(device.rack),
        tied_racks=(1,) if reflects else (),
        addresses=(
            *(
                Address('lo', address, role='loopback') if reflects else Address(RACK_INTERFACE, address)
                for address in device.addresses
            ),
            *(Address(RACK_INTERFACE, address, role='anycast') for address in (*device.gateways, *device.shared)),
        ),
    )
