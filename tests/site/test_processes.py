"""One parent, two children: they serve together and end together."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from tests.site.deployment import Deployment, Prepared


@pytest.fixture
def town(tmp_path: Path, migrated: Prepared) -> Deployment:
    """A migrated deployment."""
    return Deployment(migrated.copy(tmp_path))


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _serving(town: Deployment, port: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        town.command("serve", "--port", str(port), "--json"),
        env=town.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:
        try:
            assert parent.stdout is not None
            assert json.loads(parent.stdout.readline())["address"] == f"http://127.0.0.1:{port}/"
            yield parent
        finally:
            if parent.poll() is None:
                parent.kill()


def _until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)  # waiting for another process, which cannot call back
    return False


def _worker_seen(port: int) -> bool:
    try:
        urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except HTTPError as answer:
        # Nothing is published in this town, so it is never quite ready.
        return bool(json.load(answer)["checks"]["worker"])
    except URLError:
        return False
    return True


def _children(parent: int) -> dict[str, int]:
    found = {}
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        verb = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[3].decode()
        found[verb] = int(child)
    return found


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_both_children_work_and_end_cleanly_when_asked(town: Deployment, port: int) -> None:
    with _serving(town, port) as parent:
        assert _until(lambda: _worker_seen(port))
        children = _children(parent.pid)
        assert set(children) == {"web", "worker"}
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(timeout=30) == 0
    assert not _listens(port)
    assert not any(Path(f"/proc/{child}").exists() for child in children.values())


@pytest.mark.parametrize("victim", ["web", "worker"])
def test_when_one_child_dies_the_parent_ends_with_its_code_and_says_so(
    town: Deployment, port: int, victim: str
) -> None:
    with _serving(town, port) as parent:
        os.kill(_children(parent.pid)[victim], signal.SIGKILL)
        assert parent.wait(timeout=30) == 128 + signal.SIGKILL
        assert parent.stderr is not None
        assert f"The {victim} process ended by itself" in parent.stderr.read()
    assert not _listens(port)


def test_children_do_not_outlive_a_parent_that_was_killed(town: Deployment, port: int) -> None:
    with _serving(town, port) as parent:
        parent.kill()
        parent.wait()
        assert _until(lambda: not _listens(port))


def test_a_port_in_use_is_told_plainly(town: Deployment) -> None:
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        assert f"Port {port}" in town("serve", "--port", port, code=1).stderr


def test_a_database_that_was_not_migrated_is_told_plainly(tmp_path: Path) -> None:
    assert "bancheng migrate" in Deployment(tmp_path)("serve", code=1).stderr
