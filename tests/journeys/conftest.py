"""An estate for the journeys that begin in NetBox: a data centre, and the NetBox that describes and drives it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab import datacentre
from lab import estate as estates
from lab.estate import Estate
from lab.services.postgres import Postgres
from lab.services.redis import Redis
from lab.topology import Shape
from tests.services import services

_LAB = f'j{os.getpid()}'
# Django's tests have 0 and 1, the fixture `netbox` 2 and 3.
_REDIS_DATABASE = 4


@pytest.fixture(scope='module')
def estate(request: pytest.FixtureRequest, postgres: Postgres, redis: Redis) -> Iterator[Estate]:
    """Two racks of three nodes and two switches, in mesh, and a NetBox that knows them; anew for each module."""
    name = request.module.__name__.rpartition('.')[2]
    folder = services.folder / name
    datacentre.take_down(_LAB, folder / 'lab')
    stands = estates.start(
        folder,
        postgres,
        redis,
        shape=Shape(racks=2, nodes=3, tors=2),
        name=_LAB,
        database=name,
        redis_database=_REDIS_DATABASE,
    )
    yield stands
    stands.stop()
