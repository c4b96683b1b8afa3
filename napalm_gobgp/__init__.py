"""A NAPALM driver for GoBGP: its configuration file, changed in place, behind a commit timer; over SSH."""

from napalm_gobgp.driver import GoBGPDriver

__all__ = ['GoBGPDriver']
