"""A host that only serves pages needs none of the libraries that talk to clusters and switches."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lab.netbox import settings
from lab.services.postgres import Postgres
from lab.services.redis import Redis
from tests.services import services

EXTRA = re.compile(r'^([A-Za-z0-9-]+).*extra == .worker.')
# The import names of the distributions that are not called as they are imported.
MODULES = {'nornir-napalm': 'nornir_napalm'}

WITHOUT = """
import sys
for name in sys.argv[1:]:
    sys.modules[name] = None

import django
django.setup()
from django.test import Client
from django.urls import get_resolver

get_resolver().url_patterns
assert Client(SERVER_NAME='localhost').get('/plugins/calico/clusters/').status_code in (200, 302)

from netbox_calico.planning.errors import Refused
try:
    import netbox_calico.jobs.edges
except Refused as exc:
    print(exc)
"""


@pytest.fixture(scope='module')
def environment(postgres: Postgres, redis: Redis) -> dict[str, str]:
    """That of a NetBox whose database is the empty one."""
    folder: Path = services.folder / 'without-worker'
    postgres.create_database('without_worker', template='netbox_template')
    return settings.write(folder, postgres, redis, database='without_worker', redis_database=40)


def test_pages_are_served_and_a_job_says_what_its_worker_lacks(environment: dict[str, str]) -> None:
    required = importlib.metadata.requires('netbox-calico') or []
    left_out = [found[1] for line in required if (found := EXTRA.match(line))]
    assert {'lightkube', 'napalm', 'nornir', 'paramiko'} <= set(left_out)
    names = [MODULES.get(name, name) for name in left_out]
    done = subprocess.run(
        [sys.executable, '-c', WITHOUT, *names],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"This worker lacks the Python module \w+(\.\w+)*: install 'netbox-calico\[worker\]'", done.stdout)
