"""The plugin's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginMenu, PluginMenuButton, PluginMenuItem

_PREFIX = 'plugins:netbox_calico'


def _item(model, text, *, editable=True):
    view = f'{_PREFIX}:{model}'
    buttons = (
        PluginMenuButton(f'{view}_add', _('Add'), 'mdi mdi-plus-thick', permissions=[f'netbox_calico.add_{model}']),
        PluginMenuButton(
            f'{view}_bulk_import', _('Import'), 'mdi mdi-upload', permissions=[f'netbox_calico.add_{model}']
        ),
    )
    return PluginMenuItem(
        link=f'{view}_list',
        link_text=text,
        permissions=[f'netbox_calico.view_{model}'],
        buttons=buttons if editable else (),
    )


menu = PluginMenu(
    label='Calico',
    icon_class='mdi mdi-graph-outline',
    groups=(
        (
            _('Clusters'),
            (
                _item('calicocluster', _('Clusters')),
                _item('caliconode', _('Nodes')),
                _item('calicopool', _('Pools')),
                _item('calicoservicerange', _('Service Ranges')),
            ),
        ),
        (
            _('Routing'),
            (
                _item('calicorouter', _('Routers')),
                _item('calicoswitchprofile', _('Switch Profiles')),
                _item('calicopeering', _('Peerings')),
            ),
        ),
        (
            _('Deployment'),
            (
                _item('calicoplan', _('Plans'), editable=False),
                _item('calicorun', _('Runs'), editable=False),
            ),
        ),
    ),
)
