"""REST, below /api/plugins/calico/."""
