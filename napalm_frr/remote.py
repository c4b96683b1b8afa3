"""The client's end of ``on_device``: starts it over SSH, asks it, and turns its refusals into NAPALM's exceptions."""

from __future__ import annotations

import getpass
import importlib.resources
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import paramiko
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    LockError,
    NapalmException,
)

from napalm_frr import on_device
from napalm_frr.options import Options
from napalm_frr.secrets import masked
from napalm_frr.ssh import Connection

START = """import json, sys, types
for name, source in json.loads(sys.stdin.buffer.readline()):
    sys.modules[name] = module = types.ModuleType(name)
    exec(compile(source, name, 'exec'), module.__dict__)
module.serve()"""

REFUSALS: dict[str, tuple[type[NapalmException], str]] = {
    'locked': (LockError, 'the configuration is locked by {0}: wait for it, or have it discarded there'),
    'pending': (LockError, 'a commit waits for its confirmation ({0}): confirm_commit() or rollback() first'),
    'reverting': (LockError, 'a commit is being taken back ({0}): wait for it, or call rollback() if that fails'),
    'interrupted': (LockError, 'a commit was cut off half way ({0}): rollback() restores what was before it'),
    'lock-lost': (LockError, "the lock of this candidate expired: load it again (optional_args['lock_lifetime'])"),
    'daemon': (
        CommandErrorException,
        '{0} of FRR does not run, and its configuration would be lost: start it (systemctl status frr)',
    ),
    'rejected': (CommitError, 'the router refused the change, the configuration before was restored: {0}'),
    'mixed': (CommitError, 'the change failed and could NOT be taken back, look at the router now: {0}'),
    'failed': (CommitError, '{0}'),
    'nothing-pending': (CommitConfirmException, 'no commit waits for a confirmation{0}: commit it again'),
    'lost': (
        CommitConfirmException,
        'not confirmed, the change is no longer in the running configuration '
        '(was FRR restarted, or the change undone by hand?); rollback() clears it: {0}',
    ),
    'nothing-to-undo': (CommitError, 'there is no commit that could be rolled back{0}'),
    'text': (CommandErrorException, '{0}, which frr-reload.py cannot read: write that line anew in plain characters'),
    'full': (CommandErrorException, '{0}: make room there (df), then do it again'),
    'rights': (
        CommandErrorException,
        "{0}. Log in as root, allow 'sudo -n' to this user, or set optional_args['config_dir'] and ['state_dir']",
    ),
    'missing': (
        CommandErrorException,
        "{0}. Install the package frr-pythontools, or set optional_args['frr_reload'] and ['vtysh']",
    ),
}


@dataclass(frozen=True)
class FarEnd:
    """What runs at the other end: modules to be sent, in order, the first request, and what refusals say.

    ``needs`` is what has to be there for it to run.
    """

    modules: tuple[str, ...]
    opening: Callable[[Options], Mapping[str, Any]]
    needs: str
    refusals: Mapping[str, tuple[type[NapalmException], str]]


def _opening(options: Options) -> Mapping[str, Any]:
    return {
        'vtysh': options.vtysh_command(),
        'reload': options.reload_command(),
        'startup': options.startup_file,
        'folder': options.state_dir,
    }


FRR = FarEnd(
    tuple(f'{on_device.__name__}.{name}' for name in on_device.MODULES),
    _opening,
    'Python 3.7 or newer and frr-pythontools are needed on the router, and rights to start them',
    REFUSALS,
)


class OnDevice:
    """A running far end; started when first asked."""

    def __init__(self, connection: Connection, prefix: list[str], options: Options, far: FarEnd = FRR) -> None:
        self._connection, self._prefix, self._options, self._far = connection, prefix, options, far
        self._channel: paramiko.Channel | None = None

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """One request, answered within ``commit_timeout``.

        Raises LockError, CommitError, CommitConfirmException, CommandErrorException (rights, missing programs),
        ConnectionClosedException, CommandTimeoutException.
        """
        if self._channel is None or self._channel.closed:
            self._start()
        return self._exchange({'do': do, **arguments})

    def close(self) -> None:
        """Let the far end go, and with it the lock. It finishes a change that is under way."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _start(self) -> None:
        options = self._options
        program = [(name, _source(name)) for name in self._far.modules]
        channel = self._connection.channel([*self._prefix, options.python, '-c', START])
        channel.settimeout(options.commit_timeout)
        self._channel = channel
        self._input = channel.makefile('rb')
        self._send(json.dumps(program).encode() + b'\n')
        self._exchange(
            {
                **self._far.opening(options),
                'lock_lifetime': options.lock_lifetime,
                'owner': f'{getpass.getuser()}@{socket.gethostname()} (process {os.getpid()}, '
                f'logged in as {self._connection.username})',
            }
        )

    def _send(self, data: bytes) -> None:
        assert self._channel is not None
        try:
            self._channel.sendall(data)
        except OSError as error:
            raise self._broken('it does not listen') from error

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        self._send(json.dumps(request).encode() + b'\n')
        try:
            line = self._input.readline()
        except TimeoutError as error:
            self.close()
            raise CommandTimeoutException(
                f'{self._connection.hostname}: no answer within {self._options.commit_timeout:g} s. The router '
                'finishes or takes back the change by itself; connect again and look'
            ) from error
        except OSError as error:
            raise self._broken(str(error)) from error
        if not line:
            raise self._broken('it ended')
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError as error:
            self.close()
            raise CommandErrorException(
                f'{self._connection.hostname}: {self._options.python} there printed {masked(repr(line[:80]))} in place '
                'of an answer: let nothing that it starts print (sitecustomize, wrappers, sudo)'
            ) from error
        if 'refused' in answer:
            raise self._refusal(answer['refused'], masked(answer['message']))
        return answer

    def _refusal(self, kind: str, message: str) -> NapalmException:
        exception, words = self._far.refusals[kind]
        if kind in ('nothing-pending', 'nothing-to-undo') and message:
            message = f' ({message})'
        return exception(f'{self._connection.hostname}: {words.format(message)}')

    def _broken(self, how: str) -> NapalmException:
        """Why the program at the other end is gone: not started, or the connection died."""
        channel, where = self._channel, self._connection.hostname
        self._channel = None
        assert channel is not None
        if not self._connection.is_alive():
            return ConnectionClosedException(f'{where}: the connection is lost ({how})')
        channel.settimeout(5)
        try:
            said = masked(channel.makefile_stderr('rb').read().decode('utf-8', 'replace').strip())
        except TimeoutError:
            said = ''
        return CommandErrorException(
            f'{where}: {" ".join([*self._prefix, self._options.python])} did not run or was killed ({said or how}). '
            f'{self._far.needs}'
        )


def _source(module: str) -> str:
    package, _, name = module.rpartition('.')
    return importlib.resources.files(package).joinpath(f'{name}.py').read_text('utf-8')
