"""What routes are computed to: a kind, where it begins, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from .world import World


class Prefix(NamedTuple):
    """``origins`` announce it, by index. ``owner`` is the only one whose it is, ``None`` for what many share."""

    kind: str
    origins: tuple[int, ...]
    owner: int | None = None


def blocks_of(world: World, owner: int) -> list[Prefix]:
    return [Prefix(kind, (owner,), owner) for kind in sorted(world.speakers[owner].blocks)]


def services_of(worlds: Sequence[World]) -> list[str]:
    """The kinds of all services that any of ``worlds`` has."""
    return sorted({kind for world in worlds for speaker in world.speakers for kind in speaker.services})


def without_services(world: World) -> World:
    """The world as it is to blocks alone: the routes to a service that thousands of nodes announce cost time."""
    speakers = tuple(
        replace(speaker, services=frozenset()) if speaker.services else speaker for speaker in world.speakers
    )
    return replace(world, speakers=speakers)


def service(world: World, kind: str) -> Prefix:
    return Prefix(kind, tuple(i for i, speaker in enumerate(world.speakers) if kind in speaker.services))


def owners(worlds: Sequence[World], among: Iterable[int]) -> list[tuple[str, int]]:
    """Kind and owner of all blocks that any of ``worlds`` has at the speakers ``among``."""
    return [
        (kind, index)
        for index in among
        for kind in sorted(frozenset().union(*(world.speakers[index].blocks for world in worlds)))
    ]
