"""What the documents promise is there: links, words, settings, decisions, news."""

import re
from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import unquote

from tests.house.source import ROOT, SRC, tracked, where

import bancheng.core

DOCS = ROOT / "docs"


def _documents() -> list[str]:
    return [where(path) for path in tracked() if path.suffix == ".md"]


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for document in _documents():
        path = ROOT / document
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)", text):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            if not (path.parent / unquote(target.partition("#")[0])).exists():
                broken.append(f"{document} → {target}")
    assert broken == []


def _core_classes() -> set[str]:
    modules = [import_module(f"bancheng.core.{info.name}") for info in iter_modules(bancheng.core.__path__)]
    return {
        name
        for module in modules
        for name in getattr(module, "__all__", ())
        if isinstance(getattr(module, name), type)
    }


def _glossary() -> dict[str, list[str]]:
    rows = re.findall(r"(?m)^\| `([^`]+)` \|(.*)\|$", (DOCS / "glossary.md").read_text(encoding="utf-8"))
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_the_glossary_has_every_public_class_of_the_core() -> None:
    assert sorted(_core_classes() - set(_glossary())) == []


def test_the_glossary_pairs_each_name_with_chinese_and_a_source() -> None:
    assert [name for name, cells in _glossary().items() if len(cells) != 2 or not all(cells)] == []


def test_every_variable_of_the_environment_is_documented_and_no_other() -> None:
    read = {
        name
        for path in (SRC / "site").rglob("*.py")
        for name in re.findall(
            r'(?:text|switch|listed|pairs|get)\(\s*"(BANCHENG_[A-Z_]+)"', path.read_text(encoding="utf-8")
        )
    }
    read |= {
        name
        for path in SRC.rglob("*.py")
        for name in re.findall(
            r'(?:environ\.get\(|environ\[|getenv\()\s*"(BANCHENG_[A-Z_]+)"', path.read_text(encoding="utf-8")
        )
    }
    told = set(
        re.findall(r"(?m)^\| `(BANCHENG_[A-Z_]+)`", (DOCS / "settings.md").read_text(encoding="utf-8"))
    )
    assert (read - told, told - read) == (set(), set())


def test_decisions_are_numbered_without_gaps_and_say_what_follows() -> None:
    records = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(record.name[:4]) for record in records]
    assert numbers == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert re.match(rf"# {int(record.name[:4])}\. \S", text), record.name
        assert [part for part in ("## Context", "## Decision", "## Consequences") if part not in text] == []


def test_news_fragments_are_named_by_kind() -> None:
    fragments = [path.name for path in (ROOT / "news.d").iterdir() if path.name != "README.md"]
    assert [
        name for name in fragments if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", name)
    ] == []
