"""The page about sizing and its picture are what the code makes today, and the picture shows every design."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from docs.sizing import FOLDER, files
from docs.sizing_plot import TITLES, sampled, scale_of, sessions_plot
from netbox_calico.planning.sizing import side_by_side


@pytest.mark.parametrize('name', files())
def test_the_file_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding='utf-8') == files()[name], 'write it anew: python -m docs.sizing'


def test_the_picture_goes_from_5_to_5000_nodes() -> None:
    assert (sampled()[0], sampled()[-1]) == (5, 5000)


@pytest.mark.parametrize('nodes', [5, 800, 5000])
def test_designs_that_share_a_picture_have_the_same_sessions(nodes: int) -> None:
    designs = side_by_side(scale_of(nodes))
    sessions = {
        tuple((speakers.role, speakers.sessions) for speakers in design.speakers)
        for design in designs
        if design.key.startswith('tor-') and design.speakers
    }
    assert len(sessions) == 1
    assert {design.key for design in designs if not design.key.startswith('tor-')} < set(TITLES)


def test_every_design_has_its_curve_within_its_picture() -> None:
    svg = ElementTree.fromstring(sessions_plot())
    pictures = svg.findall('{http://www.w3.org/2000/svg}g')
    assert [picture[0].text for picture in pictures] == list(TITLES.values())
    for picture in pictures:
        curves = [part for part in picture if part.get('fill') == 'none']
        assert len(curves) >= 2
        for curve in curves:
            for point in (curve.get('d') or '').removeprefix('M').split('L'):
                x, y = map(float, point.split())
                assert 46 <= x <= 194
                assert 34 <= y <= 166
