"""Who acts in tests: people with just the permissions that they are given, a worker that takes no job, the tick."""

from __future__ import annotations

import django_rq
from core.choices import JobStatusChoices
from core.models import ObjectType
from django.test import override_settings
from rq import Worker
from users.models import ObjectPermission, User

from netbox_calico.configuration import DEFAULTS
from netbox_calico.jobs.deploy import QUEUE
from netbox_calico.jobs.tick import TickJob


def person(name, **actions):
    """A user; ``actions`` are those they may take, by model: ``calicoplan=('view', 'approve')``."""
    user = User.objects.create_user(username=name)
    for model, allowed in actions.items():
        permission = ObjectPermission.objects.create(name=f'{name} {model}', actions=list(allowed))
        permission.users.add(user)
        permission.object_types.add(ObjectType.objects.get(app_label__in=_APPS, model=model))
    # Permissions are remembered a user object.
    return User.objects.get(pk=user.pk)


_APPS = ('netbox_calico', 'dcim', 'virtualization')


def serve_deployments(test):
    """A worker of the queue as RQ knows it, until the test ends; what it should do is thrown away."""
    connection = django_rq.get_connection(QUEUE)
    worker = Worker([QUEUE], connection=connection)
    worker.register_birth()
    test.addCleanup(worker.register_death)
    test.addCleanup(django_rq.get_queue(QUEUE).empty)


def tick():
    """What the job of each minute does; answers with what it told."""
    job = TickJob.enqueue(immediate=True)
    job.refresh_from_db()
    assert job.status == JobStatusChoices.STATUS_COMPLETED, job.log_entries
    return [entry['message'] for entry in job.log_entries]


def plugin_settings(**values):
    """The plugin's defaults with these settings."""
    return override_settings(PLUGINS_CONFIG={'netbox_calico': {**DEFAULTS, **values}})
