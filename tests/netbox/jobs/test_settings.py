"""A wrong setting stops NetBox at its start, with the setting's name and the mend, and without what stands in it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from netbox_calico import config
from netbox_calico.configuration import DEFAULTS

SECRET = 'hunter2-hunter2'


@pytest.mark.parametrize(
    ('setting', 'named', 'mend'),
    [
        ({'credential': {}}, 'credential:', 'there is no such setting; remove it or use one of automation_user'),
        ({'credentials': ['prod']}, 'credentials:', 'a mapping of names to references'),
        ({'credentials': {'a b': 'env:X'}}, "credentials['a b']", 'letters, digits, dots'),
        ({'credentials': {'prod': 7}}, "credentials['prod']", 'write the reference as text'),
        ({'credentials': {'prod': SECRET}}, "credentials['prod']", 'start the reference with env: or file:'),
        ({'credentials': {'prod': f'env:{SECRET}'}}, "credentials['prod']", 'name an environment variable'),
        ({'credentials': {'prod': f'file:{SECRET}'}}, "credentials['prod']", 'write an absolute path'),
        ({'credentials': {'prod': f'vault:{SECRET}'}}, "credentials['prod']", 'vault are not supported'),
        ({'automation_user': None}, 'automation_user:', 'the name of a NetBox user as text'),
        ({'router_roles': 'tor'}, 'router_roles:', "for example ['tor', 'leaf']"),
        ({'sync_timeout': '600'}, 'sync_timeout:', 'a whole number of seconds'),
        ({'plan_timeout': 0}, 'plan_timeout:', '1 or more'),
        ({'deploy_margin': True}, 'deploy_margin:', 'a whole number of seconds'),
    ],
)
def test_wrong(setting, named, mend):
    with pytest.raises(ImproperlyConfigured) as caught:
        config.validate({**setting}, '4.7.3')
    assert f"PLUGINS_CONFIG['netbox_calico'] {named}" in str(caught.value)
    assert mend in str(caught.value)
    assert SECRET not in str(caught.value)


def test_right():
    given = {
        'credentials': {'prod': 'file:/etc/prod.kubeconfig', 'tor': 'env:TOR_LOGIN'},
        'router_roles': ['tor'],
    }
    config.validate(given, '4.7.3')
    assert given['sync_timeout'] == DEFAULTS['sync_timeout']
