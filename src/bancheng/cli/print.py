"""Write the outputs of a one-thing into a folder: guide, one-page sheet, checklist, form, pictures, BPMN, schema.

ONETHING is a key of the packs. Without a choice all outputs are written. Exit code: 0 written, 1 it does not compile,
2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bancheng.cli.check import chosen
from bancheng.connect.documents import GuideSheet, Print, guide_sheet, render_guide, render_png
from bancheng.connect.packs import load_packs
from bancheng.core.compiler import Blueprint, compile_onething, plan_svg, to_bpmn, to_json_schema

HELP = "write a one-thing's guide, sheet, checklist, form, pictures, BPMN and schema into a folder"
NEEDS_DJANGO = False

_Made = Callable[[Blueprint, GuideSheet], bytes]
_OUTPUTS: dict[str, tuple[str, _Made]] = {
    "guide-pdf": ("guide.pdf", lambda _, sheet: render_guide(sheet, Print.GUIDE)),
    "sheet": ("sheet.pdf", lambda _, sheet: render_guide(sheet, Print.SHEET)),
    "checklist": ("checklist.pdf", lambda _, sheet: render_guide(sheet, Print.CHECKLIST)),
    "form": ("form.pdf", lambda _, sheet: render_guide(sheet, Print.FORM)),
    "svg": ("svg", lambda one, _: plan_svg(one, standalone=True).encode()),
    "png": ("png", lambda one, _: render_png(plan_svg(one, standalone=True, dark=False))),
    "bpmn": ("bpmn", lambda one, _: to_bpmn(one).encode()),
    "json-schema": (
        "schema.json",
        lambda one, _: json.dumps(to_json_schema(one), ensure_ascii=False, indent=2).encode(),
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", help="key of the one-thing")
    parser.add_argument("-o", "--into", metavar="FOLDER", type=Path, default=Path(), help="default: here")
    for name in _OUTPUTS:
        parser.add_argument(
            f"--{name}", action="append_const", dest="outputs", const=name, help=f"only {name}"
        )
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")
    parser.add_argument(
        "--address",
        metavar="URL",
        default="http://localhost:8000",
        help="the site the codes on paper lead to",
    )
    parser.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="the day printed on it")


def run(args: argparse.Namespace) -> int:
    """Load, compile, print."""
    loaded = load_packs(chosen(args.packs))
    definition = loaded.catalogue.onethings.get(args.onething)
    if definition is None:
        known = "、".join(sorted(loaded.catalogue.onethings))
        print(f"没有这件事：{args.onething}。现有：{known}", file=sys.stderr)
        return 2
    blueprint = compile_onething(definition, loaded.catalogue, loaded.coverage).blueprint
    if blueprint is None:
        print("这件事有错误，还不能打印；请先运行 bancheng compile。", file=sys.stderr)
        return 1
    url = f"{args.address.rstrip('/')}/do/{blueprint.key}/"
    sheet = guide_sheet(blueprint, loaded.catalogue, args.today or loaded.loaded_for, url=url)
    args.into.mkdir(parents=True, exist_ok=True)
    written = []
    for name in args.outputs or _OUTPUTS:
        ending, make = _OUTPUTS[name]
        path = args.into / f"{blueprint.key}.{ending}"
        path.write_bytes(make(blueprint, sheet))
        written.append(str(path))
    print(json.dumps(written, ensure_ascii=False) if args.json else "\n".join(written))
    return 0
