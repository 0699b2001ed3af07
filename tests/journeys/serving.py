"""A town of its own for a few journeys: a prepared home, and ``bancheng serve`` with web and worker on a free port."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site.deployment import Deployment

PASSWORD = "bancheng-demo-2026"
_PATIENCE = 60.0  # seconds the town has to become ready, on a busy machine


@contextmanager
def serving(home: Path, **variables: str) -> Iterator[str]:
    """Serve ``home`` in demo mode; yields the address without a slash at its end.

    The address is also what the town believes to be its own, so that printed codes lead to it.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    # What is done is done at once; a journey that takes something back asks for its seconds.
    usual = {"BANCHENG_DEMO": "1", "BANCHENG_ADDRESS": address, "BANCHENG_UNDO_SECONDS": "0"}
    town = Deployment(home, **{**usual, **variables})
    log = home / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bancheng.site.cli_main", "serve", "--port", str(port)],
            env=town.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _until_ready(process, address, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    said = "no answer"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, f"bancheng serve ended:\n{log.read_text(errors='replace')[-3000:]}"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as not_yet:
            said = not_yet.read().decode(errors="replace")
            not_yet.close()
        except OSError as refused:
            said = str(refused)
        time.sleep(0.1)
    raise AssertionError(f"The town was not ready in {_PATIENCE:.0f} s: {said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
