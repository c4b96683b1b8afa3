"""Bring one NetBox's database up to date and make its administrator: one process, since each costs NetBox's start-up.

Run as `python -m lab.netbox.prepare FILE` in NetBox's environment; what is needed to log in is written to FILE.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main(access_file: Path) -> None:
    django.setup()
    executor = MigrationExecutor(connection)
    # With nothing to migrate the command still goes through all models.
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command('migrate', interactive=False, verbosity=0)
    if access_file.exists():
        return
    # Models can be imported only now.
    from users.models import Token, User

    password = secrets.token_urlsafe(9)
    user = User.objects.create_superuser('admin', password=password)
    token = Token(user=user, version=2)
    token.save()
    access_file.touch(mode=0o600)
    access = {'username': user.username, 'password': password, 'token': f'nbt_{token.key}.{token.token}'}
    access_file.write_text(json.dumps(access))


if __name__ == '__main__':
    main(Path(sys.argv[1]))
