"""Nothing is half done when the disk under the database is full."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.site.disk import NOT_HERE


@pytest.mark.postgres
@pytest.mark.skipif(os.environ.get("BANCHENG_LAWS") != "soak", reason="two minutes: `make soak`")
def test_no_act_is_half_done_when_postgresql_has_no_room_left() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.site.disk", "--cases", "6"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if ended.returncode == NOT_HERE:
        pytest.skip("this machine does not let us mount a small disk")
    assert ended.returncode in {0, 1}, ended.stderr[-3000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["wrong"] == []
    assert told["failed"], "the disk was never felt"
    assert min(told["server"].values()) > 0, "the server had no room, and fell over it"
