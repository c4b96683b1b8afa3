"""What ``optional_args`` of the driver may say, checked once and with NAPALM's own names where it has them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

log = logging.getLogger(__name__)

Privilege = Literal['auto', 'sudo', 'none']


@dataclass(frozen=True, slots=True)
class Options:
    """Connection, rights, and where things are on the device. Times are seconds."""

    port: int | None = None
    """Else what ``ssh_config_file`` says, else 22."""
    key_file: str | None = None
    passphrase: str | None = field(default=None, repr=False)
    use_keys: bool = False
    """Try the keys of ``~/.ssh`` as well."""
    allow_agent: bool = False
    ssh_config_file: str | None = None
    """HostName, Port, User, IdentityFile, UserKnownHostsFile, ProxyCommand and ProxyJump are honoured."""
    ssh_strict: bool = True
    """Refuse a host whose key is not known."""
    system_host_keys: bool = True
    known_hosts_file: str | None = None
    host_key: str | None = None
    """The host's public key as in a known_hosts file: ``ssh-ed25519 AAAA...``. Nothing else is accepted then."""
    connect_timeout: float = 10.0
    commit_timeout: float = 600.0
    keepalive: int = 15

    privilege: Privilege = 'auto'
    """``sudo`` (without a password), ``none`` (root, or a user that may use vtysh), or found out on login."""
    vtysh: str = 'vtysh'
    pathspace: str | None = None
    """``-N`` of FRR's programs, where several instances run on one machine."""
    frr_reload: str = '/usr/lib/frr/frr-reload.py'
    python: str = 'python3'
    config_dir: str = '/etc/frr'
    state_dir: str = '/run/frr/napalm'
    """Private folder on the device, the same for every client, emptied by a reboot (so below ``/run``)."""
    lock_wait: float = 0.0
    lock_lifetime: int = 900
    """A candidate that is neither committed nor discarded within this time gives its lock back."""

    @classmethod
    def parse(cls, given: Mapping[str, Any] | None) -> Self:
        """Take what we know; name what we do not, since a misspelt option would silently be the default."""
        known = {entry.name for entry in fields(cls)}
        unknown = sorted(set(given or {}) - known)
        if unknown:
            log.warning('%s ignores unknown optional_args: %s', cls.__module__.partition('.')[0], ', '.join(unknown))
        options = cls(**{name: value for name, value in (given or {}).items() if name in known and value is not None})
        if options.privilege not in ('auto', 'sudo', 'none'):
            raise ValueError(f"optional_args['privilege'] is {options.privilege!r}: use 'auto', 'sudo' or 'none'")
        if not options.state_dir.startswith('/'):
            raise ValueError(f"optional_args['state_dir'] is {options.state_dir!r}: use an absolute path")
        return options

    @property
    def startup_file(self) -> str:
        """Where ``write memory`` puts the configuration."""
        return '/'.join(part for part in (self.config_dir, self.pathspace, 'frr.conf') if part)

    def vtysh_command(self) -> list[str]:
        return [self.vtysh, *(['-N', self.pathspace] if self.pathspace else [])]

    def reload_command(self) -> list[str]:
        bindir = ['--bindir', self.vtysh.rsplit('/', 1)[0]] if '/' in self.vtysh else []
        return [self.python, self.frr_reload, *bindir, *(['--pathspace', self.pathspace] if self.pathspace else [])]
