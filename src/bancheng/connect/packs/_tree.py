"""Bytes of a pack file → a tree of nodes that know their line and column. Nothing is interpreted here.

YAML is composed by the C parser with every scalar left as text: the reader knows which type an attribute has, so
``code: 010`` stays ``010`` and ``no`` is not false by surprise. JSON becomes the same nodes without positions.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml._yaml import CParser
from yaml.reader import ReaderError

from bancheng.core.kernel import Place, Problem

MAX_FILE_BYTES = 64 * 1024 * 1024
"""A pack file is written by people or exported by item; beyond this it is split or it is a mistake."""

MAX_DEPTH = 24
"""Deeper nesting than any attribute has."""

_PLAIN = ""
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class _TooDeep(Exception):
    """Nesting beyond `MAX_DEPTH`, found while composing."""

    def __init__(self, parent: Node) -> None:
        super().__init__()
        self.parent = parent


class _Composer(CParser):
    """The C composer with implicit typing switched off; `tag` is empty unless the file wrote one."""

    depth = 0

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:  # noqa: ARG002 - the parser's hook
        return _PLAIN

    def descend_resolver(self, parent: Node, index: object) -> None:  # noqa: ARG002 - the parser's hook
        # The C composer recurses without a bound: 200,000 opening brackets end the process.
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep(parent)

    def ascend_resolver(self) -> None:
        self.depth -= 1


def parse(data: bytes, file: str, json_text: bool) -> tuple[Node | None, list[Problem]]:
    """The root node of a file, None when it is empty or unreadable, and what kept it from being read."""
    if len(data) > MAX_FILE_BYTES:
        size = len(data) // 1024 // 1024
        return None, [
            Problem(
                "file_too_large",
                f"文件有 {size} MB，超过上限 {MAX_FILE_BYTES // 1024 // 1024} MB。",
                Place(file=file),
                "请把它拆成几个文件。",
            )
        ]
    node, problem = _parse_json(data, file) if json_text else _parse_yaml(data, file)
    if problem is None and node is not None and not json_text and (b"!" in data or b"*" in data):
        problem = _unsound(node, file, len(data))
    return (node, []) if problem is None else (None, [problem])


def is_null(node: Node) -> bool:
    """An attribute written without a value."""
    return isinstance(node, ScalarNode) and not node.style and node.value in _NULLS


def place(node: Node, file: str, path: str = "") -> Place:
    """Where a node begins."""
    mark = node.start_mark
    return Place(file=file, path=path) if mark is None else Place(file, mark.line + 1, mark.column + 1, path)


def locate(root: Node, steps: list[str]) -> Node:
    """The node at `steps`, or the nearest one above it; a key's node stands for its value so that lines match."""
    here, mark = root, root
    for step in steps:
        if isinstance(here, MappingNode):
            pair = next(((k, v) for k, v in here.value if k.value == step), None)
            if pair is None:
                break
            mark, here = (pair[0], pair[1]) if not isinstance(pair[1], ScalarNode) else (pair[1], pair[1])
        elif isinstance(here, SequenceNode) and step.isdigit() and int(step) < len(here.value):
            here = mark = here.value[int(step)]
        else:
            break
    return mark


# ------------------------------------------------------------------- yaml


def _parse_yaml(data: bytes, file: str) -> tuple[Node | None, Problem | None]:
    parser = _Composer(data)
    try:
        return parser.get_single_node(), None
    except _TooDeep as error:
        said = f"嵌套超过 {MAX_DEPTH} 层。"
        return None, Problem("too_deep", said, place(error.parent, file), "请检查括号是否多写了。")
    except ReaderError as error:
        return None, _bad_bytes(data, file, error)
    except YAMLError as error:
        return None, _bad_yaml(data, file, error)
    finally:
        parser.dispose()


def _bad_bytes(data: bytes, file: str, error: ReaderError) -> Problem:
    before = data[: int(error.position)]
    line = before.count(b"\n") + 1
    return Problem(
        "bad_encoding",
        "文件里有不是 UTF-8 文字的内容。",
        Place(file, line, 0),
        "请用 UTF-8 编码重新保存这个文件。",
    )


_ADVICE: tuple[tuple[str, str, str], ...] = (
    ("found undefined alias", "引用了没有定义的锚点。", "请先用 & 定义，再用 * 引用。"),
    ("second occurrence", "同一个锚点定义了两次。", "请给其中一个换个名字。"),
    ("found another document", "一个文件只能有一份内容，这里又出现了“---”。", "请删去“---”，或拆成两个文件。"),
    ("mapping values are not allowed", "这里多了一个冒号。", "值里含有冒号时，请用引号把整个值括起来。"),
    ("did not find expected ',' or", "方括号或花括号没有写完。", "请检查逗号和结尾的括号是否齐全。"),
    ("unexpected end of stream", "引号没有写完。", "请补上结尾的引号。"),
    ("did not find expected key", "缩进或写法不对，读到这里对不上。", "请与上一行对齐；同级的内容缩进要一样多。"),
    ("could not find expected ':'", "这里少了冒号。", "请写成“名称: 内容”，冒号后面空一格。"),
    ("did not find expected '-'", "列表的写法不对。", "同一列表的每一条都以“- ”开头并对齐。"),
    ("nesting", "嵌套得太深。", "请检查括号是否多写了。"),
    ("cannot start any token", "这一行开头的字符不能直接使用。", "请用引号把这个值括起来。"),
)


def _bad_yaml(data: bytes, file: str, error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    lines = data.splitlines()
    if 0 < line <= len(lines) and re.match(rb" *\t", lines[line - 1]):
        return Problem("yaml_tab", "这一行用了制表符（Tab）缩进。", Place(file, line, 1), "请改用空格缩进。")
    said = str(getattr(error, "problem", None) or error)
    for mark_text, message, suggestion in _ADVICE:
        if mark_text in said:
            return Problem("yaml_syntax", message, Place(file, line, column), suggestion)
    return Problem("yaml_syntax", f"写法不符合 YAML：{said}。", Place(file, line, column), "请检查这一行和上一行的写法。")


# ------------------------------------------------------------------- json


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, so that a key written twice is seen."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _parse_json(data: bytes, file: str) -> tuple[Node | None, Problem | None]:
    try:
        tree = json.loads(
            data,
            object_pairs_hook=_Pairs,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_Number,
        )
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        return None, Problem("json_syntax", "写法不符合 JSON。", place, "请检查这里的逗号、引号和括号。")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, Problem(
            "bad_encoding",
            "文件里有不是 UTF-8 文字的内容。",
            Place(file, line),
            "请用 UTF-8 编码重新保存这个文件。",
        )
    except RecursionError:
        return None, Problem("yaml_syntax", "嵌套得太深。", Place(file), "请检查括号是否多写了。")
    return _node(tree), None


def _node(value: object) -> Node:
    if isinstance(value, _Pairs):
        return MappingNode(_PLAIN, [(_node(key), _node(inner)) for key, inner in value])
    if isinstance(value, list):
        return SequenceNode(_PLAIN, [_node(inner) for inner in value])
    if value is None or isinstance(value, bool):
        return ScalarNode(_PLAIN, {None: "null", True: "true", False: "false"}[value])
    if isinstance(value, _Number):
        return ScalarNode(_PLAIN, str(value))
    return ScalarNode(_PLAIN, str(value), style='"')


# ------------------------------------------------------------------ bounds


def _unsound(root: Node, file: str, size: int) -> Problem | None:
    """Bounds that keep a small file from unfolding into a large one.

    1. Without aliases a file holds fewer nodes than bytes; counting past that means aliases multiply.
    2. Depth is bounded, which also stops an alias that contains itself.
    3. Tags are refused: a pack holds data, never instructions to build something.
    """
    budget = size + 16
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        budget -= 1
        if budget < 0:
            return Problem("alias_bomb", "引用（*）展开后内容过多。", Place(file), "请减少引用，直接写出内容。")
        if node.tag:
            said = f"不支持标签“{node.tag}”。"
            return Problem("yaml_tag", said, place(node, file), "请去掉“!”开头的标签，直接写值。")
        if type(node) is ScalarNode:
            continue
        if depth >= MAX_DEPTH:
            return Problem("too_deep", f"嵌套超过 {MAX_DEPTH} 层。", place(node, file), "请检查缩进或引用是否有误。")
        if type(node) is MappingNode:
            for key, inner in node.value:
                stack.append((key, depth + 1))
                stack.append((inner, depth + 1))
        else:
            stack.extend((inner, depth + 1) for inner in node.value)
    return None
