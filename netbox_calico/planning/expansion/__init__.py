"""What Calico's own agent will do with a cluster's resources: the BGP sessions of every node, computed."""

from __future__ import annotations

from .claims import Claims
from .expand import expand
from .objects import BGPConfiguration, BGPPeer, Node, SecretKey
from .resources import Resources
from .secret_keys import secret_of_keys
from .session import Expansion, Origin, Overlap, Session
from .shared import shared_sessions

__all__ = [
    'BGPConfiguration',
    'BGPPeer',
    'Claims',
    'Expansion',
    'Node',
    'Origin',
    'Overlap',
    'Resources',
    'SecretKey',
    'Session',
    'expand',
    'secret_of_keys',
    'shared_sessions',
]
