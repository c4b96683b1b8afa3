"""The longest gap out of what arrived, path by path; and who talks to whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lab.layout import design
from lab.topology import Shape
from lab.traffic.flows import flows
from lab.traffic.report import longest_gap

MS = 1_000_000


def every_ms(count: int) -> list[int]:
    return [number * MS for number in range(count)]


def test_nothing_lost_is_no_gap() -> None:
    assert longest_gap(b'\x01' * 100, every_ms(100), 4) == 0.0


def test_a_gap_is_from_the_last_before_to_the_first_after() -> None:
    assert longest_gap(b'\x01' * 10 + b'\x00' * 3 + b'\x01' * 10, every_ms(23), 1) == 4.0


def test_one_path_of_several_that_is_gone_is_seen_although_the_others_arrive() -> None:
    seen = bytes(0 if number % 4 == 2 and 20 <= number < 60 else 1 for number in range(100))

    assert longest_gap(seen, every_ms(100), 4) == 44.0


def test_all_lost_is_a_gap_over_the_whole_measurement() -> None:
    assert longest_gap(bytes(50), every_ms(50), 1) == 49.0


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(1, 4))
def test_a_gap_is_as_long_as_its_longest_run_of_losses(arrived: list[bool], paths: int) -> None:
    longest = 0
    for path in range(paths):
        run = 0
        for number, here in list(enumerate(arrived))[path::paths]:
            run = 0 if here else run + 1
            # Between the packets around the run, unless the measurement began or ended with it.
            ends = number + paths >= len(arrived)
            begins = number - path - (run - 1) * paths == 0
            length = run + 1 - int(ends) - int(begins)
            longest = max(longest, length * paths if run else 0)

    assert longest_gap(bytes(arrived), every_ms(len(arrived)), paths) == float(longest)


def test_pods_of_all_pairs_of_racks_talk_and_those_of_a_rack_and_the_outside() -> None:
    topology = design(Shape(racks=3, nodes=2))
    found = [flow for flow in flows(topology) if flow.protocol == 'udp' and flow.family == 4]

    pairs = {(flow.source.split('-')[1], flow.listeners[0].split('-')[1]) for flow in found if flow.scope == 'racks'}
    assert pairs == {(one, other) for one in '123' for other in '123' if one != other}
    assert len([flow for flow in found if flow.scope == 'rack']) == 3
    assert [flow.target for flow in found if flow.scope == 'borrowed'] == [topology.nodes[1].borrowed[0]]
    assert [flow.name for flow in found if flow.scope == 'outside'] == [
        'udp-v4 outside to service everywhere',
        'udp-v4 outside to service local',
    ]


def test_every_flow_is_there_in_both_families_and_protocols() -> None:
    found = flows(design(Shape()))

    def names(protocol: str, family: int) -> set[str]:
        prefix = f'{protocol}-v{family} '
        return {flow.name.removeprefix(prefix) for flow in found if flow.name.startswith(prefix)}

    assert names('udp', 4) == names('udp', 6) == names('tcp', 4) == names('tcp', 6)
    assert len({flow.name for flow in found}) == len(found)
