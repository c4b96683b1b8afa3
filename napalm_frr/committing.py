"""Drivers whose lock, commits, timer and way back are on the device: login, candidate, commit and what follows it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any, ClassVar, Protocol

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    NapalmException,
    ReplaceConfigException,
)

from napalm_frr.options import Options
from napalm_frr.remote import FarEnd, OnDevice
from napalm_frr.secrets import masked
from napalm_frr.ssh import Connection

Refusal = type[MergeConfigException] | type[ReplaceConfigException]


class Candidate(Protocol):
    @property
    def text(self) -> str: ...

    def order(self, running: str) -> dict[str, Any]:
        """What the device is to do, as arguments of its ``commit``."""
        ...


class CommittingDriver[C: Candidate](NetworkDriver):  # type: ignore[misc]  # napalm has no types
    """``options`` and ``far_end`` are the driver's own; how it may use the device it finds out itself."""

    options: ClassVar[type[Options]]
    far_end: ClassVar[FarEnd]

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: Mapping[str, Any] | None = None,
    ) -> None:
        self.hostname, self.username, self.timeout = hostname, username, timeout
        self._options = self.options.parse(optional_args)
        self._connection = Connection(hostname, username, password, timeout, self._options)
        self._prefix: list[str] = []
        self._device = OnDevice(self._connection, self._prefix, self._options, self.far_end)
        self._candidate: C | None = None

    @abstractmethod
    def _probe(self) -> list[str]:
        """What commands begin with to be allowed; ConnectionException where they never are."""

    def open(self) -> None:
        """Log in and find out how the device may be used. Raises ConnectionException and its kinds."""
        self._connection.open()
        try:
            self._prefix[:] = self._probe()
        except Exception:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give up the candidate and its lock, and disconnect. A commit that waits for confirmation keeps its timer."""
        self._candidate = None
        self._device.close()
        self._connection.close()

    def is_alive(self) -> dict[str, bool]:
        return {'is_alive': self._connection.is_alive()}

    def _objections(self, candidate: C) -> str:
        """What speaks against a candidate once the device is locked, passwords removed; empty if nothing."""
        return masked(str(self._device.ask('check', text=candidate.text)['text']))

    def _load(self, candidate: C, refusal: Refusal) -> None:
        self._candidate = None
        self._device.ask('lock', wait=self._options.lock_wait)
        try:
            if objections := self._objections(candidate):
                raise refusal(f'{self.hostname}: refused before anything was sent: {objections}')
        except NapalmException:
            self._device.ask('unlock')
            raise
        self._candidate = candidate

    def commit_config(self, message: str = '', revert_in: int | None = None) -> None:
        """Apply the candidate; with ``revert_in`` seconds it must be confirmed, else the router takes it back itself.

        The startup configuration is written by a commit without ``revert_in`` and by ``confirm_commit``.
        Raises CommitError (the configuration before was restored, unless it says otherwise), LockError.
        """
        if self._candidate is None:
            raise CommitError(f'{self.hostname}: there is no candidate: load one first')
        if revert_in is not None and revert_in < 1:
            raise CommitError(f'{self.hostname}: revert_in is {revert_in}: give whole seconds, 1 or more')
        order, self._candidate = self._candidate.order(self._running()), None
        self._device.ask('commit', message=message, revert_in=revert_in, **order)  # which unlocks, come what may

    def discard_config(self) -> None:
        """Forget the candidate and unlock."""
        if self._candidate is not None:
            self._candidate = None
            self._device.ask('unlock')

    def has_pending_commit(self) -> bool:
        return bool(self._device.ask('status')['pending'])

    def confirm_commit(self) -> None:
        """Keep what was committed with ``revert_in``, whoever did it, and save. Raises CommitConfirmException."""
        self._device.ask('confirm')

    def rollback(self) -> None:
        """Take back the pending commit, else the last one; what others changed since is kept. Raises CommitError."""
        self._candidate = None
        self._device.ask('rollback')

    def _running(self) -> str:
        return str(self._device.ask('running')['text'])


def text_of(filename: str | None, config: str | None, refusal: Refusal) -> str:
    """The text of a candidate, which ends in a newline. Raises ``refusal`` where there is none."""
    try:
        text = File(filename).read_text(encoding='utf-8') if filename else config or ''
    except OSError as error:
        raise refusal(f'{filename} cannot be read: {error.strerror}') from error
    if not text.strip():
        raise refusal('there is no configuration: give filename or config')
    return text if text.endswith('\n') else text + '\n'
