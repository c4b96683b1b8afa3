"""A data centre on one machine: FRR routers, BIRD nodes, a real Kubernetes API, and the NetBox that describes it."""
