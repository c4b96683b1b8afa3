"""BGP for Calico clusters, planned, proven and deployed from NetBox.

The planning core, the renderers and the adapters import without NetBox; only the plugin's configuration needs it.
"""

__version__ = '0.1.0'

try:
    from netbox.plugins import PluginConfig
except ModuleNotFoundError as exc:
    if exc.name != 'netbox':
        raise
else:
    from .configuration import DEFAULTS, check

    class CalicoConfig(PluginConfig):
        """What NetBox has to know about the plugin."""

        name = 'netbox_calico'
        verbose_name = 'Calico BGP'
        description = 'BGP for Calico clusters, planned, proven and deployed from NetBox'
        version = __version__
        author = 'netbox-calico contributors'
        base_url = 'calico'
        # Earlier releases trace some cable paths wrongly, and a wrong path is a wrong top-of-rack switch.
        min_version = '4.7.3'
        max_version = '4.7.99'
        default_settings = DEFAULTS
        queues = ['deploy']
        graphql_schema = 'graphql.schema.schema'

        @classmethod
        def validate(cls, user_config, netbox_version):
            super().validate(user_config, netbox_version)
            check(user_config)

        def ready(self):
            super().ready()
            # Whoever starts a worker asks NetBox's registry for the jobs that run by themselves.
            from .jobs import sweep, tick  # noqa: F401

    config = CalicoConfig
