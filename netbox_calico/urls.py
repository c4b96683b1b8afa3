"""The plugin's pages, below /plugins/calico/."""

from __future__ import annotations

from django.urls import include, path
from utilities.urls import get_model_urls

# Registers the views.
from . import views as _views  # noqa: F401

app_name = 'netbox_calico'


def _pages(prefix, model):
    return (
        path(f'{prefix}/', include(get_model_urls(app_name, model, detail=False))),
        path(f'{prefix}/<int:pk>/', include(get_model_urls(app_name, model))),
    )


urlpatterns = (
    *_pages('clusters', 'calicocluster'),
    *_pages('nodes', 'caliconode'),
    *_pages('routers', 'calicorouter'),
    *_pages('switch-profiles', 'calicoswitchprofile'),
    *_pages('pools', 'calicopool'),
    *_pages('service-ranges', 'calicoservicerange'),
    *_pages('peerings', 'calicopeering'),
    *_pages('plans', 'calicoplan'),
    *_pages('runs', 'calicorun'),
)
