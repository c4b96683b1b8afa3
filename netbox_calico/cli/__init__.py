"""The ``netbox-calico`` command. It runs beside NetBox, not in it: nothing here imports Django."""
