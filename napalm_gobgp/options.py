"""What ``optional_args`` of the driver may say: those of ``napalm_frr`` that are about SSH, and two programs."""

from __future__ import annotations

from dataclasses import dataclass

from napalm_frr.options import Options as SshOptions


@dataclass(frozen=True, slots=True)
class Options(SshOptions):
    """The configuration file is the one that the running gobgpd was started with."""

    gobgpd: str = 'gobgpd'
    gobgp: str = 'gobgp'
