"""The lab's NetBox as a WSGI application that serves its static files itself: no web server, no collectstatic."""

from __future__ import annotations

from django.contrib.staticfiles.handlers import StaticFilesHandler
from netbox.wsgi import application as netbox

application = StaticFilesHandler(netbox)
