"""Makes the test process a NetBox before pytest imports the tests beside this file, which import models.

Tests elsewhere never import this file, so they run without Django and without services.
"""

from __future__ import annotations

from pathlib import Path

from tests.services import services

assert services.django

from utilities.testing import query_counts  # noqa: E402 - needs the settings above

# NetBox looks for the counts in the package, where tests have no place.
query_counts._baseline_path = lambda app_label: Path(__file__).with_name('query_counts.json')
