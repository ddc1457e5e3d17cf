"""Drive the app in Chromium as a person does, and take its picture for docs/app.md.

    python -m docs.show_app              # writes docs/images/app.png
    python -m docs.show_app FILE.png     # or another file

It needs the app's requirements, playwright and chromium: pip install playwright; apt install chromium.
"""

import base64
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from illustration_parts.imaging import images

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 120  # seconds; a busy computer is slow


@contextlib.contextmanager
def start_app(*arguments):
    """Start `app.py` at a free port; yields (process, its address). It is terminated afterwards.

    Raises:
        RuntimeError: if it does not start; the message is what it said.
    """
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said = []
            for line in process.stdout or ():
                said.append(line)
                found = re.search(r"http://\S+:\d+", line)
                if found:
                    yield process, found[0]
                    break
            else:
                raise RuntimeError("".join(said))
        finally:
            process.terminate()


def find_browser():
    """Return the path of Chromium; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


PASTE = (  # a program for the page
    "([data, name]) => {",
    "const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));",
    "const clipboard = new DataTransfer();",
    'clipboard.items.add(new File([bytes], name, { type: "image/png" }));',
    "const options = { clipboardData: clipboard, bubbles: true };",
    'document.body.dispatchEvent(new ClipboardEvent("paste", options));',
    "}",
)


class Visitor:
    """Someone who uses the page.

    Args:
        page: a Playwright page. url: the app's address.

    Attributes:
        elsewhere: addresses outside the app that the page asked for.
        errors: what the browser's console complained about.
    """

    def __init__(self, page, url):
        self.page, self.elsewhere, self.errors, self._papers = page, [], [], 0
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda asked: self._note(asked.url, url))
        page.on("requestfinished", lambda asked: self._count(asked.url))
        page.on("console", self._hear)
        page.goto(url)
        page.wait_for_selector("#run-lines")

    def _note(self, address, url):
        if not address.startswith((f"{url}/", f"blob:{url}/", "data:")):
            self.elsewhere.append(address)

    def _count(self, address):
        self._papers += address.endswith("/paper.png")

    def _hear(self, said):
        if said.type == "error":
            self.errors.append(said.text)

    def give(self, task, *pictures):
        """Choose a task, and pictures instead of those chosen before."""
        self._papers = 0
        self.clear()
        self.page.set_input_files("#pictures input[type=file]", [str(picture) for picture in pictures])
        self.page.locator("#pictures button[aria-label='Clear']").wait_for()
        self.choose(task)

    def clear(self):
        """Take back all pictures that were chosen."""
        clear = self.page.locator("#pictures button[aria-label='Clear']")
        if clear.count():
            clear.click()
            clear.wait_for(state="detached")

    def paste(self, path):
        """Paste a picture, as if it had been copied before."""
        data = base64.b64encode(Path(path).read_bytes()).decode()
        self.page.evaluate(
            "\n".join(PASTE),
            [data, Path(path).name],
        )

    def choose(self, task):
        """Choose a task."""
        self.page.get_by_label(task, exact=True).check()
        self.page.wait_for_selector(f"#run-{task}")

    def find_shown(self):
        """Return the addresses of before and after, or []."""
        return self.page.eval_on_selector_all("#slider img", "images => images.map((image) => image.src)")

    def wait_for_other(self, act):
        """Do something, and wait until another result is shown: its address."""
        old = self.find_shown()
        act()
        until = time.monotonic() + PATIENCE
        while len(self.find_shown()) < 2 or self.find_shown()[1:] == old[1:]:
            if time.monotonic() > until:
                raise TimeoutError(f"nothing new is shown; the page says: {self.page.inner_text('body')[:2000]}")
            self.page.wait_for_timeout(50)  # events come meanwhile
        return self.find_shown()[1]

    def run(self, task):
        """Press the button, and wait for the result's address."""
        return self.wait_for_other(lambda: self.page.click(f"#run-{task}"))

    def set_number(self, task, number, value):
        """Write a value beside the n-th slider of a task's options, and wait for the result's address."""
        field = self.page.locator(f"#panel-{task} input[type=number]").nth(number)

        def act():
            field.fill(str(value))
            field.press("Tab")

        return self.wait_for_other(act)

    def paint(self, task, across, down, length):
        """Paint a dab on a task's sheet: (left, top) and length, as shares of the sheet's width and height."""
        sheet = self.page.locator(f"#sheet-{task} canvas").first
        sheet.wait_for()
        until = time.monotonic() + PATIENCE
        while not self._papers and time.monotonic() < until:
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(3000)  # the sheet fits what is painted on
        self.page.evaluate("window.scrollTo(0, 0)")
        box = sheet.bounding_box()
        left, top = box["x"] + across * box["width"], box["y"] + down * box["height"]
        self.page.mouse.move(left, top, steps=8)
        for step in (  # as slow as a hand: the editor misses a stroke that is over at once
            self.page.mouse.down,
            lambda: self.page.mouse.move(left + length * box["width"], top, steps=8),
            self.page.mouse.up,
        ):
            self.page.wait_for_timeout(500)
            step()
        self.page.wait_for_timeout(500)
        self.page.wait_for_selector(f"#sheet-{task} button[aria-label='Undo']:not([disabled])")

    def fetch(self, address):
        """Return the bytes behind an address of the app."""
        return self.page.request.get(address).body()


@contextlib.contextmanager
def visit(url):
    """Open the page in headless Chromium; yields a `Visitor`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        try:
            yield Visitor(browser.new_page(viewport={"width": 1360, "height": 900}), url)
        finally:
            browser.close()


def take_picture(url, path):
    """Write the picture of the page with regions of a bundled picture."""
    with visit(url) as visitor:
        visitor.give("regions", ROOT / "data/predict/film_frame.png")
        visitor.run("regions")
        visitor.set_number("regions", 0, 0.7)
        visitor.page.mouse.move(0, 0)
        visitor.page.wait_for_timeout(2000)
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "app.png"
            visitor.page.screenshot(path=raw)
            images.write(path, images.read(raw), small=True)


def main():
    """Write the picture; returns the exit code."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images/app.png"
    with start_app() as (_, url):
        take_picture(url, path)
    print(f"Wrote {os.path.relpath(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
