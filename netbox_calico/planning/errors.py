"""The one tree of errors. A message names the thing and the mend, and is fit to be shown to a user."""

from __future__ import annotations


class CalicoError(Exception):
    """Whatever this project refuses or fails to do."""


class InvalidInput(CalicoError):
    """A resource, a selector, an AS number or a setting that cannot be read."""


class CredentialError(CalicoError):
    """A credential that is missing, unreadable or of a kind that is refused. Never carries the secret."""


class ConnectionLost(CalicoError):
    """A device or an API that does not answer (any more); trying again may help."""


class Refused(CalicoError):
    """A device, an API or this project itself says no; trying again does not help."""


class StalePlan(Refused):
    """The world has changed in what shaped the plan: make a new one."""


class LeaseLost(Refused):
    """Another run holds the cluster or a router: this one must not touch anything any more."""
