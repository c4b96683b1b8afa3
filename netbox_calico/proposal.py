"""What a sync found in a cluster, offered to people: nodes with the hosts that fit, pools, service ranges.

A sync writes a proposal and nothing else. What somebody picks from it becomes objects, as that person.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_interface
from typing import Any

from django.db import transaction
from ipam.models import Prefix

from .choices import BlobKindChoices
from .hosts import candidate_hosts
from .models import CalicoCluster, CalicoNode, CalicoPool, CalicoServiceRange
from .planning import ranges
from .planning.errors import Refused
from .planning.matching import match_nodes
from .planning.model.observation import ClusterObservation, KubernetesNode

KIND = BlobKindChoices.PROPOSAL


def propose(cluster: CalicoCluster, observed: ClusterObservation, user: Any) -> dict[str, list[dict[str, Any]]]:
    """The proposal as JSON's types: ``nodes``, ``missing``, ``pools``, ``ranges``; each says if it is known."""
    found = {
        'nodes': [
            {
                'name': node.name,
                'system_uuid': node.system_uuid,
                'addresses': [str(address) for address in node.addresses],
                'asn': node.asn,
                'ready': node.ready,
            }
            for node in sorted(observed.nodes, key=lambda node: node.name)
        ],
        'pools': _pools(observed),
        'ranges': _ranges(observed),
    }
    return against_netbox(cluster, found, user)


def against_netbox(
    cluster: CalicoCluster, found: dict[str, list[dict[str, Any]]], user: Any
) -> dict[str, list[dict[str, Any]]]:
    """What was found, as NetBox is now and as ``user`` may see it: people have worked on it since.

    ``known`` and ``missing`` tell what NetBox has; nodes get the hosts that fit, of those that ``user`` may view.
    """
    nodes = set(cluster.nodes.values_list('name', flat=True))
    pools = set(cluster.pools.values_list('name', flat=True))
    ranges = {(str(prefix), kind) for prefix, kind in cluster.service_ranges.values_list('prefix__prefix', 'kind')}
    hosts = _hosts(cluster, found['nodes'], user)
    return {
        'nodes': [{**entry, **hosts[entry['name']], 'known': entry['name'] in nodes} for entry in found['nodes']],
        'missing': [{'name': name} for name in sorted(nodes - {entry['name'] for entry in found['nodes']})],
        'pools': [{**entry, 'known': entry['name'] in pools} for entry in found['pools']],
        'ranges': [{**entry, 'known': (entry['prefix'], entry['kind']) in ranges} for entry in found['ranges']],
    }


def _hosts(cluster: CalicoCluster, found: list[dict[str, Any]], user: Any) -> dict[str, dict[str, Any]]:
    """The host, the clues and the reason by the name of the node."""
    nodes = [
        KubernetesNode(
            entry['name'],
            addresses=tuple(ip_interface(address) for address in entry['addresses']),
            system_uuid=entry['system_uuid'],
        )
        for entry in found
    ]
    return {
        match.node: {
            'host': {'kind': match.host.kind, 'id': match.host.id, 'name': match.host.name} if match.host else None,
            'clues': list(match.clues),
            'reason': match.reason,
        }
        for match in match_nodes(nodes, candidate_hosts(nodes, cluster.vrf_id, user))
    }


def _pools(observed: ClusterObservation) -> list[dict[str, Any]]:
    found = []
    for pool, cidr in sorted(ranges.pools(observed), key=lambda pair: pair[0].name):
        found.append(
            {
                'name': pool.name,
                'prefix': str(cidr),
                'block_size': pool.spec.get('blockSize', 26 if cidr.version == 4 else 122),
                'ipip': pool.spec.get('ipipMode', 'Never'),
                'vxlan': pool.spec.get('vxlanMode', 'Never'),
                'nat_outgoing': pool.spec.get('natOutgoing', False),
                'disabled': pool.spec.get('disabled', False),
                'disable_export': pool.spec.get('disableBGPExport', False),
                'node_selector': pool.spec.get('nodeSelector', 'all()'),
            }
        )
    return found


def _ranges(observed: ClusterObservation) -> list[dict[str, Any]]:
    return [{'prefix': str(cidr), 'kind': ranges.SERVICE_FIELDS[field]} for field, cidr in ranges.services(observed)]


def accept(
    cluster: CalicoCluster,
    proposal: dict[str, list[dict[str, Any]]],
    nodes: Collection[str],
    pools: Collection[str],
    ranges: Collection[str],
    user: Any,
) -> int:
    """Create what was picked, all of it or nothing; change-logged as the request's user. Answers with the count.

    A pool or range whose prefix NetBox does not have is refused: prefixes are planned by people.
    """
    with transaction.atomic():
        created = [
            *(_node(cluster, entry) for entry in proposal['nodes'] if entry['name'] in nodes and not entry['known']),
            *(_pool(cluster, entry) for entry in proposal['pools'] if entry['name'] in pools and not entry['known']),
            *(
                _range(cluster, entry)
                for entry in proposal['ranges']
                if entry['prefix'] in ranges and not entry['known']
            ),
        ]
        for instance in created:
            permission = f'netbox_calico.add_{instance._meta.model_name}'
            instance.full_clean()
            instance.save()
            if not user.has_perm(permission, instance):
                raise Refused(f'{user} may not add {instance}: the permission «{permission}» is needed.')
    return len(created)


def _node(cluster: CalicoCluster, entry: dict[str, Any]) -> CalicoNode:
    host = entry['host'] or {}
    return CalicoNode(
        cluster=cluster,
        name=entry['name'],
        system_uuid=entry['system_uuid'] or None,
        device_id=host.get('id') if host.get('kind') == 'device' else None,
        virtual_machine_id=host.get('id') if host.get('kind') == 'virtualmachine' else None,
    )


def _pool(cluster: CalicoCluster, entry: dict[str, Any]) -> CalicoPool:
    fields = ('name', 'block_size', 'ipip', 'vxlan', 'nat_outgoing', 'disabled', 'disable_export', 'node_selector')
    return CalicoPool(cluster=cluster, prefix=_prefix(cluster, entry), **{name: entry[name] for name in fields})


def _range(cluster: CalicoCluster, entry: dict[str, Any]) -> CalicoServiceRange:
    return CalicoServiceRange(cluster=cluster, prefix=_prefix(cluster, entry), kind=entry['kind'])


def _prefix(cluster: CalicoCluster, entry: dict[str, Any]) -> Prefix:
    prefix = str(ip_interface(entry['prefix']).network)
    found = Prefix.objects.filter(prefix=prefix, vrf_id=cluster.vrf_id).first()
    if found is None:
        vrf = cluster.vrf or 'the global table'
        raise Refused(f'NetBox has no prefix {prefix} in {vrf}: create it, then add the pool or range again.')
    return found
