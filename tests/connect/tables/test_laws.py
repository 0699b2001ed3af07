"""Laws: what is written is read again as the same; no row is lost; a key depends on nothing but its code or name."""

import csv
import tempfile
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connect.tables.lists import HEADINGS, catalogue, row, source, take, workbook

from bancheng.connect.packs import export_tree, to_yaml
from bancheng.connect.tables import key_for, vocabulary, write_csv, write_rows, write_workbook
from bancheng.connect.tables._cells import join_texts, plain_text, safe_text, split_texts
from bancheng.connect.tables._open import guarded, unguarded
from bancheng.connect.tables._vocabulary import _LISTS, RECORDS
from bancheng.core.catalogue import (
    Condition,
    Fee,
    FormField,
    Handling,
    Item,
    ItemType,
    LegalBasis,
    Level,
    Material,
    Necessity,
    Option,
    Question,
    Result,
    ReviewPoint,
    Situation,
    Step,
    StepKind,
    Subject,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Provenance

# What people type and what would hurt a table: formulas, separators, quotes, escapes, odd white space, rare characters.
WORDS = st.one_of(
    st.text(
        st.sampled_from("茶摊备案办理地点abc019=+-@'\"^|、;,\n\t\r []{}(（）)＝𠮷\u200b_x"),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "-5", "json:1", '["a"]', "'=x", " 前后 ", "a^b", "_x000D_", "1.一\n2.二", "是"]
    ),
).filter(lambda text: text.strip() != "" and not any("\ud800" <= char <= "\udfff" for char in text))
NAMES = st.text(st.sampled_from("茶摊备案注销变更夜市登记"), min_size=2, max_size=8)
LIMITS = st.builds(
    Limit, st.integers(0, 400), st.sampled_from([one for one in LimitUnit if one is not LimitUnit.IMMEDIATE])
)
AT_ONCE = st.just(Limit(0, LimitUnit.IMMEDIATE))
DOCUMENTS = st.sampled_from(["business_licence", "id_card"])


def unique(records: st.SearchStrategy[Any], by: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to three records that differ in one attribute, as they must in an item."""
    return st.lists(records, max_size=3, unique_by=lambda one: getattr(one, by)).map(tuple)


KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
MATERIALS = st.builds(
    Material,
    key=KEYS,
    document=DOCUMENTS,
    name=st.one_of(st.just(""), st.just("营业执照"), WORDS),
    necessity=st.sampled_from(Necessity),
    when=st.sampled_from(["true", "tables > 3"]),
    copies=st.integers(0, 9),
    originals=st.integers(0, 9),
    deferrable=st.booleans(),
    note=st.one_of(st.just(""), WORDS),
)
STEPS = st.builds(
    Step,
    key=KEYS,
    name=WORDS,
    kind=st.sampled_from(StepKind),
    limit=LIMITS,
    body=st.sampled_from(["", "market"]),
    asks=st.sampled_from([(), ("market",)]),
)
SITUATIONS = st.builds(
    Situation,
    element=st.just("tables"),
    text=WORDS,
    options=st.lists(
        st.builds(Option, value=WORDS, label=WORDS, share=st.sampled_from([None, Decimal("0.25")])),
        max_size=3,
    ).map(tuple),
)
ITEMS = st.builds(
    Item,
    key=KEYS,
    name=NAMES,
    body=st.sampled_from(["tea_office", "market"]),
    item_type=st.sampled_from(ItemType),
    handling=st.sampled_from(Handling),
    statutory=st.none() | LIMITS,
    promised=LIMITS | AT_ONCE,
    provenance=st.builds(Provenance, WORDS, st.sampled_from(Confidence)),
    aliases=st.lists(WORDS, max_size=3).map(tuple),
    task_code=st.sampled_from(["", "XK-0001-2", "999A0138000000-999999000000-000-1-1-00"]),
    code_scheme=st.just("LOCAL"),
    level=st.sampled_from(Level),
    objects=st.lists(st.sampled_from(Subject), min_size=1, max_size=3, unique=True).map(tuple),
    basis=unique(st.builds(LegalBasis, title=WORDS, article=st.one_of(st.just(""), WORDS)), "title"),
    conditions=unique(st.builds(Condition, text=WORDS, reason=st.one_of(st.just(""), WORDS)), "text"),
    situations=st.lists(SITUATIONS, max_size=1).map(tuple),
    fields=st.lists(
        st.builds(FormField, element=st.just("tables"), minimum=st.sampled_from([None, Decimal("1.50")])),
        max_size=1,
    ).map(tuple),
    materials=unique(MATERIALS, "key"),
    results=unique(st.builds(Result, key=KEYS, document=DOCUMENTS), "key"),
    fees=unique(st.builds(Fee, key=KEYS, name=WORDS, amount=st.sampled_from(["10", "tables * 5"])), "key"),
    steps=unique(STEPS, "key"),
    review_points=unique(st.builds(ReviewPoint, key=KEYS, text=WORDS), "key"),
    visits=st.integers(0, 5),
    phone=st.one_of(st.just(""), WORDS),
    faq=unique(st.builds(Question, question=WORDS, answer=WORDS), "question"),
    version=st.integers(1, 9),
)
LISTS = st.lists(ITEMS, min_size=1, max_size=3, unique_by=lambda one: one.key)


def written(folder: Path, items: Iterable[Item], kind: str) -> list[Path]:
    """Items in one of the forms that are read again."""
    pairs = [(one, {}) for one in items]
    path = folder / f"items.{kind}"
    if kind == "xlsx":
        write_workbook(path, lambda: pairs, catalogue())
    elif kind == "zip":
        write_csv(path, lambda: pairs, catalogue())
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / "csv")
        return sorted((folder / "csv").iterdir())
    elif kind == "json":
        with path.open("wb") as out:
            write_rows(out, lambda: pairs, catalogue(), "exchange")
    else:
        known = msgspec.structs.replace(catalogue(), items={one.key: one for one in items})
        path.write_text(to_yaml(export_tree(known, {"items": list(known.items)})), encoding="utf-8")
    return [path]


@pytest.mark.parametrize("kind", ["xlsx", "zip", "json", "yaml"])
@given(items=LISTS)
def test_what_is_exported_comes_back_unchanged(kind: str, items: list[Item]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), items, kind)
        mapping = source(base="exchange" if kind == "json" else "words")
        taken = take(*files, mapping=mapping, known={one.key: one for one in items})
        assert taken.outcomes == ["unchanged"] * len(items), [one.changes for one in taken.results] + [
            taken.said
        ]
        assert taken.proposals == ()
        fresh = take(*files, mapping=mapping)
        assert [one.item for one in fresh.results] == items, fresh.said


CELLS = st.one_of(
    st.none(), st.sampled_from(["", "行政许可", "XK", "01", "承诺件", "工作日", "20", "茶摊备案"]), WORDS
)
ROWS = st.lists(st.lists(CELLS, min_size=len(HEADINGS), max_size=len(HEADINGS)), max_size=6)


@given(rows=ROWS, materials=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_every_row_becomes_an_item_or_waits(rows: list[list[Any]], materials: list[tuple[Any, ...]]) -> None:
    heads = ("事项名称", "材料名称", "材料必要性")
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in (("a.csv", [HEADINGS, *rows]), ("b.csv", [heads, *materials])):
            with (Path(folder) / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(lines)
        taken = take(Path(folder) / "a.csv", Path(folder) / "b.csv")
    filled = sum(any(str(cell or "").strip() for cell in one) for one in rows)
    filled_too = sum(any(str(cell or "").strip() for cell in one) for one in materials)
    assert taken.rows == filled + filled_too
    assert taken.items == filled
    orphans = [line for line in taken.lines if line.troubles and line.troubles[0].issue.code == "orphan"]
    assert len(taken.lines) == taken.items + len(orphans)
    held = sum(len(line.values.get("materials", ())) for line in taken.lines)
    assert held + len(orphans) == filled_too
    for line, result in zip(taken.lines, taken.results, strict=True):
        assert (result.item is None) == (result.outcome == "quarantined")
        assert result.item is not None or result.troubles
        assert line.spot.row >= 1


@given(text=WORDS)
def test_a_cell_gives_back_the_text_that_was_put_in(text: str) -> None:
    assert plain_text(safe_text(text)) == text
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(texts=st.lists(WORDS, min_size=1, max_size=4))
def test_several_texts_in_a_cell_come_apart_again(texts: list[str]) -> None:
    numbered = split_texts(join_texts(texts))
    assert numbered == tuple(texts) or all(one.strip()[:1] in "(（0123456789" for one in texts)


@given(
    codes=st.lists(st.text(st.sampled_from("XKxk019-_ /#"), min_size=1, max_size=8), unique=True, max_size=8)
)
def test_two_codes_never_share_a_key_and_every_key_fits_a_pack(codes: list[str]) -> None:
    keys = [key_for(code) for code in codes]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() and key.isidentifier() and len(key) <= 80 for key in keys)


def test_every_value_of_ours_has_a_word_and_no_word_two_meanings() -> None:
    for kind, name in _LISTS.items():
        table = vocabulary().lists[name]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            assert {one.value for one in kind} <= set(table.values), name
        words = [word for values in table.values.values() for word in values]
        assert len(words) == len(set(words)), name


def test_every_column_of_the_vocabulary_leads_to_an_attribute_or_is_kept() -> None:
    special = {"", "rest", "handle_code", "old_codes", "body_code", "kind"}
    for key, sheet in vocabulary().sheets.items():
        names = set(RECORDS[key].__struct_fields__)
        wrong = [one.target for one in sheet.columns if one.target.partition(".")[0] not in names | special]
        assert wrong == [], key
        heads = [one.heading for one in sheet.columns]
        assert len(heads) == len(set(heads)), key


def test_a_list_of_one_good_row_is_taken(tmp_path: Path) -> None:
    assert take(workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row()]})).outcomes == ["added"]


def test_a_source_of_one_small_word_is_a_title_in_a_list_that_belongs_to_no_pack(tmp_path: Path) -> None:
    one = Item(
        key="pond",
        name="鱼塘登记",
        body="tea_office",
        item_type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        statutory=None,
        promised=Limit(amount=5, unit=LimitUnit.WORKDAY),
        provenance=Provenance("gazette", Confidence.PRACTICE),
    )
    taken = take(*written(tmp_path, [one], "yaml"), mapping=source(base="words"))
    assert [read.item for read in taken.results] == [one], taken.said
