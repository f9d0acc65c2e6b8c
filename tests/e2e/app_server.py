"""The app as a process of its own, and a visitor in headless Chromium."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds: the machine may be busy."""


class AppServer:
    """Serve until `close`; `kill` and `start` again keep the address, as a restart does."""

    def __init__(self, folder, *arguments, **environment):
        self.folder, self.arguments, self.environment = folder, arguments, environment
        self.port = _free_port()
        self.start()

    def start(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_"))}
        kept |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(self.folder / "config"), **self.environment}
        command = [sys.executable, "-m", "optwright", "app", "--port", str(self.port)]
        command += ["--store", str(self.folder / "talk.sqlite"), *map(str, self.arguments)]
        self.log = (self.folder / "server.log").open("a")
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=kept, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"{line}{(self.folder / 'server.log').read_text()}"
        self.url = found[0]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Visitor:
    """One browser of its own on the page."""

    def __init__(self, browser, url, shots):
        self.context = browser.new_context(viewport={"width": 1400, "height": 950}, accept_downloads=True)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.url, self.shots = url, shots
        self.hosts, self.troubles, self.heard = set(), [], 0
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", self._alerted)

    def _heard(self, message):
        if message.type == "error":
            self.troubles.append(message.text)

    def _alerted(self, dialog):
        self.troubles.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def arrive(self):
        self.page.goto(self.url)
        self.ready()
        return self

    def ready(self):
        self.page.locator("#send:not([disabled])").wait_for()

    def say(self, words):
        self.heard = self.answers()
        self.page.locator("#words textarea").fill(words)
        self.page.locator("#send").click()

    def answers(self):
        """Return how many answers the chat has; one that is still being worked on counts."""
        return self.page.locator("#chat [data-testid=bot]").count()

    def hears(self, words):
        """Wait for the answer to what was said last."""
        self.page.locator("#chat [data-testid=bot]").nth(self.heard).get_by_text(words).first.wait_for()
        self.ready()
        self.heard = self.answers()

    def tab(self, name):
        self.page.get_by_role("tab", name=name, exact=True).click()

    def text(self, part):
        return self.page.locator(f"#{part}").inner_text()

    def write(self, row, value):
        """Write a value into the row of the model's numbers that has that text."""
        cell = self.page.locator("#cells [role=row]", has_text=row).first.locator("[data-col='3']")
        cell.scroll_into_view_if_needed()
        cell.dblclick()
        field = cell.locator("textarea, input").first
        field.fill(value)
        field.press("Enter")

    def attach(self, *paths):
        self.page.locator("#upload").locator("xpath=..").locator("input[type=file]").first.set_input_files(
            [str(path) for path in paths]
        )

    def fetch(self, form, folder):
        self.tab("Export")
        with self.page.expect_download() as download:
            self.page.locator(f"#export-{form}").click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def shot(self, name):
        if self.shots:
            self.page.wait_for_timeout(700)
            self.page.screenshot(path=Path(self.shots) / f"{name}.png")

    def close(self):
        self.context.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
