"""Our panel on pages of devices and virtual machines: an empty frame that loads itself, and so costs no query."""

from __future__ import annotations

from netbox.plugins import PluginTemplateExtension


class HostPanel(PluginTemplateExtension):
    models = ['dcim.device', 'virtualization.virtualmachine']

    def right_page(self):
        user = self.context['request'].user
        if not (user.has_perm('netbox_calico.view_calicorouter') or user.has_perm('netbox_calico.view_caliconode')):
            return ''
        return self.render('netbox_calico/panels/host.html')


template_extensions = [HostPanel]
