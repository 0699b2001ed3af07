"""A finished case is packed with everything, proves itself offline, and every edit shows."""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.cli import archive as verb
from bancheng.connect.archives import check_package
from bancheng.core.kernel import Fault
from bancheng.store.models import ArchivePackage, AuditEntry
from bancheng.usecases import archiving, play, results, sealing
from bancheng.usecases.access import NotFound

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def signing(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_SIGNING = "demo"
    settings.BANCHENG_HOME = tmp_path_factory.mktemp("home")


def with_changed(data: bytes, path: str, change: bytes | None) -> bytes:
    """The package with a file changed, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != path:
                new.writestr(name, old.read(name))
            elif change is not None:
                new.writestr(name, change)
    return out.getvalue()


def test_a_package_proves_itself_and_every_edit_shows(tmp_path: Path) -> None:
    file = play.whole(specimen.SERIAL)
    data = archiving.package_of(file.case, timezone.now())
    by = sealing.signer()
    assert by is not None
    root = by.trust[0]
    found = check_package(data, root)
    assert (found.problems, found.sealed, found.trusted) == ((), True, True)
    assert found.number == file.case.number
    assert found.events == file.state.seq
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        whole = {name: package.read(name) for name in names}
    kinds = {name.split("/")[0] for name in names}
    assert kinds >= {"index.json", "index.html", "events.jsonl", "seal.json", "results", "slips", "form"}
    assert file.case.number in whole["index.html"].decode()
    for name in names:
        assert not check_package(with_changed(data, name, whole[name][:-2] + b"zz"), root).whole, name
        assert not check_package(with_changed(data, name, None), root).whole, name
    more = io.BytesIO(data)
    with zipfile.ZipFile(more, "a") as package:
        package.writestr("results/extra.pdf", b"x")
    assert "目录里没有的文件" in "".join(check_package(more.getvalue()).problems)
    assert not check_package(data[: len(data) // 2]).whole
    path = tmp_path / "case.zip"
    path.write_bytes(data)
    args = _args(["verify", str(path), "--trust", str(root)])
    assert verb.run(args) == 0
    path.write_bytes(with_changed(data, "index.html", b"x"))
    assert verb.run(args) == 1


def test_a_whole_new_index_needs_the_seal() -> None:
    file = play.whole(specimen.SERIAL)
    data = archiving.package_of(file.case, timezone.now())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        index = json.loads(package.read("index.json"))
    index["case"]["name"] = "别的事"
    forged = with_changed(data, "index.json", json.dumps(index).encode())
    assert check_package(forged).problems == ("签章和目录对不上",)
    unsealed = with_changed(forged, "seal.json", None)
    by = sealing.signer()
    assert by is not None
    assert check_package(unsealed).sealed is False
    assert not check_package(unsealed, by.trust[0]).whole


def test_finished_cases_are_packed_in_time_and_again_when_they_go_on(settings: Settings) -> None:
    file = play.whole(specimen.SERIAL)
    now = timezone.now()
    assert archiving.archive_due(now) == 0, "not yet"
    later = now + timedelta(days=31)
    assert archiving.archive_due(later) == 1
    assert archiving.archive_due(later) == 0
    kept = ArchivePackage.objects.get()
    assert kept.keep_until is not None
    assert kept.keep_until == date(kept.keep_until.year, 12, 31)
    assert "30 年" in kept.rule
    paper = file.case.results.first()
    results.open_result(specimen.applicant_of(file), paper.pk)
    assert archiving.archive_due(later) == 1, "it was delivered after it was packed"
    assert ArchivePackage.objects.get().seq > kept.seq
    clerk = specimen.clerk_of(file)
    name, data = archiving.open_package(clerk, file.case.number)
    assert check_package(data).whole
    assert name.endswith(".zip")
    assert AuditEntry.objects.filter(act="archive.open").exists()
    with pytest.raises(NotFound):
        archiving.open_package(specimen.applicant_of(file), file.case.number)
    assert not archiving.to_appraise(kept.keep_until).exists()
    assert archiving.to_appraise(kept.keep_until + timedelta(days=1)).get().case_id == file.case.pk


def test_an_open_case_is_not_packed_and_neither_is_one_whose_result_was_changed() -> None:
    with pytest.raises(Fault):
        archiving.package_of(specimen.accepted().case, timezone.now())
    file = play.whole(specimen.SERIAL)
    file.case.results.update(digest="0" * 64)
    with pytest.raises(Fault):
        archiving.package_of(file.case, timezone.now())


def _args(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    verb.add_arguments(parser)
    return parser.parse_args(argv)
