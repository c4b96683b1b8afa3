"""The plugin's settings in ``PLUGINS_CONFIG['netbox_calico']``: their defaults, and a check in words at start-up.

A wrong setting stops NetBox with the setting's name and the mend: it must not be found in the middle of a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

DEFAULTS: dict[str, Any] = {
    # Credential name -> where the worker finds it: 'env:VARIABLE' or 'file:/path'. The database holds names only.
    'credentials': {},
    # The user that scheduled jobs act as, under its object permissions. Empty: nothing is scheduled.
    'automation_user': '',
    # Slugs of the device roles whose devices are offered as routers.
    'router_roles': [],
    # Slug of the tag of clusters, nodes, routers, devices and virtual machines that no plan may change. Empty: none.
    'hands_off_tag': 'hands-off',
    # Seconds after which a job is stopped; RQ's own default of 300 is too short for large clusters.
    'sync_timeout': 600,
    'plan_timeout': 900,
    # Seconds that a deployment may take beyond the sum of its plan's gates.
    'deploy_margin': 1800,
}

_NAME = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,49}')
_VARIABLE = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')
_SLUG = re.compile(r'[-a-zA-Z0-9_]+')
_SECONDS = ('sync_timeout', 'plan_timeout', 'deploy_margin')


def check(settings: Mapping[str, Any]) -> None:
    """Check the plugin's settings; raise ``ImproperlyConfigured`` that names the setting and the mend."""
    for name in settings:
        if name not in DEFAULTS:
            raise _wrong(name, f'there is no such setting; remove it or use one of {", ".join(sorted(DEFAULTS))}')
    _check_credentials(settings['credentials'])
    if not isinstance(settings['automation_user'], str):
        raise _wrong('automation_user', 'write the name of a NetBox user as text, or an empty text for none')
    roles = settings['router_roles']
    if not isinstance(roles, list | tuple) or not all(
        isinstance(role, str) and _SLUG.fullmatch(role) for role in roles
    ):
        raise _wrong('router_roles', "write a list of device role slugs, for example ['tor', 'leaf']")
    tag = settings['hands_off_tag']
    if not isinstance(tag, str) or (tag and not _SLUG.fullmatch(tag)):
        raise _wrong('hands_off_tag', "write the slug of a tag, for example 'hands-off', or an empty text for none")
    for name in _SECONDS:
        seconds = settings[name]
        if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 1:
            raise _wrong(name, 'write a whole number of seconds, 1 or more')


def _check_credentials(credentials: object) -> None:
    if not isinstance(credentials, Mapping):
        raise _wrong('credentials', "write a mapping of names to references, for example {'tor': 'env:TOR_LOGIN'}")
    for name, reference in credentials.items():
        setting = f'credentials[{name!r}]'
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _wrong(setting, 'use a name of at most 50 letters, digits, dots, underscores and dashes')
        if not isinstance(reference, str):
            raise _wrong(setting, "write the reference as text, 'env:VARIABLE' or 'file:/absolute/path'")
        scheme, _, rest = reference.partition(':')
        # The reference itself may be a secret pasted by mistake: no message repeats it.
        if scheme == 'vault':
            raise _wrong(setting, 'references to a vault are not supported; use env: or file:')
        if scheme == 'env':
            if not _VARIABLE.fullmatch(rest):
                raise _wrong(
                    setting, "name an environment variable of the worker after env:, for example 'env:TOR_LOGIN'"
                )
        elif scheme == 'file':
            if not rest.startswith('/'):
                raise _wrong(setting, "write an absolute path after file:, for example 'file:/etc/netbox/tor.yaml'")
        else:
            raise _wrong(setting, "start the reference with env: or file:, for example 'env:TOR_LOGIN'")


def _wrong(setting: str, mend: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"PLUGINS_CONFIG['netbox_calico'] {setting}: {mend}.")
