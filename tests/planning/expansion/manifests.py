"""Manifests for tests, as people and programs write them."""

from __future__ import annotations

import base64
from typing import Any

V1, V3 = 'crd.projectcalico.org/v1', 'projectcalico.org/v3'
TOR = {'nodeSelector': 'all()', 'peerIP': '10.0.0.254', 'asNumber': 65001}


def manifest(version: str, kind: str, name: str, spec: Any = None, **metadata: Any) -> dict[str, Any]:
    return {
        'apiVersion': version,
        'kind': kind,
        'metadata': {'name': name, **metadata},
        'spec': {} if spec is None else spec,
    }


def kubernetes_node(name: str = 'n1', **annotations: str) -> dict[str, Any]:
    found = {f'projectcalico.org/{key}': value for key, value in annotations.items()}
    return manifest('v1', 'Node', name, annotations=found, labels={'rack': 'r1'})


def secret(name: str, namespace: str | None = None, **values: str) -> dict[str, Any]:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    metadata = {'name': name} if namespace is None else {'name': name, 'namespace': namespace}
    return {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': metadata, 'data': data}
