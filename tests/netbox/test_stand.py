"""The test database is what users have after `netbox migrate`."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.test import TestCase


class MigratedDatabase(TestCase):
    def test_no_migration_is_left_to_apply(self) -> None:
        plan = StringIO()
        call_command('showmigrations', '--plan', stdout=plan)
        assert '[X]' in plan.getvalue()
        assert '[ ]' not in plan.getvalue()

    def test_models_and_migrations_agree(self) -> None:
        call_command('makemigrations', '--check', '--dry-run', 'netbox_calico', stdout=StringIO())
