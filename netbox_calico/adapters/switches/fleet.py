"""All routers of a run, talked to side by side; connections stay open until the fleet is closed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from napalm.base.exceptions import (
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    NapalmException,
)
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result as TaskResult
from nornir.core.task import Task
from nornir.plugins.runners import ThreadedRunner
from nornir_napalm.plugins.connections import CONNECTION_NAME, Napalm

from netbox_calico.adapters.credentials import Login
from netbox_calico.planning.errors import CalicoError, InvalidInput
from netbox_calico.planning.model.observation import RouterObservation, RouterRoute
from netbox_calico.planning.model.plan import Item, Outcome, Result
from netbox_calico.planning.ports import SectionReader

from .conversation import Conversation, Speech
from .passwords import Passwords
from .readers import READERS
from .target import RouterTarget

# Drivers let through what their SSH library raises when the other end is gone.
_LOST = (ConnectionClosedException, ConnectionError, EOFError)


class SwitchFleet:
    """Implements ``planning.ports.FleetPort`` for the cluster with this handle; to be closed, or used as a context.

    ``login`` finds the login of a credential's name, ``secret`` the value of a Secret's key, ``sections`` has the
    reader of each template set.
    """

    def __init__(
        self,
        targets: Iterable[RouterTarget],
        handle: str,
        *,
        login: Callable[[str], Login],
        secret: Callable[[str, str], str],
        sections: Mapping[str, SectionReader],
    ) -> None:
        ConnectionPluginRegister.register(CONNECTION_NAME, Napalm)
        self._targets = {str(target.id): target for target in targets}
        self._handle = handle
        self._login = login
        self._sections = sections
        self._passwords = Passwords(secret)
        self._sent: dict[str, Item] = {}
        hosts = Hosts({name: Host(name, hostname=target.management) for name, target in self._targets.items()})
        self._nornir = Nornir(Inventory(hosts, Groups(), Defaults()))

    def __enter__(self) -> SwitchFleet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect. A change that waits for its confirmation is taken back by its router when its time is over."""
        for host in self._nornir.inventory.hosts.values():
            _disconnect(host)

    def observe(self, routers: Iterable[int]) -> tuple[RouterObservation, ...]:
        """Our section, the box's own settings and the sessions of each; an unreachable one carries its error."""

        def unread(target: RouterTarget, words: str) -> RouterObservation:
            return RouterObservation(target.id, target.name, error=words)

        return tuple(self._run(map(str, routers), Conversation.observe, unread).values())

    def tables(self, routers: Iterable[int]) -> Mapping[int, tuple[RouterRoute, ...]]:
        """The BGP tables of both families; a router that cannot be read is absent."""
        found = self._run(map(str, routers), Conversation.table, lambda _target, _words: None)
        return {int(key): table for key, table in found.items() if table is not None}

    def apply(self, items: Sequence[Item]) -> tuple[Outcome, ...]:
        """Arm the commit timer, send, read back. What is not equal to ``after`` has failed and was taken back."""
        by_key = {_key(item.target): item for item in items}

        def failed(target: RouterTarget, words: str) -> Outcome:
            words = self._passwords.scrubbed(words, by_key[str(target.id)].artefact)
            return Outcome(target.key, Result.FAILED, words)

        self._sent |= by_key
        return tuple(self._run(by_key, lambda talk: talk.apply(by_key[str(talk.target.id)]), failed).values())

    def confirm(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        """Stop the timer and save; a timer that has run out already is a failure."""

        def confirm(talk: Conversation) -> Outcome:
            sent = self._sent.get(str(talk.target.id))
            return talk.confirm(sent.after if sent else None)

        return self._settle(targets, confirm)

    def revert(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        """Take back what ``apply`` sent and nobody confirmed."""
        return self._settle(targets, Conversation.revert)

    def _settle(self, targets: Sequence[str], speech: Speech[Outcome]) -> tuple[Outcome, ...]:
        def failed(target: RouterTarget, words: str) -> Outcome:
            late = f'What was not confirmed is taken back by {target.name} itself after {target.confirm_seconds} s.'
            return Outcome(target.key, Result.FAILED, f'{words} {late}')

        return tuple(self._run(map(_key, targets), speech, failed).values())

    def _run[T](self, keys: Iterable[str], speech: Speech[T], failed: Callable[[RouterTarget, str], T]) -> dict[str, T]:
        """Talk to these routers, as many at once as their profiles allow; answers in the order asked for."""
        wanted = list(dict.fromkeys(keys))
        unknown = [key for key in wanted if key not in self._targets]
        if unknown:
            names = ', '.join(unknown)
            raise InvalidInput(f'Routers {names} are not in this fleet: open it with all routers of the plan.')

        def task(task: Task) -> TaskResult:
            target = self._targets[task.host.name]
            try:
                answer = self._talk(task.host, target, speech)
            # Whatever a driver of others raises concerns one router, and is that router's outcome.
            except Exception as exc:
                if isinstance(exc, (ConnectionException, *_LOST)):
                    _disconnect(task.host)
                answer = failed(target, _words(target, exc))
            return TaskResult(task.host, result=answer)

        if not wanted:
            return {}
        chosen = self._nornir.filter(filter_func=lambda host: host.name in wanted)
        workers = min(self._targets[key].workers for key in wanted)
        # Nornir leaves out hosts that failed before, without a word.
        results = chosen.with_runner(ThreadedRunner(workers)).run(task, on_failed=True)
        return {key: results[key].result for key in wanted}

    def _talk[T](self, host: Host, target: RouterTarget, speech: Speech[T]) -> T:
        """Say it, and again if an old connection turns out to be dead: nothing said here harms when said twice."""
        reused = CONNECTION_NAME in host.connections
        try:
            return speech(self._conversation(host, target))
        except _LOST:
            if not reused:
                raise
            _disconnect(host)
            return speech(self._conversation(host, target))

    def _conversation(self, host: Host, target: RouterTarget) -> Conversation:
        reader, sections = READERS.get(target.driver), self._sections.get(target.template_set)
        if reader is None or sections is None:
            raise InvalidInput(
                f'Nothing here reads the driver {target.driver!r} with the templates {target.template_set!r}: choose a '
                f'driver of {", ".join(sorted(READERS))} and templates of {", ".join(sorted(self._sections))}.'
            )
        return Conversation(target, self._device(host, target), self._handle, reader, sections, self._passwords)

    def _device(self, host: Host, target: RouterTarget) -> Any:
        """The open connection; a broken one is opened anew."""
        existing = host.connections.get(CONNECTION_NAME)
        if existing is not None and existing.connection.is_alive()['is_alive']:
            return existing.connection
        _disconnect(host)
        if not target.management:
            raise InvalidInput(f'{target.name} has no address to connect to: give its device a primary IP address.')
        login = self._login(target.credential)
        options = {
            'key_file': login.key_file or None,
            'known_hosts_file': login.known_hosts_file or None,
            'ssh_strict': target.verify_host,
            'lock_wait': target.lock_wait,
        }
        return host.open_connection(
            CONNECTION_NAME,
            self._nornir.config,
            hostname=target.management,
            username=login.username,
            password=login.password,
            port=target.port,
            platform=target.driver,
            extras={'optional_args': {name: value for name, value in options.items() if value is not None}},
        ).connection


def _disconnect(host: Host) -> None:
    with contextlib.suppress(NapalmException, OSError, EOFError):
        host.close_connections()


def _key(target: str) -> str:
    return target.removeprefix('router:')


def _words(target: RouterTarget, exc: Exception) -> str:
    """What went wrong, as one sentence for people."""
    text = (
        str(exc)
        if isinstance(exc, NapalmException | CalicoError)
        else f'{target.name} cannot be talked to ({type(exc).__name__}: {exc}); see whether driver and templates '
        'of its profile fit what runs there'
    )
    if isinstance(exc, ConnectionError | EOFError):
        text = f'The connection to {target.name} was lost; check the router and the way to it'
    if isinstance(exc, ConnectAuthError):
        text = f'{text.rstrip(".")}; the login is the credential {target.credential!r}'
    return text if text.endswith('.') else f'{text}.'
