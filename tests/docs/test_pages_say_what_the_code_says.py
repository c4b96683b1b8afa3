"""The pages that are made from the code are what it makes today."""

from __future__ import annotations

import pytest

from docs.pages import FOLDER, PAGES


@pytest.mark.parametrize('name', PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding='utf-8')
    assert written == PAGES[name], 'write it anew: python -m docs.pages'
