"""What has to be known of a router to talk to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouterTarget:
    """One router. ``driver`` is NAPALM's name of its OS, ``template_set`` the renderer's; ``credential`` is a name.

    ``confirm_seconds`` is how long a change may wait for its confirmation before the router takes it back by itself.
    ``lock_wait`` is how many seconds a router that somebody else has locked is waited for before a change.
    ``workers`` is how many routers like this one are talked to at once.
    ``secrets`` are the references (``NAME/KEY``) of the BGP passwords that may stand in our section of it.
    """

    id: int
    name: str
    management: str
    driver: str
    template_set: str
    credential: str
    port: int | None = None
    confirm_seconds: int = 60
    lock_wait: float = 10
    verify_host: bool = True
    workers: int = 50
    secrets: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The router as the target of an item."""
        return f'router:{self.id}'
