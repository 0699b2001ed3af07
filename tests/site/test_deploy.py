"""The compose file and the units start what the command line knows, with settings that exist."""

from __future__ import annotations

import argparse
import configparser
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import yaml
from tests.postgres import cluster
from tests.site.deployment import Deployment

from bancheng.site.cli_main import verbs

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "deploy" / "compose.yaml"
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PROGRAM = "/opt/bancheng/.venv/bin/bancheng"


def _compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def _ours() -> dict[str, dict[str, Any]]:
    """The services that run our own image."""
    return {name: one for name, one in _compose()["services"].items() if one.get("image") == "bancheng"}


def _understood(arguments: list[str]) -> argparse.Namespace:
    """The arguments as the verb reads them; it exits where it does not know one."""
    module = import_module(verbs()[arguments[0]].module)
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    module.add_arguments(parser)
    return parser.parse_args(arguments[1:])


def _unit(path: Path) -> configparser.RawConfigParser:
    # A key may stand twice in a unit; none does here, and a unit where one does would have to be read in another way.
    unit = configparser.RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # reason: keys of units are told apart by case
    unit.read_string(path.read_text())
    return unit


def test_every_command_of_the_compose_file_is_understood() -> None:
    assert {one["command"][0] for one in _ours().values()} == {"migrate", "publish", "web", "worker"}
    for one in _ours().values():
        _understood(one["command"])


def test_what_the_compose_file_sets_is_a_setting_and_what_it_wants_is_told_at_its_head() -> None:
    settings = set(
        re.findall(r"^\| `(BANCHENG_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    )
    text = COMPOSE.read_text()
    head = text[: text.index("name: bancheng")]
    for one in _ours().values():
        assert set(one["environment"]) <= settings
    wanted = set(re.findall(r"\$\{(\w+)", text))
    assert wanted == set(re.findall(r"\b(?:BANCHENG|POSTGRES)_[A-Z_]+\b", head)) & wanted


def test_services_wait_for_those_they_need_and_volumes_are_there() -> None:
    compose = _compose()
    services, volumes = compose["services"], compose["volumes"]
    for one in services.values():
        assert set(one.get("depends_on", ())) <= set(services)
        assert {mount.partition(":")[0] for mount in one.get("volumes", ())} <= set(volumes)
    order = [set(services[name]["depends_on"]) for name in ("web", "worker", "publish", "migrate")]
    assert order == [{"publish"}, {"publish"}, {"migrate"}, {"database"}]
    assert (ROOT / services["web"]["build"]["dockerfile"]).is_file()


def test_the_image_is_made_of_files_that_are_there() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text()
    assert f'ENTRYPOINT ["{PROGRAM}"]' in text
    for name in re.findall(r"-r (\S+)", text):
        assert (ROOT / name).is_file()
    _understood([part.strip('"') for part in re.findall(r"^CMD \[(.*)\]", text, re.MULTILINE)[0].split(", ")])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_starts_a_verb_that_is_understood(path: Path) -> None:
    service = _unit(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"].replace("%i", "8001"))
    assert program == PROGRAM
    _understood(arguments)
    assert service["EnvironmentFile"] == "/etc/bancheng.env"
    howto = (ROOT / "docs" / "howto" / "many-machines.md").read_text()
    assert (f"BANCHENG_HOME={service['ReadWritePaths']}" in howto, path.name in howto) == (True, True)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    made = []
    for path in UNITS:
        # Only the program lies elsewhere here; an instance stands for its template.
        one = tmp_path / path.name.replace("@.", "@8001.")
        one.write_text(path.read_text().replace(PROGRAM, sys.executable))
        made.append(str(one))
    said = subprocess.run(["systemd-analyze", "verify", *made], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


@contextmanager
def _started(town: Deployment, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        town.command(*arguments), env=town.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    asked = Request(
        f"http://127.0.0.1:{port}/readyz", headers={"Host": "ban.example", "X-Forwarded-Proto": "https"}
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(asked, timeout=5) as answer:
                return int(answer.status) == 200
        except (URLError, OSError):
            time.sleep(0.2)  # waiting for another process, which cannot call back
    return False


@pytest.mark.postgres
@pytest.mark.skipif(os.environ.get("BANCHENG_LAWS") != "soak", reason="half a minute: `make soak`")
def test_what_the_compose_file_starts_becomes_ready_on_postgresql_and_ends_when_asked(tmp_path: Path) -> None:
    services = _ours()
    given = {
        "BANCHENG_SECRET_KEY": secrets.token_urlsafe(48),
        "BANCHENG_HOSTS": "ban.example",
        "BANCHENG_ADDRESS": "https://ban.example",
        "BANCHENG_BEHIND_PROXY": services["web"]["environment"]["BANCHENG_BEHIND_PROXY"],
    }
    assert {*given, "BANCHENG_DATABASE"} == set(services["web"]["environment"])
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with cluster() as address:
        town = Deployment(tmp_path, BANCHENG_DATABASE=address, **given)
        town(*services["migrate"]["command"])
        town(*services["publish"]["command"])
        web = [*services["web"]["command"], "--port", str(port)]
        with _started(town, *services["worker"]["command"]) as worker, _started(town, *web) as serving:
            assert _ready(port, serving)
            for process in (serving, worker):
                os.kill(process.pid, signal.SIGTERM)
            assert [process.wait(30) for process in (serving, worker)] == [0, 0]
