"""Where one NetBox of the lab keeps its things: written for `configuration.py` to read in NetBox's own processes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.services.postgres import USER, Postgres
from lab.services.redis import Redis

PLUGIN = 'netbox_calico'


def write(
    root: Path,
    postgres: Postgres,
    redis: Redis,
    *,
    database: str = 'netbox',
    redis_database: int = 0,
    plugins: Sequence[str] = (PLUGIN,),
    plugins_config: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Write `root/settings.json` and return the environment that makes a process this NetBox.

    Of Redis it takes `redis_database` (tasks) and the next one (cache). Keys are made once a root and kept.
    """
    file = root / 'settings.json'
    keys = json.loads(file.read_text()) if file.exists() else {}
    root.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    settings = {
        'database': {
            'NAME': database,
            'USER': USER,
            'PASSWORD': postgres.password,
            'HOST': postgres.host,
            'PORT': postgres.port,
        },
        'redis': {'HOST': redis.host, 'PORT': redis.port, 'PASSWORD': redis.password, 'DATABASE': redis_database},
        'secret_key': keys.get('secret_key') or secrets.token_urlsafe(48),
        'token_pepper': keys.get('token_pepper') or secrets.token_urlsafe(48),
        'plugins': list(plugins),
        'plugins_config': dict(plugins_config or {}),
    }
    file.write_text(json.dumps(settings, indent=2))
    return environment(root)


def environment(root: Path) -> dict[str, str]:
    """What makes a process the NetBox whose settings were written to `root`."""
    return {
        'NETBOX_ROOT': str(root),
        'NETBOX_CONFIGURATION': 'lab.netbox.configuration',
        'DJANGO_SETTINGS_MODULE': 'netbox.settings',
    }
