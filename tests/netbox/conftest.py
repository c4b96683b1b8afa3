"""Makes the test process a NetBox before pytest imports the tests beside this file, which import models.

Tests elsewhere never import this file, so they run without Django and without services.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.netbox import migrated
from tests.services import DJANGO_DATABASE, services

assert services.django

from utilities.testing import query_counts  # noqa: E402 - needs the settings above

# NetBox looks for the counts in the package, where tests have no place.
query_counts._baseline_path = lambda app_label: Path(__file__).with_name('query_counts.json')


@pytest.fixture(scope='session')
def django_db_setup(django_test_environment: None) -> None:
    """A copy of the template: Django's own way would go through all migrations and models again."""
    services.postgres.create_database(DJANGO_DATABASE, template=migrated.TEMPLATE)
