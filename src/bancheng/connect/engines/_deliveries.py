"""A table as a body delivers it → as facts are counted from: identity numbers become numbers of subjects, texts values.

Identity numbers are read here and leave nothing behind: what is kept has the dense numbers alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import BadZipFile

import numpy as np
import openpyxl
import polars as pl

from bancheng.connect.engines._subjects import KEPT, Array, empty_table
from bancheng.core.benefits import ColumnKind, Source, SubjectKind, TableColumn
from bancheng.core.kernel import Place, Problem, Problems, ProblemsFound

SHOWN: Final = 20
"Places that are named of each kind of trouble; the rest are counted."
IDENTITY: Final = {
    SubjectKind.PERSON: ("identity", "身份证号", "公民身份号码", "证件号码"),
    SubjectKind.COMPANY: ("identity", "统一社会信用代码"),
}
"How the column may be headed that says whom a row is about."
_WORDS: Final = {
    **dict.fromkeys(("是", "有", "true", "t", "1", "y", "yes"), True),
    **dict.fromkeys(("否", "无", "没有", "false", "f", "0", "n", "no"), False),
}
_DAYS: Final = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d")


class Delivered(NamedTuple):
    """A table ready to be kept: `rows` of known subjects, sorted by them. `unknown`: rows of somebody whom the register
    lacks, left out; `unread`: cells that say nothing one could read, kept as not known."""

    rows: pl.DataFrame
    unknown: int
    unread: int


def read_texts(path: Path) -> pl.DataFrame:
    """A file as it is, every cell a text or null: CSV in UTF-8 or GB 18030, the first sheet of .xlsx, Parquet.

    Raises:
        ProblemsFound: it cannot be opened as what its name says.
    """
    try:
        match path.suffix.lower():
            case ".parquet":
                frame = pl.read_parquet(path).select(pl.all().cast(pl.String))
            case ".xlsx":
                frame = _sheet(path)
            case _:
                frame = _csv(path)
    except (pl.exceptions.PolarsError, OSError, ValueError, KeyError, BadZipFile) as error:
        told = Problem(
            code="deliver-file",
            message=f"打不开这份文件（{type(error).__name__}）。",
            suggestion="请用 CSV、.xlsx 或 Parquet，第一行写列名。",
        )
        raise ProblemsFound((told,)) from error
    return frame.rename({name: name.strip() for name in frame.columns}).select(
        pl.all().str.strip_chars().replace("", None)
    )


def _csv(path: Path) -> pl.DataFrame:
    with path.open("rb") as file:
        head = file.read(1_000_000)
    try:
        head.decode("utf-8-sig")
        return pl.read_csv(path, infer_schema=False)
    except UnicodeDecodeError as error:
        if error.start > len(head) - 4:  # a character cut in two by our own reading
            return pl.read_csv(path, infer_schema=False)
    return pl.read_csv(path.read_bytes().decode("gb18030").encode(), infer_schema=False)


def _sheet(path: Path) -> pl.DataFrame:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = ["" if one is None else str(one) for one in next(rows, ())]
        texts = ([None if one is None else _text(one) for one in row[: len(head)]] for row in rows)
        return pl.DataFrame(list(texts), schema=dict.fromkeys(head, pl.String), orient="row")
    finally:
        book.close()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_delivery(
    texts: pl.DataFrame, source: Source, known: pl.DataFrame, *, lenient: bool = False
) -> Delivered:
    """The table of a source from the texts of a file. `known`: the register, ``identity`` and ``number``.

    Raises:
        ProblemsFound: columns are missing, cells say nothing one could read (unless `lenient`: they count as not
            known), a subject has two rows where a source has one. Everything at once, each with its line.
    """
    problems = Problems()
    who = heading(texts, IDENTITY[source.subject], problems)
    columns = [one for one in source.columns if one.name != source.key]
    heads = {one.name: heading(texts, (one.name, one.title), problems) for one in columns}
    _stop(problems)
    read = texts.select(
        normal(pl.col(who)).alias("identity"),
        *(value(pl.col(heads[one.name]), one) for one in columns),
    )
    unread = 0
    for one in columns:
        told = texts[heads[one.name]].is_not_null() & read[one.name].is_null()
        unread += int(told.sum())
        if not lenient:
            _told(told, texts[heads[one.name]], one, heads[one.name], problems)
    rows = read.join(known, on="identity", how="left", maintain_order="left")
    strange = rows["number"].is_null()
    if source.single:
        twice = rows["number"].is_not_null() & rows["number"].is_duplicated()
        _lines(
            twice,
            "deliver-twice",
            "{many} 行说的是同一个对象，这种数据每个对象只有一行。",
            "请只留最近的一行。",
            problems,
        )
    _stop(problems)
    kept = rows.filter(~strange).select(
        pl.col("number").cast(pl.Int32).alias(source.key), *(one.name for one in columns)
    )
    return Delivered(kept.sort(source.key, maintain_order=True), int(strange.sum()), unread)


def normal(identity: pl.Expr) -> pl.Expr:
    """An identity number as the register writes it."""
    return identity.str.replace_all(r"\s", "").str.to_uppercase()


def heading(texts: pl.DataFrame, names: Sequence[str], problems: Problems) -> str:
    """The column of the file with one of these names; where there is none, that is told and "" given."""
    found = next((name for name in names if name and name in texts.columns), "")
    if not found:
        wanted = "、".join(f"“{name}”" for name in names if name)
        problems.add("deliver-column", f"缺一列：{wanted}。", Place(line=1), "第一行写列名，写其中一个就行。")
    return found


def value(text: pl.Expr, of: TableColumn) -> pl.Expr:
    """What the texts of a column say, as the column stores it; null where they say nothing one could read."""
    return _value(text, of).alias(of.name)


def _value(text: pl.Expr, of: TableColumn) -> pl.Expr:
    if of.kind is ColumnKind.DATE:
        day = text.str.head(10).str.strip_chars_end("T ")
        whole = [text.str.to_date(form, strict=False) for form in _DAYS]
        return pl.coalesce(*whole, day.str.to_date("%Y-%m-%d", strict=False))
    if of.kind is ColumnKind.BOOLEAN:
        return text.str.to_lowercase().replace_strict(_WORDS, default=None, return_dtype=pl.Boolean)
    if of.kind is ColumnKind.CODE:
        places = {one: at for at, one in enumerate(of.values)}
        return text.replace_strict(places, default=None, return_dtype=KEPT[of.kind])
    return _scaled(text, 2 if of.kind is ColumnKind.MONEY else of.digits)


def _scaled(text: pl.Expr, digits: int) -> pl.Expr:
    """A decimal text as a whole number of 10^-digits, exactly; null where it has more places than that."""
    plain = text.str.replace_all(r"[,，\s]", "")
    parts = plain.str.extract_groups(r"^([+-]?)(\d{1,15})(?:\.(\d*?)0*)?$")
    rest = parts.struct.field("3").fill_null("")
    whole = parts.struct.field("2").cast(pl.Int64, strict=False) * 10**digits
    part = rest.str.pad_end(digits, "0").replace("", "0").cast(pl.Int64, strict=False)
    sign = pl.when(parts.struct.field("1") == "-").then(-1).otherwise(1)
    return pl.when(rest.str.len_chars() <= digits).then(sign * (whole + part))


def _told(told: pl.Series, texts: pl.Series, of: TableColumn, head: str, problems: Problems) -> None:
    wanted = {
        ColumnKind.DATE: "写成 2026-03-01 这样。",
        ColumnKind.BOOLEAN: "写“是”或者“否”。",
        ColumnKind.CODE: f"只能写：{'、'.join(of.values[:30])}。",
        ColumnKind.MONEY: "写元，最多两位小数，如 1200.50。",
        ColumnKind.NUMBER: f"写数，最多 {of.digits} 位小数。" if of.digits else "写整数。",
    }[of.kind]
    for at in islice(told.arg_true(), SHOWN):
        problems.add("deliver-cell", f"“{head}”写的是“{texts[at][:40]}”，读不懂。", _place(at), wanted)
    if (more := int(told.sum()) - SHOWN) > 0:
        problems.add("deliver-cell", f"“{head}”还有 {more} 处读不懂。", Place(), wanted)


def _lines(told: pl.Series, code: str, said: str, remedy: str, problems: Problems) -> None:
    if many := int(told.sum()):
        problems.add(code, said.format(many=many), _place(told.arg_true()[0]), remedy)


def _place(at: int) -> Place:
    return Place(line=at + 2)


def _stop(problems: Problems) -> None:
    found = problems.found()
    if found:
        raise ProblemsFound(found)


def kept_rows(folder: Path, source: Source) -> pl.DataFrame:
    """The table of a source that stands; without rows where none was delivered."""
    bare = empty_table(source)
    path = folder / f"{source.id}.parquet"
    return pl.read_parquet(path, columns=bare.columns).cast(bare.schema) if path.exists() else bare


def changed(before: pl.DataFrame, after: pl.DataFrame, key: str) -> pl.Series:
    """Whose rows differ between two tables, ascending. O(rows)."""
    both = pl.concat(
        [
            after.with_columns(pl.lit(1).alias("#")),
            before.select(after.columns).with_columns(pl.lit(-1).alias("#")),
        ]
    )
    differ = both.group_by(after.columns).agg(pl.col("#").sum()).filter(pl.col("#") != 0)
    return differ[key].drop_nulls().unique().sort()


def replace_table(rows: pl.DataFrame, path: Path) -> None:
    """Put a table in the place of the one that stands, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    rows.write_parquet(partial, compression="zstd")
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def register_frame(known: Iterable[tuple[str, int]]) -> pl.DataFrame:
    """Identity numbers and the numbers of their subjects, as `read_delivery` takes them."""
    return pl.DataFrame(list(known), schema={"identity": pl.String, "number": pl.Int64}, orient="row")


def keep_numbers(numbers: pl.Series, path: Path) -> None:
    """Keep numbers of subjects."""
    replace_table(pl.DataFrame({"number": numbers.cast(pl.Int64)}), path)


def joined_numbers(paths: Iterable[Path]) -> Array:
    """All numbers kept in these files, each once, ascending."""
    kept = [pl.read_parquet(path)["number"] for path in paths]
    return pl.concat(kept).unique().sort().to_numpy() if kept else np.empty(0, np.int64)
