"""A finished case is packed with everything, proves itself offline, and every edit shows."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.usecases.test_promises import submitted as signed_case
from tests.usecases.test_talks import picture

from bancheng.cli import archive as verb
from bancheng.connect.archives import ArchiveEvent, ArchiveFile, CaseFacts, check_package, make_package
from bancheng.core.casework import WithdrawReason, commands
from bancheng.core.kernel import Fault, chain
from bancheng.store.models import (
    ArchivePackage,
    AuditEntry,
    SignedPromise,
    Upload,
    VisitAnswer,
    VisitPaper,
    VisitPhoto,
)
from bancheng.usecases import archiving, play, results, sealing, talks
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import act

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def signing(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_SIGNING = "demo"
    settings.BANCHENG_CREDIT = "demo"
    settings.BANCHENG_DEMO_CREDIT = "good"
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


def test_promises_messages_with_files_and_visits_are_packed_and_held_against_the_log() -> None:
    file = signed_case()
    applicant = specimen.applicant_of(file)
    assert talks.write(applicant, file.case.number, "附上现场照片", paper=("现场.png", picture())) == ()
    Upload.objects.filter(case=file.case).update(state=Upload.CLEAN)
    file = act(applicant, file.case.pk, commands.Withdraw(reason=WithdrawReason.LATER))
    photo = Upload.objects.filter(case=file.case).exclude(document__startswith="talk").first()
    assert photo is not None
    who = {"by": "user:1", "by_name": "孙查", "at": timezone.now()}
    VisitPhoto.objects.create(case=file.case, number=1, body="b", line="exit", upload=photo, thumb="x", **who)
    VisitAnswer.objects.create(case=file.case, number=1, body="b", line="exit", value="yes", **who)
    data = archiving.package_of(file.case, timezone.now())
    assert check_package(data).problems == ()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        whole = {name: package.read(name) for name in package.namelist()}
    [promise] = [name for name in whole if name.startswith("promises/")]
    told = json.loads(whole[promise])
    assert (told["signer"], told["version"] != "", "撤销决定" in told["text"]) == ("周敏", True, True)
    [attached] = [name for name in whole if name.startswith("talk/files/")]
    assert attached.endswith("现场.png")
    assert any(name.startswith("visits/01/photo-") for name in whole)
    sheet = json.loads(whole["visits/01/sheet.json"])
    assert (sheet["answers"][0]["value"], sheet["photos"][0]["upload"]) == ("yes", str(photo.pk))
    SignedPromise.objects.filter(case=file.case).update(text=told["text"] + "，除外")
    forged = check_package(archiving.package_of(file.case, timezone.now()))
    assert "".join(forged.problems).startswith("承诺书和办理过程对不上"), "sealed anew, and still found"
    record = default_storage.save("visits/forged.pdf", ContentFile(b"%PDF-"))
    seal = hashlib.sha256(b"%PDF-").hexdigest()
    VisitPaper.objects.create(case=file.case, number=1, file=record, digest=seal, at=timezone.now())
    again = check_package(archiving.package_of(file.case, timezone.now()))
    assert "勘验记录和办理过程对不上 visits/01/record.pdf" in again.problems


def test_an_opinion_that_the_log_does_not_have_shows() -> None:
    opinion = {"type": "OpinionGiven", "answer": "agree", "body": "fire"}
    body = json.dumps(opinion)
    link = chain("", [1, "OpinionGiven", body])
    event = ArchiveEvent(
        seq=1, kind="OpinionGiven", version=1, body=body, previous="", hash=link, at="", words=""
    )
    facts = CaseFacts(number="1", name="x", bodies=(), submitted="", closed="", keep_until="", rule="")

    def problems(*given: object) -> tuple[str, ...]:
        files = [
            ArchiveFile(path="opinions/001.json", title="", kind="opinion", data=json.dumps(one).encode())
            for one in given
        ]
        return check_package(make_package(facts, [event], files, timezone.now(), None)).problems

    assert problems({"seq": 1, "event": opinion}) == ()
    assert problems({"seq": 1, "event": {**opinion, "answer": "object"}}) == (
        "征求的意见和办理过程对不上 opinions/001.json",
    )
    assert problems("no opinion") == ("读不出来 opinions/001.json",)
    assert problems() == ("缺少文件 opinions/001.json",)


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
