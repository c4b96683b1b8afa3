"""The plugin's pages, a file a noun. They never talk to a device or a cluster: jobs do."""

from .node import *
from .peering import *
from .pool import *
from .router import *
from .service_range import *
from .switch_profile import *
