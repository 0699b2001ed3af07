"""The public test suite of the standard: unpacked in memory, its cases read, its values compared."""

from __future__ import annotations

import datetime as dt
import lzma
import tarfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from bancheng.connect.dmn import load_texts
from bancheng.connect.dmn._xml import Tag, read_xml
from bancheng.core.kernel import ProblemsFound
from bancheng.core.rules import Months, RuleLimit
from bancheng.core.rules._moments import parse_duration, parse_temporal
from bancheng.core.rules._values import value_text
from bancheng.core.rules.decisions import Decisions

ARCHIVE = Path(__file__).parents[2] / "vendor" / "dmn-tck.tar.xz"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MOMENT = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


class Outcome(NamedTuple):
    """One expected result of one case: its name, and what differs (empty: nothing)."""

    name: str
    difference: str


@cache
def files() -> dict[str, bytes]:
    """Everything in the archive by its path."""
    with tarfile.open(fileobj=BytesIO(lzma.decompress(ARCHIVE.read_bytes()))) as archive:
        return {
            one.name: found.read()
            for one in archive.getmembers()
            if one.isfile() and (found := archive.extractfile(one)) is not None
        }


def outcomes(level: int) -> Iterator[Outcome]:
    """Every case of a compliance level, run."""
    start = f"TestCases/compliance-level-{level}/"
    held = files()
    for path in sorted(held):
        if path.startswith(start) and path.endswith(".xml"):
            yield from _test_file(PurePosixPath(path), held)


def _test_file(path: PurePosixPath, held: Mapping[str, bytes]) -> Iterator[Outcome]:
    folder = {
        PurePosixPath(one).name: data
        for one, data in held.items()
        if PurePosixPath(one).parent == path.parent
    }
    root = read_xml(held[str(path)])
    name = root.said("modelName")
    models = {one: data for one, data in folder.items() if one.endswith(".dmn")}
    try:
        decisions = load_texts(models.pop(name), name, models, lenient=True)
    except ProblemsFound as problems:
        yield Outcome(f"{path.parent.name}/{path.stem}", str(problems))
        return
    for case in root.all("testCase"):
        yield from _case(f"{path.parent.name}/{path.stem}#{case.get('id')}", case, decisions)


def _case(name: str, case: Tag, decisions: Decisions) -> Iterator[Outcome]:
    inputs: dict[str, object] = {}
    for one in case.all("inputNode"):
        space = one.get("namespace")
        inputs[f"{space}#{one.get('name')}" if space else one.get("name")] = value(one)
    kind, invocable = case.get("type", "decision"), case.get("invocableName")
    for result in case.all("resultNode"):
        expected = result.one("expected")
        asked = invocable if kind == "decisionService" else result.get("name")
        wanted = value(expected) if expected is not None else None
        label = f"{name}/{result.get('name')}"
        try:
            got = decisions.evaluate(asked, inputs, now=MOMENT)
        except (KeyError, RuleLimit) as error:
            yield Outcome(label, f"{type(error).__name__}: {error}")
            continue
        except Exception as error:  # noqa: BLE001 - reason: a crash of one case is told like any other difference
            yield Outcome(label, f"CRASH {type(error).__name__}: {error}")
            continue
        if kind == "decisionService" and isinstance(got, dict) and result.get("name") in got:
            got = got[result.get("name")]
        yield Outcome(label, "" if same(got, wanted) else f"expected {shown(wanted)}, got {shown(got)}")


def value(tag: Tag) -> object:
    """The value of a node of a test file."""
    components = list(tag.all("component"))
    if components:
        return {one.get("name"): value(one) for one in components}
    if (listed := tag.one("list")) is not None:
        if listed.get(f"{XSI}nil") == "true":
            return None
        return tuple(value(one) for one in listed.all("item"))
    single = tag.one("value")
    if single is None or single.get(f"{XSI}nil") == "true":
        return None
    return _scalar(single.text, single.get(f"{XSI}type").rpartition(":")[2])


def _scalar(text: str, kind: str) -> object:
    plain = text.strip()
    if kind in {"decimal", "double", "integer", "int", "float", "long"}:
        return Decimal(plain)
    if kind == "boolean":
        return plain in {"true", "1"}
    if kind in {"date", "time", "dateTime"}:
        return parse_temporal(plain)
    if kind in {"duration", "dayTimeDuration", "yearMonthDuration"}:
        return parse_duration(plain)
    return text


def same(got: object, wanted: object) -> bool:
    """Equal as the suite means it: numbers to eight digits after the point, texts of times by their moment."""
    if isinstance(got, bool) or isinstance(wanted, bool):
        return got is wanted
    if isinstance(got, Decimal) and isinstance(wanted, Decimal):
        return got == wanted or abs(got - wanted) <= Decimal("1e-8") * max(1, abs(wanted))
    if isinstance(got, Mapping) and isinstance(wanted, Mapping):
        return got.keys() == wanted.keys() and all(same(got[key], wanted[key]) for key in got)
    if isinstance(got, tuple) and isinstance(wanted, tuple):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(wanted, dt.timedelta) and isinstance(got, Months):
        return got.months == 0 and not wanted
    if isinstance(got, str) and not isinstance(wanted, str) and wanted is not None:
        return False
    return type(got) is type(wanted) and got == wanted


def shown(one: object) -> str:
    return f'"{one}"' if isinstance(one, str) else value_text(one)
