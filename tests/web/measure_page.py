"""Measure how long the page takes for lines, in headless Chromium, and what memory it needs.

    python tests/web/measure_page.py my_picture.png [more_pictures]

Each picture is given twice in a row. Seconds are those from choosing the file to its lines. Memory is that of the
browser's largest page; processor seconds are those of all its pages. It needs Linux, the packages that `make web`
installs, Playwright and Chromium.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright import sync_api

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from web import build, serve

PATIENCE = 600_000  # milliseconds for one picture
LOOK = 0.2  # seconds from one look at the memory to the next
READY = "#stage[data-done], #status.wrong"


def watch_pages():
    """Return (processor seconds, megabytes of the largest) of the browser's pages, from /proc."""
    seconds, largest = 0.0, 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" not in (folder / "cmdline").read_bytes():
                continue
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            pages = int((folder / "statm").read_text().split()[1])
        except OSError:  # it has ended meanwhile
            continue
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        largest = max(largest, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return seconds, largest


def measure(page, path):
    """Give the page a picture; returns seconds, megabytes and processor seconds."""
    largest, stop = [0.0], threading.Event()

    def look():
        while not stop.wait(LOOK):
            largest[0] = max(largest[0], watch_pages()[1])

    before, watcher = watch_pages()[0], threading.Thread(target=look)
    page.evaluate(
        "delete document.getElementById('stage').dataset.done; document.getElementById('status').className = ''"
    )
    watcher.start()
    start = time.monotonic()
    try:
        page.set_input_files("#file", path)
        page.wait_for_selector(READY, state="attached", timeout=PATIENCE)
    finally:
        stop.set()
        watcher.join()
    return time.monotonic() - start, largest[0], watch_pages()[0] - before


def main():
    """Run the command line."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None or len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        build.build(Path(folder) / "dist")
        with serve.make_server(Path(folder) / "dist", 0) as server, sync_api.sync_playwright() as driver:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-dev-shm-usage"])
            page = chromium.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}")
            for path in sys.argv[1:]:
                for _ in range(2):
                    seconds, megabytes, processor = measure(page, path)
                    said = page.inner_text("#status")
                    print(f"{path}: {seconds:.1f} s, {megabytes:.0f} MB, {processor:.1f} processor seconds. {said}")
            chromium.close()
            server.shutdown()


if __name__ == "__main__":
    main()
