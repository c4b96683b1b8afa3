"""Requests about GoBGP, answered as those about FRR are."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from napalm_frr.on_device.router import Refused
from napalm_frr.on_device.serve import answer_with, prepare
from napalm_frr.on_device.serve import answers as usual
from napalm_frr.on_device.session import Session
from napalm_gobgp.on_device.gobgpd import find
from napalm_gobgp.on_device.router import GobgpRouter


def opened(request: dict[str, Any]) -> Session:
    file = find().file
    folder = f'{file}.napalm'
    prepare(folder)
    router = GobgpRouter(request['gobgpd'], request['gobgp'], file, folder)
    for needed in (file, os.path.dirname(file)):
        if not os.access(needed, os.W_OK):
            raise Refused('rights', f'{needed} cannot be written by user {os.getuid()}')
    return Session(router, request['owner'], request['lock_lifetime'])


def answers(session: Session) -> dict[str, Callable[..., dict[str, Any]]]:
    router = session.router
    assert isinstance(router, GobgpRouter)
    return {
        **usual(session),
        'differences': lambda: {'text': router.differences()},
        'ask': lambda words: {'answer': router.daemon().ask(router.gobgp, *words)},
    }


def serve() -> None:
    """Answer until the client goes away."""
    answer_with(opened, answers)
