"""NetBox as the tests and the demo run it: its configuration, its empty database, its start."""
