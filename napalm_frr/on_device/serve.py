"""Requests and answers: one JSON object a line, on standard input and output."""

from __future__ import annotations

import errno
import json
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable
from typing import Any

from napalm_frr.on_device.router import Refused, Router
from napalm_frr.on_device.session import Session

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def prepare(folder: str) -> None:
    """Make the private folder, and refuse one that somebody else could have laid there."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        about = os.lstat(folder)
    except OSError as error:
        raise Refused('full' if error.errno in NO_ROOM else 'rights', f'{folder}: {error.strerror}') from error
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise Refused('rights', f'{folder} must be a folder of user {os.getuid()} with mode 0700')


def become_owner(startup_file: str) -> None:
    """As root, go on as the user that owns FRR's configuration: it may do all that is needed, and the lock, the
    pending commit and the saved file are then the same for every login."""
    try:
        owner = os.stat(startup_file if os.path.exists(startup_file) else os.path.dirname(startup_file))
        if os.getuid() == 0 and owner.st_uid != 0:
            user = pwd.getpwuid(owner.st_uid)
            os.initgroups(user.pw_name, user.pw_gid)
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
    except (OSError, KeyError) as error:
        raise Refused('rights', f'{startup_file}: {error}') from error


def opened(request: dict[str, Any]) -> Session:
    become_owner(request['startup'])
    router = Router(request['vtysh'], request['reload'], request['startup'], request['folder'])
    prepare(router.folder)
    if not os.path.isfile(router.reload_program[1]):
        raise Refused('missing', f'{router.reload_program[1]} does not exist')
    for needed in (router.startup_file, os.path.dirname(router.startup_file)):
        if not os.access(needed, os.W_OK):
            raise Refused('rights', f'{needed} cannot be written by user {os.getuid()}')
    return Session(router, request['owner'], request['lock_lifetime'])


def serve() -> None:
    """Answer requests about FRR until the client goes away."""
    answer_with(opened, answers)


def answer_with(
    opened: Callable[[dict[str, Any]], Session], answers: Callable[[Session], dict[str, Callable[..., dict[str, Any]]]]
) -> None:
    """Answer requests until the client goes away. A change under way is finished first."""
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    session: Session | None = None
    for line in iter(sys.stdin.buffer.readline, b''):
        request = json.loads(line)
        try:
            if session is None:
                session = opened(request)
                signal.signal(signal.SIGALRM, session.expire)
                answer: dict[str, Any] = {}
            else:
                prepare(session.router.folder)  # again, since a restart of FRR may have emptied its folder
                answer = answers(session)[request.pop('do')](**request)
        except Refused as error:
            answer = {'refused': error.kind, 'message': str(error)}
        except OSError as error:
            kind = 'full' if error.errno in NO_ROOM else 'failed'
            answer = {'refused': kind, 'message': f'{error.filename or "its disk"}: {error.strerror}'}
        except Exception as error:
            answer = {'refused': 'failed', 'message': f'{type(error).__name__}: {error}'}
        try:
            sys.stdout.write(json.dumps(answer) + '\n')
            sys.stdout.flush()
        except OSError:
            return


def answers(session: Session) -> dict[str, Callable[..., dict[str, Any]]]:
    router = session.router
    return {
        'lock': session.lock,
        'unlock': session.unlock,
        'commit': session.commit,
        'confirm': session.confirm,
        'rollback': session.rollback,
        'status': session.status,
        'running': lambda: {'text': router.running()},
        'check': lambda text: {'text': router.check(text)},
    }
