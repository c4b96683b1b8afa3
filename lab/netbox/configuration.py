"""NetBox's configuration module for tests and demo: reads `$NETBOX_ROOT/settings.json`, which `settings.write` made.

So `NETBOX_CONFIGURATION=lab.netbox.configuration NETBOX_ROOT=FOLDER netbox COMMAND` reaches that NetBox by hand.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

_settings = json.loads((Path(os.environ['NETBOX_ROOT']) / 'settings.json').read_text())
_redis = {'USERNAME': '', 'SSL': False, **_settings['redis']}

ALLOWED_HOSTS = ['127.0.0.1', 'localhost', '[::1]', 'testserver']
DATABASES = {'default': {**_settings['database'], 'CONN_MAX_AGE': 300}}
REDIS = {
    'tasks': _redis,
    'caching': {**_redis, 'DATABASE': _redis['DATABASE'] + 1},
}
SECRET_KEY = _settings['secret_key']
API_TOKEN_PEPPERS = {1: _settings['token_pepper']}
PLUGINS = _settings['plugins']
PLUGINS_CONFIG = _settings['plugins_config']
DEVELOPER = True  # or `makemigrations` refuses
ISOLATED_DEPLOYMENT = True  # no calls to the internet
CENSUS_REPORTING_ENABLED = False
