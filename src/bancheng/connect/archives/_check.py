"""Proving a package from itself alone: every byte, every link of the log, every digest the log speaks of, the seal."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from bancheng.connect.archives._make import EVENTS, FORMAT, INDEX, SEAL
from bancheng.connect.archives._parts import check_parts
from bancheng.connect.signing import BytesSeal, check_bytes
from bancheng.core.kernel import Record, chain, digest

MAX_FILE = 512 * 1024 * 1024
"""A file of a package may not unpack to more bytes than this."""


class PackageCheck(Record):
    """What was found. `sealed`: the index carries a signature that fits; `trusted` None: no root was given."""

    number: str = ""
    events: int = 0
    files: int = 0
    problems: tuple[str, ...] = ()
    sealed: bool = False
    signer: str = ""
    trusted: bool | None = None

    @property
    def whole(self) -> bool:
        """Nothing is missing, added or changed, as far as the package can tell."""
        return not self.problems


def check_package(data: bytes, trust: Path | None = None) -> PackageCheck:
    """Check everything; every problem is named, none stops the search."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _check(package, trust)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as broken:
        return PackageCheck(problems=(f"不是完整的归档包：{broken}",))


# Any: what a stranger's JSON holds; each use is guarded.
def _check(package: zipfile.ZipFile, trust: Path | None) -> PackageCheck:
    names = package.namelist()
    if INDEX not in names:
        return PackageCheck(problems=("缺少目录 index.json",))
    top = package.read(INDEX)
    try:
        index: dict[str, Any] = json.loads(top)
        listed = {one["path"]: (one["sha256"], one["size"]) for one in index["files"]}
        number, head, count = index["case"]["number"], index["head"], index["events"]
    except (ValueError, KeyError, TypeError) as broken:
        return PackageCheck(problems=(f"目录读不出来：{broken}",))
    problems = [] if index.get("format") == FORMAT else [f"不认识的格式 {index.get('format')}"]
    problems += _files(package, names, listed)
    if EVENTS in names:
        problems += _log(package.read(EVENTS), head, count, {one[0] for one in listed.values()})
    problems += _forms(package, [name for name in names if name.startswith("form/")])
    problems += check_parts(package, names)
    sealed, signer, trusted, more = _seal(package, names, top, trust)
    return PackageCheck(
        number=str(number),
        events=int(count),
        files=len(listed),
        problems=(*problems, *more),
        sealed=sealed,
        signer=signer,
        trusted=trusted,
    )


def _files(package: zipfile.ZipFile, names: list[str], listed: dict[str, tuple[str, int]]) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield "有重名的文件"
    for extra in sorted(set(names) - set(listed) - {INDEX, SEAL}):
        yield f"目录里没有的文件 {extra}"
    for path, (expected, size) in listed.items():
        if path not in names:
            yield f"缺少文件 {path}"
            continue
        if package.getinfo(path).file_size > MAX_FILE:
            yield f"文件过大 {path}"
            continue
        try:
            data = package.read(path)
        except (zipfile.BadZipFile, zlib.error):
            yield f"文件已损坏 {path}"
            continue
        if len(data) != size or hashlib.sha256(data).hexdigest() != expected:
            yield f"文件被改过 {path}"


def _log(data: bytes, head: str, count: int, digests: set[str]) -> Iterator[str]:
    previous, seen = "", 0
    for line in data.decode("utf-8", "replace").splitlines():
        try:
            row = json.loads(line)
            link = chain(previous, [row["seq"], row["kind"], row["body"]])
            fits = row["hash"] == link and row["previous"] == previous and row["seq"] == seen + 1
            body = json.loads(row["body"])
        except (ValueError, KeyError, TypeError):
            yield f"第 {seen + 1} 条记录读不出来"
            return
        if not fits:
            yield f"办理过程从第 {seen + 1} 条起对不上"
            return
        for one in body.get("results") or ():
            if isinstance(one, dict) and one.get("digest") not in digests:
                yield f"缺少编号 {one.get('number')} 的结果文书"
        previous, seen = link, seen + 1
    if previous != head or seen != count:
        yield "办理过程和目录对不上，可能被截短"


def _forms(package: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    """The values fit the digest that the log holds of them."""
    for name in names:
        try:
            form = json.loads(package.read(name))
            if form["values"] is not None and digest([form["salt"], form["values"]]) != form["digest"]:
                yield f"申请表和摘要对不上 {name}"
        except (ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
            yield f"申请表读不出来 {name}"


def _seal(
    package: zipfile.ZipFile, names: list[str], top: bytes, trust: Path | None
) -> tuple[bool, str, bool | None, tuple[str, ...]]:
    if SEAL not in names:
        return False, "", None, ("没有签章，不能证明目录没有被整个换过",) if trust else ()
    try:
        made = json.loads(package.read(SEAL))
        seal = BytesSeal(
            signature=made["signature"], certificate=made["certificate"], algorithm=made["algorithm"]
        )
        certificate = x509.load_pem_x509_certificate(seal.certificate.encode())
        fits = check_bytes(top, seal)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False, "", None, ("签章读不出来",)
    if not fits:
        return False, "", None, ("签章和目录对不上",)
    named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    signer = str(named[0].value) if named else ""
    if trust is None:
        return True, signer, None, ()
    root = x509.load_pem_x509_certificate(trust.read_bytes())
    try:
        if certificate != root:
            certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return True, signer, False, ("签章不是指定机构的",)
    return True, signer, True, ()
