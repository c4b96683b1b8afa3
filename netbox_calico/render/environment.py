"""The one Jinja2 environment of all templates. A variable that is not there is an error with the template's line."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

# Configuration for switches: what HTML would escape has to reach them as it is. Nobody edits templates of a release.
ENVIRONMENT = Environment(
    loader=PackageLoader('netbox_calico', 'render'),
    undefined=StrictUndefined,
    autoescape=False,
    keep_trailing_newline=True,
    auto_reload=False,
)
