"""Makes the process a NetBox with an empty database, PostgreSQL and Redis of its own, as soon as it is imported.

Scripts import it before they import models. What it started ends with the process.
"""

from __future__ import annotations

import atexit

from lab.netbox import migrated
from tests.services import DJANGO_DATABASE, services

atexit.register(services.stop)
services.postgres.create_database(DJANGO_DATABASE, template=migrated.TEMPLATE)
assert services.django
