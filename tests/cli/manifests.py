"""A small cluster in two files, and the recorded clusters of Calico's own agent."""

from __future__ import annotations

from pathlib import Path

CASES = Path(__file__).parents[1] / 'data/agent-truth/cases.jsonl'
NODES = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: n1
    creationTimestamp: 2026-08-01T00:00:00Z
    labels: {rack: r1, built: 2026-08-01}
    annotations:
      projectcalico.org/IPv4Address: 10.0.0.1/24
      projectcalico.org/IPv6Address: 2001:10:20:30:40:50:1:2/64
- apiVersion: v1
  kind: Node
  metadata:
    name: n2
    annotations: {projectcalico.org/IPv4Address: 10.0.0.2/24}
"""
RESOURCES = """\
apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec: {nodeToNodeMeshEnabled: false}
---
# an empty document is none
---
apiVersion: crd.projectcalico.org/v1
kind: BGPPeer
metadata: {name: tor}
spec:
  nodeSelector: rack == 'r1' && built == '2026-08-01'
  peerIP: 10.0.0.254
  asNumber: 65001
  ttlSecurity: 1
  filters: [absent]
  password: {secretKeyRef: {name: bgp, key: tor}}
---
apiVersion: crd.projectcalico.org/v1
kind: BGPPeer
metadata: {name: six}
spec: {nodeSelector: all(), peerIP: 2001:10:20:30:40:50:1:1, asNumber: 65001}
---
apiVersion: v1
kind: Secret
metadata: {name: bgp, namespace: calico-system}
stringData: {tor: hunter2}
"""
