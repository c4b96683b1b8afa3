"""The real services of one test session: started when the first test asks, stopped when the session ends."""

from __future__ import annotations

import contextlib
import os
import shutil
from functools import cached_property
from pathlib import Path

from lab.netbox import migrated, settings
from lab.services.daemon import stop_all
from lab.services.kubernetes import KubernetesApi
from lab.services.postgres import Postgres
from lab.services.redis import Redis

DJANGO_DATABASE = 'tests'

_SESSIONS = Path(__file__).parents[1] / '.data' / 'tests'


class Services:
    """Each attribute is a running service. Everything stands in one folder that bears the session's process id."""

    def __init__(self) -> None:
        self.folder = _SESSIONS / str(os.getpid())

    @cached_property
    def postgres(self) -> Postgres:
        """PostgreSQL with the plugin's empty NetBox as `netbox_template`."""
        _clean_up_after_the_dead()
        postgres = Postgres(self.folder / 'postgres')
        postgres.start()
        migrated.load(postgres, self.redis)
        return postgres

    @cached_property
    def redis(self) -> Redis:
        _clean_up_after_the_dead()
        redis = Redis(self.folder / 'redis')
        redis.start()
        return redis

    @cached_property
    def kubernetes(self) -> KubernetesApi:
        """An empty cluster with Calico's resource definitions."""
        _clean_up_after_the_dead()
        kubernetes = KubernetesApi(self.folder / 'kubernetes')
        kubernetes.start()
        return kubernetes

    @cached_property
    def django(self) -> bool:
        """Make this process a NetBox with the plugin; its database is made when a test asks for it."""
        import django

        os.environ.update(settings.write(self.folder / 'django', self.postgres, self.redis, database=DJANGO_DATABASE))
        django.setup()
        return True

    def stop(self) -> None:
        stop_all(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _clean_up_after_the_dead() -> None:
    """Stop and remove what sessions left that were killed before they could."""
    for folder in _SESSIONS.glob('*'):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(folder.name), 0)
            continue
        stop_all(folder)
        shutil.rmtree(folder, ignore_errors=True)


services = Services()
