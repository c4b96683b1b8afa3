"""The half of the driver that runs on the router: what ``napalm_frr.on_device`` does for FRR, for GoBGP.

Lock, timer and recovery are the same; what differs is that GoBGP has one file for what runs and what starts, and reads
it again on SIGHUP. State lies beside that file and outlives a reboot, as the changed file does. Standard library only,
Python 3.11 and newer, for its reader of TOML.
"""

MODULES = ('chunks', 'gobgpd', 'differing', 'router', 'serve')
"""Sent in this order, behind those of ``napalm_frr.on_device``."""
