"""Tell NetBox of the lab's cluster as a person would: routers and their profile, the cluster, and what a sync found.

Run as `python -m lab.netbox.introduce` in NetBox's environment, with a JSON document on standard input: `inventory` (of
`lab.inventory`), `settle_time` and `rack_pause` in seconds. Everything is looked up first, so it can be run again.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

HANDLE = 'lab'
CLUSTER_CREDENTIAL, SWITCH_CREDENTIAL = 'lab-cluster', 'lab-switches'


def main(request: dict[str, Any]) -> None:
    """Seed the inventory and make the plugin's objects from it."""
    django.setup()
    # Models can be imported only now.
    from dcim.models import Device, Platform
    from ipam.models import ASN
    from users.models import User

    from lab.addressing import CLUSTER_AS
    from lab.netbox.seed import ensure, seed
    from netbox_calico.jobs.edges import open_cluster
    from netbox_calico.models import CalicoCluster, CalicoRouter, CalicoSwitchProfile
    from netbox_calico.proposal import accept, propose
    from netbox_calico.state import record_cluster

    inventory = request['inventory']
    seed(inventory)
    ensure(
        CalicoSwitchProfile,
        {'slug': 'frr'},
        name='FRR',
        platform=Platform.objects.get(slug='frr'),
        credential=SWITCH_CREDENTIAL,
        confirm_seconds=60,
    )
    for row in inventory['devices']:
        if row['role'] == 'tor':
            ensure(CalicoRouter, {'device': Device.objects.get(name=row['name'])}, asn=ASN.objects.get(asn=row['asn']))
    families = {6 if ':' in row['prefix'] else 4 for row in inventory['prefixes'] if row['role'] == 'pods'}
    cluster = ensure(
        CalicoCluster,
        {'handle': HANDLE},
        name='Lab',
        connection=CLUSTER_CREDENTIAL,
        asn=ASN.objects.get(asn=CLUSTER_AS),
        design='tor-full-tables',
        ipv4=4 in families,
        ipv6=6 in families,
        settle_time=request['settle_time'],
        rack_pause=request['rack_pause'],
        interval=5,
    )
    admin = User.objects.get(username='admin')
    with open_cluster(CLUSTER_CREDENTIAL, HANDLE) as api:
        observed = api.observe()
    found = propose(cluster, observed, admin)
    accept(
        cluster,
        found,
        nodes={entry['name'] for entry in found['nodes'] if entry['host']},
        pools={entry['name'] for entry in found['pools']},
        ranges={entry['prefix'] for entry in found['ranges']},
        user=admin,
    )
    record_cluster(cluster, observed)


if __name__ == '__main__':
    main(json.load(sys.stdin))
