"""Reading OCEL 2.0, as JSON and as XML: an event that is about several cases is one event of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bancheng.connect.eventlogs._line import OCEL, Columns, Line, made, read_moment
from bancheng.connect.eventlogs._read import plain
from bancheng.core.kernel import Place, Problems


class _Object(NamedTuple):
    kind: str
    told: list[tuple[str, datetime | None, str]]
    """Names and values with the moment from which they hold."""

    def at(self, name: str, moment: datetime | None) -> str:
        """What is told under this name at a moment: the newest value by then."""
        values = [
            (since, place, value)
            for place, (one, since, value) in enumerate(self.told)
            if one == name and since is not None and moment is not None and since <= moment
        ]
        return max(values)[2] if values else ""


def read_ocel(path: Path, names: Columns = OCEL) -> Iterator[Line]:
    """The events of an OCEL 2.0 file, JSON or XML, in their order. Those about no case are left out.

    `names.case` is the type of the objects that are cases; resource, last day and verdict are attributes, the last day
    of the case before that of the event. The whole file is held in memory.

    Raises:
        ProblemsFound: it is no OCEL 2.0, has no case, or has events that cannot be read; all at once, with places.
    """
    problems = Problems()
    log = _loaded(path, problems)
    problems.raise_if_errors()
    objects = _objects(log["objects"], problems)
    kinds = sorted({one.kind for one in objects.values()} - {""})
    if names.case not in kinds:
        there = f"文件中的对象类型有：{'、'.join(kinds)}。" if kinds else "文件中没有对象。"
        problems.add("log.case", f"没有类型为“{names.case}”的对象，不知道哪些是办件；{there}")
    yield from _events(log["events"], objects, names, problems)
    problems.raise_if_errors()


def _loaded(path: Path, problems: Problems) -> dict[str, list[Any]]:
    """The lists of objects and of events, as JSON has them; nothing is known yet of what stands in them."""
    content = path.read_bytes()
    log: Any = {}
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            log = _of_xml(fromstring(content))
        else:
            log = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.add("log.text", "这不是 UTF-8 文本，请按 UTF-8 编码保存。")
    except json.JSONDecodeError as error:
        place = Place(line=error.lineno, column=error.colno)
        problems.add("log.json", f"第 {error.lineno} 行第 {error.colno} 个字符处不是可读的 JSON。", place)
    except RecursionError:
        problems.add("log.json", "内容嵌套太深，不是事件日志。")
    except (ParseError, DefusedXmlException) as error:
        problems.add("log.xml", f"这不是可读的 XML 文件：{error}。")
    if len(problems):
        return {}
    if isinstance(log, dict) and "ocel:events" in log:
        problems.add("log.ocel", "这是 OCEL 1.0 的日志，请用导出它的软件另存为 OCEL 2.0。")
        return {}
    found = log if isinstance(log, dict) else {}
    for name in ("objects", "events"):
        if not isinstance(found.get(name), list):
            problems.add("log.ocel", f"这不是 OCEL 2.0 的日志：没有列表“{name}”。", Place(path=name))
    return found


def _of_xml(root: Element) -> dict[str, list[dict[str, Any]]]:
    """The same as JSON has it."""
    parts = {plain(one.tag): one for one in root}
    return {name: [_node(one) for one in parts[name]] for name in ("objects", "events") if name in parts}


def _node(of: Element) -> dict[str, Any]:
    inner = {plain(one.tag): one for one in of}
    return {
        **of.attrib,
        "attributes": [{**one.attrib, "value": one.text or ""} for one in inner.get("attributes", ())],
        "relationships": [{"objectId": one.get("object-id")} for one in inner.get("objects", ())],
    }


def _objects(listed: list[Any], problems: Problems) -> dict[str, _Object]:
    found: dict[str, _Object] = {}
    for number, one in enumerate(listed, 1):
        spot, place = f"第 {number} 个对象", Place(path=f"objects/{number}")
        key, kind = _text(one, "id"), _text(one, "type")
        if not key or not kind:
            problems.add("log.object", f"{spot}没有写明编号（id）或类型（type）。", place)
            continue
        if key in found:
            problems.add("log.twice", f"{spot}的编号“{key}”已用于另一个对象。", place)
            continue
        told = []
        for attribute in _list(one, "attributes", spot, place, problems):
            since = _text(attribute, "time")
            moment = read_moment(since)
            # 1970-01-01 stands for "from the beginning".
            if moment is None:
                problems.add("log.time", f"{spot}（{key}）的属性时间“{since}”不可读。", place)
            told.append((_text(attribute, "name"), moment, _text(attribute, "value")))
        found[key] = _Object(kind, told)
    return found


def _events(
    listed: list[Any], objects: dict[str, _Object], names: Columns, problems: Problems
) -> Iterator[Line]:
    seen: set[str] = set()
    for number, one in enumerate(listed, 1):
        key = _text(one, "id")
        spot = f"第 {number} 个事件" + (f"（{key}）" if key else "")
        place = Place(path=f"events/{number}")
        if not key or not _text(one, "type"):
            problems.add("log.event", f"{spot}没有写明编号（id）或类型（type）。", place)
        elif key in seen:
            problems.add("log.twice", f"{spot}的编号已用于另一个事件。", place)
        seen.add(key)
        told = {
            _text(attribute, "name"): _text(attribute, "value")
            for attribute in _list(one, "attributes", spot, place, problems)
        }
        told |= {OCEL.activity: _text(one, "type"), OCEL.time: _text(one, "time")}
        about = [_text(link, "objectId") for link in _list(one, "relationships", spot, place, problems)]
        for unknown in dict.fromkeys(about):
            if unknown not in objects:
                problems.add("log.about", f"{spot}涉及的对象“{unknown}”不在文件中。", place)
        moment = read_moment(told.get(names.time, ""))
        cases = [
            case for case in dict.fromkeys(about) if case in objects and objects[case].kind == names.case
        ]
        if moment is None and not cases:
            problems.add("log.time", f"{spot}的时间“{told.get(names.time, '')}”不可读。", place)
        for case in cases:
            due = objects[case].at(names.due, moment) or told.get(names.due, "")
            line = made(case, told, due, names, (spot, place), problems)
            if line is not None:
                yield line


def _list(of: Any, name: str, spot: str, place: Place, problems: Problems) -> list[Any]:
    """A list that may lack."""
    found = of.get(name) if isinstance(of, dict) else None
    if found is not None and not isinstance(found, list):
        problems.add("log.list", f"{spot}的“{name}”不是列表。", place)
        return []
    return found or []


def _text(of: Any, name: str) -> str:
    """A value as text: numbers and truth as JSON writes them, nothing as an empty one."""
    found = of.get(name) if isinstance(of, dict) else None
    if found is None:
        return ""
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
