"""A NAPALM driver for FRR over SSH: ``napalm.get_network_driver('frr')`` finds ``FRRDriver`` here."""

from napalm_frr.driver import FRRDriver

__all__ = ['FRRDriver']
