"""Write the archive package of a finished case, or prove one that lies here: no site, database or network needed.

``archive export NUMBER [-o FILE]`` writes the package of a case as it stands now. ``archive verify FILE`` checks every
file, every link of the log and the seal from the package alone; with ``--trust ROOT`` (a PEM file) also whose seal it
is. Exit code: 0 done or whole, 1 the case or package is not in order, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bancheng.connect.archives import PackageCheck, check_package
from bancheng.core.kernel import Fault

HELP = "write the archive package of a finished case, or prove one offline"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    deeds = parser.add_subparsers(dest="deed", required=True)
    out = deeds.add_parser("export", help="write the package of a finished case")
    out.add_argument("number", metavar="NUMBER", help="the number of the case")
    out.add_argument("-o", "--out", metavar="FILE", type=Path, help="where to; NUMBER.zip here if not said")
    check = deeds.add_parser("verify", help="prove a package from itself alone")
    check.add_argument("file", metavar="FILE", type=Path, help="the package")
    check.add_argument("--trust", metavar="ROOT", type=Path, help="the certificate whose seal it must be")


def run(args: argparse.Namespace) -> int:
    """Export or verify."""
    return _export(args) if args.deed == "export" else _verify(args)


def _export(args: argparse.Namespace) -> int:
    # Only this half needs a deployment; proving a package must work on a bare machine.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bancheng.site.settings")
    import django  # noqa: PLC0415  # reason: see above

    django.setup()
    from bancheng.store.models import Case  # noqa: PLC0415  # reason: see above
    from bancheng.usecases.archiving import package_of  # noqa: PLC0415  # reason: see above

    case = Case.objects.filter(number=args.number).first()
    if case is None:
        print(f"No case {args.number}.", file=sys.stderr)
        return 1
    try:
        data = package_of(case, datetime.now(UTC))
    except Fault as broken:
        print(f"Stopped: {broken}", file=sys.stderr)
        return 1
    out = args.out or Path(f"{args.number}.zip")
    out.write_bytes(data)
    print(json.dumps({"file": str(out), "bytes": len(data)}) if args.json else f"{out}: {len(data)} bytes.")
    return 0


def _verify(args: argparse.Namespace) -> int:
    for path in (args.file, args.trust):
        if path is not None and not path.is_file():
            print(f"No file {path}.", file=sys.stderr)
            return 2
    found = check_package(args.file.read_bytes(), args.trust)
    print(_as_json(found) if args.json else _as_words(found))
    return 0 if found.whole else 1


def _as_json(found: PackageCheck) -> str:
    return json.dumps(
        {
            "number": found.number,
            "whole": found.whole,
            "events": found.events,
            "files": found.files,
            "sealed": found.sealed,
            "signer": found.signer,
            "trusted": found.trusted,
            "problems": list(found.problems),
        },
        ensure_ascii=False,
    )


def _as_words(found: PackageCheck) -> str:
    lines = [f"{found.number or '归档包'}：{'完整，没有改动' if found.whole else '不完整或被改动'}"]
    lines += [f"  · {one}" for one in found.problems]
    if found.whole:
        lines.append(f"  {found.events} 条记录，{found.files} 个文件，逐一核对无误")
    if found.sealed:
        whose = {
            True: "，是指定机构的签章",
            False: "，不是指定机构的签章",
            None: "；没有指定机构，签章人未经核实",
        }
        lines.append(f"  签章：{found.signer}{whose[found.trusted]}")
    elif not found.problems:
        lines.append("  没有签章：能发现改动，但不能证明目录没有被整个换过")
    return "\n".join(lines)
