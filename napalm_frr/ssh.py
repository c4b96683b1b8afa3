"""The SSH connection: host keys, login, one command a channel; every failure as NAPALM's exception with its mend."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import shlex
from dataclasses import dataclass

import paramiko
from napalm.base.exceptions import (
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    ConnectTimeoutError,
)

from napalm_frr.options import Options


class _UnknownHost(paramiko.SSHException):
    pass


class _Refuse(paramiko.MissingHostKeyPolicy):
    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        raise _UnknownHost(f'{key.get_name()} {fingerprint(key)}')


def fingerprint(key: paramiko.PKey) -> str:
    """The SHA-256 fingerprint as OpenSSH prints it."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode()
    return 'SHA256:' + digest.rstrip('=')


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect to and how, after the SSH configuration file had its say."""

    hostname: str
    port: int
    username: str
    key_files: tuple[str, ...]
    known_hosts_files: tuple[str, ...]
    proxy: str | None

    def __str__(self) -> str:
        return f'{self.hostname} port {self.port}'


def resolve(hostname: str, username: str, options: Options) -> Target:
    """What the options say, else the SSH configuration file, else the defaults. No such file is no error: Nornir
    names ``~/.ssh/config`` whether it exists or not."""
    file = os.path.expanduser(options.ssh_config_file or '')
    found = paramiko.SSHConfig.from_path(file).lookup(hostname) if os.path.isfile(file) else {}
    port = options.port or int(found.get('port', 22))
    target = found.get('hostname', hostname)
    proxy = found.get('proxycommand')
    if 'proxyjump' in found and found['proxyjump'] != 'none':
        proxy = shlex.join(['ssh', '-F', file, '-W', f'[{target}]:{port}', found['proxyjump']])
    known_hosts = (
        [options.known_hosts_file] if options.known_hosts_file else found.get('userknownhostsfile', '').split()
    )
    key_files = [options.key_file] if options.key_file else found.get('identityfile', [])
    return Target(
        target,
        port,
        username or found.get('user', ''),
        tuple(os.path.expanduser(name) for name in key_files),
        tuple(os.path.expanduser(name) for name in known_hosts),
        None if proxy == 'none' else proxy,
    )


class Connection:
    """One SSH connection to one router."""

    def __init__(self, hostname: str, username: str, password: str, timeout: float, options: Options) -> None:
        self.hostname, self.username, self.timeout, self.options = hostname, username, timeout, options
        self._password = password
        self._client: paramiko.SSHClient | None = None

    def open(self) -> None:
        """Connect and log in.

        Raises ConnectTimeoutError and ConnectionException (unreachable, host key), ConnectAuthError (login refused).
        """
        options, where = self.options, resolve(self.hostname, self.username, self.options)
        client = paramiko.SSHClient()
        try:
            self._load_host_keys(client, where)
            client.connect(
                where.hostname,
                port=where.port,
                username=where.username,
                password=self._password or None,
                key_filename=list(where.key_files) or None,  # type: ignore[arg-type]  # a list is right too
                passphrase=options.passphrase,
                look_for_keys=options.use_keys,
                allow_agent=options.allow_agent,
                timeout=options.connect_timeout,
                banner_timeout=options.connect_timeout,
                auth_timeout=options.connect_timeout,
                sock=paramiko.ProxyCommand(where.proxy) if where.proxy else None,
            )
            transport = client.get_transport()
            assert transport is not None
            transport.set_keepalive(options.keepalive)
        except Exception as error:
            client.close()
            kind, words = _translated(error, where, options.connect_timeout)
            raise kind(f'{where}: {words}') from error
        self._client = client

    def _load_host_keys(self, client: paramiko.SSHClient, where: Target) -> None:
        options = self.options
        client.set_missing_host_key_policy(_Refuse() if options.ssh_strict else paramiko.WarningPolicy())
        if options.host_key:
            kind, encoded = [*options.host_key.split(), '', ''][:2]
            name = where.hostname if where.port == 22 else f'[{where.hostname}]:{where.port}'
            try:
                key = paramiko.PKey.from_type_string(kind, base64.b64decode(encoded, validate=True))
            except Exception as error:  # each way of being wrong has one of its own, not all of them public
                raise ValueError(
                    "optional_args['host_key'] is no public key: give it as 'ssh-ed25519 AAAA...'"
                ) from error
            client.get_host_keys().add(name, kind, key)
            return
        if options.system_host_keys:
            client.load_system_host_keys()
        for file in where.known_hosts_files:
            if options.known_hosts_file or os.path.isfile(file):
                client.load_host_keys(file)

    def is_alive(self) -> bool:
        transport = self._client.get_transport() if self._client else None
        if transport is None or not transport.is_active():
            return False
        try:
            transport.send_ignore()
        except (EOFError, OSError, paramiko.SSHException):
            return False
        return True

    def close(self) -> None:
        if self._client:
            self._client.close()
            self._client = None

    def channel(self, argv: list[str]) -> paramiko.Channel:
        """Start a program on the device. Raises ConnectionClosedException."""
        transport = self._client.get_transport() if self._client else None
        try:
            if transport is None:
                raise paramiko.SSHException('it is not open')
            channel = transport.open_session(timeout=self.timeout)
            channel.settimeout(self.timeout)
            channel.exec_command(shlex.join(argv))
        except (EOFError, OSError, paramiko.SSHException) as error:
            raise ConnectionClosedException(f'{self.hostname}: the connection is lost: {error}') from error
        return channel

    def run(self, argv: list[str]) -> tuple[int, str, str]:
        """Run a program to its end: return code, output, complaints. Raises also CommandTimeoutException.

        What vtysh says about PAM for a user without a password is no complaint.
        """
        channel = self.channel(argv)
        with contextlib.closing(channel):
            try:
                output = channel.makefile('rb').read()
                errors = channel.makefile_stderr('rb').read()
            except TimeoutError as error:
                raise CommandTimeoutException(
                    f'{self.hostname}: {argv[0]} did not end within {self.timeout:g} s'
                ) from error
            except OSError as error:
                raise ConnectionClosedException(f'{self.hostname}: the connection is lost: {error}') from error
            code = channel.recv_exit_status()
        if code == -1 and not self.is_alive():
            raise ConnectionClosedException(f'{self.hostname}: the connection was lost while {argv[0]} ran')
        complaints = errors.decode('utf-8', 'replace').splitlines(keepends=True)
        return code, output.decode('utf-8', 'replace'), ''.join(line for line in complaints if 'vtysh_pam' not in line)


def _translated(error: Exception, where: Target, limit: float) -> tuple[type[Exception], str]:
    """NAPALM's exception for what kept a connection from being opened, and the words with the mend."""
    if isinstance(error, _UnknownHost):
        return ConnectionException, (
            f'the host key {error} is not known. Compare it with the router '
            f"(ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub) and add it with 'ssh-keyscan -p {where.port} "
            f"{where.hostname}', or give it as optional_args['host_key'] or ['known_hosts_file']"
        )
    if isinstance(error, paramiko.BadHostKeyException):
        return ConnectionException, (
            f'the host key is {fingerprint(error.key)}, known is {fingerprint(error.expected_key)}. The router was '
            'replaced, or somebody is in between: find out which before the known key is changed'
        )
    if isinstance(error, paramiko.AuthenticationException | paramiko.PasswordRequiredException):
        return ConnectAuthError, (
            f'login as {where.username} was refused ({error}). Check user name, password and '
            "optional_args['key_file'], and the router's authorized_keys"
        )
    if isinstance(error, TimeoutError):
        return ConnectTimeoutError, f'no answer within {limit:g} s. Check the address, routing and filters'
    return ConnectionException, f'no SSH connection: {error}. Check address and port, and that sshd runs there'
