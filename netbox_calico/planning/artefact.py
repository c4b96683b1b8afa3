"""Artefacts for the Kubernetes API: the JSON documents that an item carries and an adapter sends as they are.

``{"verb": "apply", "object": …}``   server-side apply of exactly this object, with our field manager
``{"verb": "merge", "patch": …}``    JSON merge patch (RFC 7386) of the object that the patch itself names
``{"verb": "delete", "object": …}``  delete the object of that apiVersion, kind and name
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .digest import document
from .errors import InvalidInput

_VERSIONS = {'projectcalico.org': 'projectcalico.org/v3', 'crd.projectcalico.org': 'crd.projectcalico.org/v1'}


def api_version(group: str) -> str:
    """The apiVersion of Calico's resources in the group that the cluster serves; one group a cluster, never mixed."""
    version = _VERSIONS.get(group.partition('/')[0])
    if version is None:
        raise InvalidInput(
            f'{group!r} is no API group of Calico: sync the cluster, so that the served one is discovered.'
        )
    return version


def target(kind: str, name: str) -> str:
    """The target of an item for an object of the Kubernetes API."""
    return f'kubernetes:{kind}/{name}'


def router_target(router: int) -> str:
    """The target of an item for a router."""
    return f'router:{router}'


def reference(version: str, kind: str, name: str) -> dict[str, Any]:
    """The head of an object."""
    return {'apiVersion': version, 'kind': kind, 'metadata': {'name': name}}


def apply(manifest: Mapping[str, Any]) -> str:
    """Server-side apply of this object."""
    return _document({'verb': 'apply', 'object': manifest})


def merge(patch: Mapping[str, Any]) -> str:
    """JSON merge patch; the patch names its object by apiVersion, kind and metadata.name."""
    return _document({'verb': 'merge', 'patch': patch})


def delete(version: str, kind: str, name: str) -> str:
    """Deletion of this object."""
    return _document({'verb': 'delete', 'object': reference(version, kind, name)})


def _document(content: Mapping[str, Any]) -> str:
    return document(content)
