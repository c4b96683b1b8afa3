"""A NAPALM driver for FRR over SSH."""
