"""The SSH connection: host keys, login, one command a channel; every failure as NAPALM's exception with its mend."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import shlex

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
        options, where = self.options, f'{self.hostname} port {self.options.port}'
        client = paramiko.SSHClient()
        try:
            self._load_host_keys(client)
            client.connect(
                self.hostname,
                port=options.port,
                username=self.username,
                password=self._password or None,
                key_filename=os.path.expanduser(options.key_file) if options.key_file else None,
                passphrase=options.passphrase,
                look_for_keys=options.use_keys,
                allow_agent=options.allow_agent,
                timeout=options.connect_timeout,
                banner_timeout=options.connect_timeout,
                auth_timeout=options.connect_timeout,
            )
        except _UnknownHost as error:
            raise ConnectionException(
                f'{where}: the host key {error} is not known. Compare it with the router '
                f"(ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub) and add it with 'ssh-keyscan -p {options.port} "
                f"{self.hostname}', or give it as optional_args['host_key'] or ['known_hosts_file']"
            ) from error
        except paramiko.BadHostKeyException as error:
            raise ConnectionException(
                f'{where}: the host key is {fingerprint(error.key)}, known is {fingerprint(error.expected_key)}. '
                'The router was replaced, or somebody is in between: find out which before the known key is changed'
            ) from error
        except (paramiko.AuthenticationException, paramiko.PasswordRequiredException) as error:
            raise ConnectAuthError(
                f'{where}: login as {self.username} was refused ({error}). Check user name, password and '
                "optional_args['key_file'], and the router's authorized_keys"
            ) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(
                f'{where}: no answer within {options.connect_timeout:g} s. Check the address, routing and filters'
            ) from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ConnectionException(f'{where}: no SSH connection: {error}. Check that sshd runs there') from error
        transport = client.get_transport()
        assert transport is not None
        transport.set_keepalive(options.keepalive)
        self._client = client

    def _load_host_keys(self, client: paramiko.SSHClient) -> None:
        options = self.options
        client.set_missing_host_key_policy(_Refuse() if options.ssh_strict else paramiko.WarningPolicy())
        if options.host_key:
            kind, encoded = ([*options.host_key.split(), '', ''])[:2]
            name = self.hostname if options.port == 22 else f'[{self.hostname}]:{options.port}'
            try:
                key = paramiko.PKey.from_type_string(kind, base64.b64decode(encoded, validate=True))
            except (binascii.Error, paramiko.SSHException, ValueError, IndexError) as error:
                raise ConnectionException(
                    f"{self.hostname}: optional_args['host_key'] is no public key: give it as 'ssh-ed25519 AAAA...'"
                ) from error
            client.get_host_keys().add(name, kind, key)
            return
        if options.system_host_keys:
            client.load_system_host_keys()
        if options.known_hosts_file:
            file = os.path.expanduser(options.known_hosts_file)
            try:
                client.load_host_keys(file)
            except OSError as error:
                raise ConnectionException(f'{self.hostname}: {file} cannot be read: {error.strerror}') from error

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
        """Run a program to its end: return code, output, errors. Raises also CommandTimeoutException."""
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
        return code, output.decode('utf-8', 'replace'), errors.decode('utf-8', 'replace')
