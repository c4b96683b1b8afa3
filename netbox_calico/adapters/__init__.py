"""The edges: each speaks to one kind of system through one library, and none knows another."""
