"""What list and API pages of 50 cost beside NetBox's own of devices, at 5000 nodes: a script that prints a table.

An administrator's pages, asked for in this process: NetBox's whole way from the address to the answer, without a web
server.
"""

from __future__ import annotations

from benchmarks import stand  # isort: split

import statistics
from collections.abc import Iterator

from dcim.models import Device
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from users.models import User

from benchmarks.cost import measured
from benchmarks.estate import fill
from netbox_calico import models
from netbox_calico.choices import StepStatusChoices
from netbox_calico.jobs.pipe import plan_from
from netbox_calico.models import CalicoRun, CalicoRunStep
from netbox_calico.peerings import derive_peerings, record_states
from netbox_calico.snapshot import take_snapshot
from netbox_calico.state import record_both_sides
from netbox_calico.store import save_plan
from tests.planning import world

__all__ = ('main', 'stand')

ROUNDS = 5
LISTS = (
    models.CalicoNode,
    models.CalicoRouter,
    models.CalicoPeering,
    models.CalicoPlan,
    models.CalicoRun,
    models.CalicoPool,
    models.CalicoCluster,
)


def estate() -> None:
    """5000 nodes with states, 20,000 peerings with theirs, 50 plans and runs."""
    cluster = fill(5000)
    snapshot = take_snapshot(cluster)
    observation = world.observation(snapshot)
    plan = plan_from(snapshot, observation, 'deploy')
    derive_peerings(cluster, plan.sessions, 'benchmark')
    record_both_sides(cluster, observation)
    record_states(cluster, observation.routers, ())
    stored = save_plan(cluster, plan, None)
    fields = {
        field.attname: getattr(stored, field.attname) for field in stored._meta.concrete_fields if not field.primary_key
    }
    for status in ('withdrawn',) * 49:
        type(stored).objects.create(**{**fields, 'status': status})
    for plan_of_run in type(stored).objects.all():
        run = CalicoRun.objects.create(plan=plan_of_run, cluster=cluster, kind=stored.kind, status='completed')
        CalicoRunStep.objects.bulk_create(
            CalicoRunStep(run=run, step=step['number'], status=StepStatusChoices.COMPLETE) for step in stored.steps
        )


def addresses(model: type[Model]) -> Iterator[tuple[str, str]]:
    name, ours = model._meta.model_name, model is not Device
    pages, api = ('plugins:netbox_calico', 'plugins-api:netbox_calico-api') if ours else ('dcim', 'dcim-api')
    yield 'page', f'{reverse(f"{pages}:{name}_list")}?per_page=50'
    yield 'API', f'{reverse(f"{api}:{name}-list")}?limit=50'


def asked(client: Client, address: str) -> tuple[int, float, float]:
    """Queries, and the processor's seconds of several times: the median of ours, the mean of the database's."""
    own, services = [], []
    for _ in range(ROUNDS + 1):
        with CaptureQueriesContext(connection) as queries, measured() as cost:
            answer = client.get(address)
        assert answer.status_code == 200, answer
        own.append(cost.own)
        services.append(cost.services)
    return len(queries), statistics.median(own[1:]), statistics.mean(services[1:])


def main() -> None:
    estate()
    client = Client()
    client.force_login(User.objects.create_superuser('admin'))
    print(f'{"list":16} {"kind":5} {"rows":>7} {"queries":>8} {"CPU ms":>8} {"database":>9}', flush=True)
    for model in (Device, *LISTS, Device):
        for kind, address in addresses(model):
            queries, own, services = asked(client, address)
            print(
                f'{model.__name__:16} {kind:5} {model.objects.count():7} {queries:8} {own * 1000:8.0f} '
                f'{services * 1000:9.0f}',
                flush=True,
            )


if __name__ == '__main__':
    main()
