"""How long a proof takes, and what it costs in memory, up to 5000 nodes: a script that prints a table.

Regular fabrics are one class of racks; in irregular ones a tenth of the racks lacks a TOR, an uplink, labels or nodes.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from netbox_calico.planning.proof.audit import audit
from netbox_calico.planning.proof.prove import prove
from netbox_calico.planning.proof.world import World
from tests.planning.proof.designs import Design

NODES_A_RACK = 20
SIZES = {50: (5, 10), 500: (25, 20), 5000: (250, 20)}
DESIGNS = {
    'one AS, as-override': Design(spines=4, tor=True, remedy='override', down='pods'),
    'one AS, default downward': Design(spines=4, tor=True, down='default'),
    'AS per rack, iBGP': Design(spines=4, tor=True, plan='rack', ibgp=True, down='pods'),
    'AS per node': Design(spines=4, tor=True, plan='node', down='pods'),
    'as-override beside the mesh': Design(spines=4, tor=True, remedy='override', down='pods', mesh=True),
}
REFLECTORS = ((2000, 11, 3), (5000, 25, 3))


def irregular(racks: int, nodes: int) -> dict[str, object]:
    random = Random(1)
    some = random.sample(range(racks), max(1, racks // 10))
    return {
        'absent': [f'tor{rack}-1' for rack in some[::4]],
        'lost_uplinks': [f'tor{rack}-0' for rack in some[1::4]],
        'drained': [f'n{rack}-{random.randrange(nodes)}' for rack in some[2::4]],
        'unlabelled': [f'n{rack}-{random.randrange(nodes)}' for rack in some[3::4]],
        'nodes_of': {rack: random.randint(1, nodes) for rack in some[::3]},
    }


def cases() -> Iterator[tuple[str, int, list[World]]]:
    for size, (racks, nodes) in SIZES.items():
        for name, design in DESIGNS.items():
            whole = replace(design, racks=racks, nodes=nodes)
            odd = replace(whole, **irregular(racks, nodes))  # type: ignore[arg-type]
            yield name, size, [whole.world()]
            yield f'{name}, irregular', size, [odd.world()]
            yield f'{name}, irregular, from mesh', size, [replace(odd, tor=False, mesh=True).world(), odd.world()]
    for size, reflectors, client_of in REFLECTORS:
        names = [f'n{rack}-0' for rack in range(reflectors)]
        design = Design(racks=size // NODES_A_RACK, nodes=NODES_A_RACK, spines=4, drained=names, client_of=client_of)
        one = replace(design, clusters=dict.fromkeys(names, 1))
        yield f'reflectors {reflectors}/{client_of}, one set a rack', size, [replace(one, by_rack=True).world()]
        yield f'reflectors {reflectors}/{client_of}, by turns', size, [one.world()]
    for size, nodes_a_rack in ((2000, 20), (5000, 20), (5000, 500)):
        names = [f'n{rack}-0' for rack in range(3)]
        racks = size // nodes_a_rack
        design = Design(
            racks=racks,
            nodes=nodes_a_rack,
            spines=4,
            clusters=dict.fromkeys(names, 1),
            drained=names,
            rack_reflectors=3,
        )
        yield f'hierarchy of 3 and 3, {racks} racks', size, [design.world()]


def measured(name: str, nodes: int, worlds: list[World]) -> None:
    start = time.process_time()
    proof = prove(worlds)
    proven = time.process_time()
    audited = audit(worlds, proof)
    seen = time.process_time()
    tracemalloc.start()
    prove(worlds)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert not proof.unsettled
    assert not audited.disagreements
    places = len(set(proof.classes.of))
    print(
        f'{name:52} {nodes:6} {len(worlds):6} {places:7} {len(proof.verdicts):9} {proven - start:8.2f} '
        f'{seen - proven:8.2f} {peak:8.0f}',
        flush=True,
    )


def main() -> None:
    heads = ('nodes', 'states', 'classes', 'verdicts', 'CPU s', 'audit s', 'peak MB')
    print(
        f'{"case":52} {heads[0]:>6} {heads[1]:>6} {heads[2]:>7} {heads[3]:>9} {heads[4]:>8} {heads[5]:>8} {heads[6]:>8}'
    )
    for case in cases():
        measured(*case)


if __name__ == '__main__':
    main()
