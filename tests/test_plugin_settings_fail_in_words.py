"""A wrong setting stops NetBox with the setting's name and the mend, and tells no secret."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from netbox_calico.configuration import DEFAULTS, check


def settings(**values: object) -> dict[str, object]:
    return {**DEFAULTS, **values}


@pytest.mark.parametrize(
    'values',
    [
        {},
        {'credentials': {'tor': 'env:TOR_LOGIN', 'dc-1.prod': 'file:/etc/netbox/prod.kubeconfig'}},
        {'automation_user': 'robot', 'router_roles': ('tor', 'leaf-switch'), 'plan_timeout': 60, 'hands_off_tag': ''},
    ],
)
def test_right_settings_pass(values: dict[str, object]) -> None:
    check(settings(**values))


@pytest.mark.parametrize(
    ('values', 'name', 'mend'),
    [
        ({'credential': {}}, 'credential', 'there is no such setting'),
        ({'credentials': ['tor']}, 'credentials', 'write a mapping of names to references'),
        ({'credentials': {'': 'env:A'}}, "credentials['']", 'use a name of at most 50'),
        ({'credentials': {'x' * 51: 'env:A'}}, 'credentials', 'use a name of at most 50'),
        ({'credentials': {'tor': 5}}, "credentials['tor']", "'env:VARIABLE' or 'file:/absolute/path'"),
        ({'credentials': {'tor': 'vault:secret/tor'}}, "credentials['tor']", 'use env: or file:'),
        ({'credentials': {'tor': 'TOR_LOGIN'}}, "credentials['tor']", 'start the reference with env: or file:'),
        ({'credentials': {'tor': 'env:'}}, "credentials['tor']", 'name an environment variable'),
        ({'credentials': {'tor': 'env:NOT A NAME'}}, "credentials['tor']", 'name an environment variable'),
        ({'credentials': {'tor': 'file:relative'}}, "credentials['tor']", 'write an absolute path'),
        ({'automation_user': None}, 'automation_user', 'write the name of a NetBox user'),
        ({'router_roles': 'tor'}, 'router_roles', 'write a list of device role slugs'),
        ({'router_roles': ['Top of rack']}, 'router_roles', 'write a list of device role slugs'),
        ({'hands_off_tag': None}, 'hands_off_tag', 'write the slug of a tag'),
        ({'hands_off_tag': 'Hands off'}, 'hands_off_tag', 'write the slug of a tag'),
        ({'sync_timeout': 0}, 'sync_timeout', 'a whole number of seconds'),
        ({'plan_timeout': '60'}, 'plan_timeout', 'a whole number of seconds'),
        ({'deploy_margin': True}, 'deploy_margin', 'a whole number of seconds'),
    ],
)
def test_a_wrong_setting_is_named_with_the_mend(values: dict[str, object], name: str, mend: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        check(settings(**values))
    assert f"PLUGINS_CONFIG['netbox_calico'] {name}" in str(caught.value)
    assert mend in str(caught.value)


def test_a_secret_that_was_pasted_as_reference_is_not_repeated() -> None:
    for reference in ('hunter2', 'vault:hunter2', 'env:hunter 2', 'file:hunter2'):
        with pytest.raises(ImproperlyConfigured) as caught:
            check(settings(credentials={'tor': reference}))
        assert 'hunter' not in str(caught.value)
