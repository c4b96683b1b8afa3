"""What a measurement saw, computed from the sender's and the receiver's notes."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from lab.traffic.flows import Flow, Protocol, Scope


@dataclass(frozen=True, slots=True)
class FlowReport:
    """One flow. UDP counts packets, TCP bytes.

    `longest_gap_ms` in UDP is the longest time, on one path, from the last packet before a loss to the first after it
    (0 when nothing was lost); in TCP the longest silence at the receiver, retransmissions included. `broken` says why
    a TCP connection ended early.
    """

    name: str
    protocol: Protocol
    scope: Scope
    family: int
    sent: int
    lost: int
    duplicated: int
    longest_gap_ms: float
    broken: str = ''


@dataclass(frozen=True, slots=True)
class Report:
    """All flows. What lasted less than `resolution_ms` on one path between two packets cannot have been seen.

    `worst_pause_ms` is the longest time that the sender itself was held up, `receiver_drops` counts packets that the
    receiver lost itself: when it is not 0, the loss is not the network's alone.
    """

    seconds: float
    rate: float
    resolution_ms: float
    worst_pause_ms: float
    receiver_drops: int
    flows: tuple[FlowReport, ...]

    @property
    def lost(self) -> int:
        """Packets lost over all UDP flows."""
        return sum(flow.lost for flow in self.flows if flow.protocol == 'udp')

    @property
    def broken(self) -> tuple[str, ...]:
        """The TCP flows whose connection did not last."""
        return tuple(flow.name for flow in self.flows if flow.broken)

    def as_json(self) -> dict[str, Any]:
        """Everything, for printing."""
        return {'lost': self.lost, **asdict(self)}


def make_report(folder: Path, flows: Sequence[Flow], rate: float, paths: int) -> Report:
    """Read the notes in `folder`. `rate` is in packets a second a flow, over `paths` source ports."""
    ticks: array[int] = array('Q', (folder / 'ticks').read_bytes())
    sent = json.loads((folder / 'sent.json').read_text())
    received = json.loads((folder / 'received.json').read_text())
    reports = []
    for number, flow in enumerate(flows):
        if flow.protocol == 'udp':
            seen = (folder / f'seen-{number}').read_bytes()[: len(ticks)]
            reports.append(_udp(flow, seen + bytes(len(ticks) - len(seen)), ticks, paths))
        else:
            length, broken = sent['tcp'][str(number)]
            arrived, longest = received['tcp'].get(str(number), (0, 0.0))
            reports.append(_tcp(flow, length, broken, arrived, longest))
    seconds = (ticks[-1] - ticks[0]) / 1e9 if len(ticks) > 1 else 0.0
    pauses = [later - earlier for earlier, later in pairwise(ticks)]
    return Report(
        seconds=round(seconds, 3),
        rate=round((len(ticks) - 1) / seconds, 1) if seconds else 0.0,
        resolution_ms=round(1000 / rate * paths, 3),
        worst_pause_ms=round(max(pauses, default=0) / 1e6, 3),
        receiver_drops=received['drops'],
        flows=tuple(reports),
    )


def longest_gap(seen: bytes, ticks: Sequence[int], paths: int) -> float:
    """In ms, the longest time on one path that a run of lost packets took; `seen` has a byte a sequence number."""
    longest = 0
    for path in range(paths):
        arrived, times = seen[path::paths], ticks[path::paths]
        start = arrived.find(0)
        while start >= 0:
            end = start
            while end < len(arrived) and not arrived[end]:
                end += 1
            before, after = max(start - 1, 0), min(end, len(times) - 1)
            longest = max(longest, times[after] - times[before])
            start = arrived.find(0, end)
    return round(longest / 1e6, 3)


def _udp(flow: Flow, seen: bytes, ticks: Sequence[int], paths: int) -> FlowReport:
    return FlowReport(
        name=flow.name,
        protocol=flow.protocol,
        scope=flow.scope,
        family=flow.family,
        sent=len(seen),
        lost=seen.count(0),
        duplicated=sum(seen) - (len(seen) - seen.count(0)),
        longest_gap_ms=longest_gap(seen, ticks, paths),
    )


def _tcp(flow: Flow, sent: int, broken: str, arrived: int, longest: float) -> FlowReport:
    return FlowReport(
        name=flow.name,
        protocol=flow.protocol,
        scope=flow.scope,
        family=flow.family,
        sent=sent,
        lost=max(sent - arrived, 0),
        duplicated=0,
        longest_gap_ms=round(longest * 1000, 3),
        broken=broken,
    )
