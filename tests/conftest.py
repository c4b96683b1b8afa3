"""Fixtures with real services for every test; a test that asks for none starts none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.services.kubernetes import KubernetesApi
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.services.redis import Redis
from tests.services import services

# Django's own tests have the first two: tasks and cache.
_NETBOX_REDIS_DATABASE = 2


@pytest.fixture(scope='session')
def postgres() -> Postgres:
    """A PostgreSQL with the database `netbox_template`."""
    return services.postgres


@pytest.fixture(scope='session')
def redis() -> Redis:
    """A Redis with 64 databases, of which Django's tests use 0 and 1, the fixture `netbox` 2 and 3."""
    return services.redis


@pytest.fixture(scope='session')
def kubernetes_api() -> KubernetesApi:
    """A Kubernetes API with Calico's definitions, shared by the session: a test removes what it made.

    A test that stops or pauses the API makes one of its own in `tmp_path`.
    """
    return services.kubernetes


@pytest.fixture(scope='session')
def netbox(postgres: Postgres, redis: Redis) -> Iterator[NetBox]:
    """NetBox with the plugin, web server and worker, in a database of its own: for what commits and for browsers."""
    stack = NetBox(services.folder / 'netbox', postgres, redis, redis_database=_NETBOX_REDIS_DATABASE)
    stack.prepare()
    stack.start()
    yield stack
    stack.stop()


def pytest_unconfigure() -> None:
    services.stop()
