"""A person at a browser, who keeps a picture of every page in NetBox's light and dark theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from lab.services import chromium
from lab.services.netbox import NetBox

PICTURES = Path(__file__).parents[2] / '.data' / 'pictures'
# A page of NetBox takes part of a second, a job some, and a busy machine many times as long.
PATIENCE_MS = 120_000
# All steps of a run.
LONG_MS = 600_000
_SIZE = {'width': 1440, 'height': 900}
# What documents show: narrow enough to be read there.
_DOCUMENT = {'width': 1280, 'height': 1120}
_THEME = 'document.documentElement.setAttribute("data-bs-theme", "{}")'


@dataclass
class Visitor:
    """Somebody who looks at `page`; `errors` are what the browser complained about."""

    page: Page
    folder: Path
    errors: list[str] = field(default_factory=list)
    _taken: int = 0

    def log_in(self, netbox: NetBox) -> None:
        """Come to NetBox's first page as its administrator."""
        self.page.goto(netbox.url)
        self.page.get_by_label('Username').fill(netbox.username)
        self.page.get_by_label('Password').fill(netbox.password)
        self.page.get_by_role('button', name='Sign In').click()
        expect(self.page.get_by_text(netbox.username, exact=True).filter(visible=True).first).to_be_visible()

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role('button', name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the link of that name on the page, not in the menu."""
        escaped = re.escape(name).replace('/', r'\/')  # the browser's own expressions end at a slash
        self.content.get_by_role('link', name=re.compile(rf'^\s*{escaped}( \d+)?\s*$')).first.click()

    @property
    def content(self) -> Locator:
        """The page without menu and search box."""
        return self.page.locator('#page-content')

    def card(self, title: str) -> Locator:
        """The card under that heading."""
        heading = self.page.get_by_role('heading', name=title, exact=True)
        return self.page.locator('.card').filter(has=heading)

    def picture(self, name: str) -> None:
        """Keep the whole page as it is now, in both themes."""
        self._taken += 1
        self.page.evaluate('scrollTo(0, 0)')
        for theme in ('dark', 'light'):
            self.page.evaluate(_THEME.format(theme))
            self.page.screenshot(
                path=self.folder / f'{self._taken:02} {name} {theme}.png', full_page=True, animations='disabled'
            )

    def document(self, name: str) -> None:
        """Keep the window as documents show it, and nothing that passes by in it."""
        self.page.set_viewport_size(_DOCUMENT)
        self.page.evaluate('document.querySelectorAll(".toast").forEach((toast) => toast.remove())')
        self.page.evaluate('scrollTo(0, 0)')
        file = self.folder / f'{name}.png'
        self.page.screenshot(path=file, animations='disabled')
        with Image.open(file) as picture:
            small = picture.convert('RGB').quantize(256, dither=Image.Dither.NONE)
        small.save(file, optimize=True)
        self.page.set_viewport_size(_SIZE)


@contextmanager
def visitor(name: str) -> Iterator[Visitor]:
    """A browser for as long as the context lasts; the pictures of an earlier one of that name are thrown away.

    Playwright keeps a loop in this thread, in which Django refuses to work: end it before Django's tests.
    """
    folder = PICTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob('*.png'):
        old.unlink()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_program(), args=['--no-sandbox', '--disable-background-networking']
        )
        page = browser.new_page(viewport=_SIZE, color_scheme='light')
        page.set_default_timeout(PATIENCE_MS)
        person = Visitor(page, folder)
        page.on('pageerror', lambda error: person.errors.append(str(error)))
        page.on('response', lambda answer: person.errors.append(answer.url) if answer.status >= 500 else None)
        yield person
        browser.close()
