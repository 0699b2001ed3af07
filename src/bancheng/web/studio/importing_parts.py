"""What the pages of imports show, and how the choices of codes are read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bancheng.connect.tables import Mapping, base_tables, vocabulary
from bancheng.core.kernel import Confidence
from bancheng.store.models import ImportRun
from bancheng.usecases import itemlists
from bancheng.web.frame import Field, Option
from bancheng.web.studio.labels import CONFIDENCES

OUTCOMES = {
    "added": (gettext_lazy("新增"), "green", "plus"),
    "changed": (gettext_lazy("变更"), "blue", "pencil"),
    "unchanged": (gettext_lazy("不变"), "grey", "check"),
    "cancelled": (gettext_lazy("清单里没有了"), "yellow", "circle-minus"),
    "quarantined": (gettext_lazy("暂存"), "red", "circle-pause"),
}
STATES = {
    ImportRun.WAITING: (gettext_lazy("等着读取"), "grey"),
    ImportRun.READING: (gettext_lazy("正在比对"), "blue"),
    ImportRun.READY: (gettext_lazy("等您确认"), "yellow"),
    ImportRun.ORDERED: (gettext_lazy("等着收入"), "grey"),
    ImportRun.TAKING: (gettext_lazy("正在收入"), "blue"),
    ImportRun.TAKEN: (gettext_lazy("已存为草稿"), "green"),
    ImportRun.REFUSED: (gettext_lazy("读不了"), "red"),
    ImportRun.FAILED: (gettext_lazy("出了故障"), "red"),
}
BUSY = frozenset((ImportRun.WAITING, ImportRun.READING, ImportRun.ORDERED, ImportRun.TAKING))
FORMATS = (("xlsx", "Excel"), ("zip", "CSV"), ("json", "JSON"), ("yaml", "YAML"))
SECTIONS = {
    "bodies": gettext_lazy("实施主体"),
    "documents": gettext_lazy("材料种类"),
    "elements": gettext_lazy("数据元"),
    "items": gettext_lazy("事项"),
}


def whole_field() -> Field:
    """Whether a list is all there is: only then can something be missing in it."""
    options = (
        Option(value="yes", text=_("完整的"), note=_("上次有、这次没有的，列出来给我看")),
        Option(value="no", text=_("只是一部分"), note=_("没有的不管")),
    )
    return Field(name="whole", label=_("这份清单是"), kind="radios", value="yes", options=options)


def state(run: ImportRun) -> tuple[Any, str]:
    """Words and tone of how far a run is."""
    return STATES[run.state]


def shown_counts(run: ImportRun) -> list[tuple[Any, str, int]]:
    """What a run did, in words; outcomes that did not occur are left out."""
    return [
        (words, tone, run.counts[name])
        for name, (words, tone, _icon) in OUTCOMES.items()
        if run.counts.get(name)
    ]


def tiles(run: ImportRun) -> list[dict[str, Any]]:
    """The five figures of a run."""
    tones = {"quarantined": "red", "cancelled": "yellow"}
    return [
        {
            "words": words,
            "count": run.counts.get(name, 0),
            "url": f"?show={name}",
            "tone": tones.get(name, "") if run.counts.get(name) else "",
            "icon": icon,
        }
        for name, (words, _tone, icon) in OUTCOMES.items()
    ]


def outcome_tabs(run: ImportRun, show: str, text: str) -> list[dict[str, Any]]:
    """The filters of a run's lines."""
    total = sum(run.counts.get(name, 0) for name in OUTCOMES)
    every = [("", _("全部"), total)]
    every += [(name, str(words), run.counts.get(name, 0)) for name, (words, _t, _i) in OUTCOMES.items()]
    here = reverse("studio:import_run", args=[run.pk])
    found = []
    for name, words, count in every:
        asked = {key: value for key, value in (("show", name), ("q", text)) if value}
        url = f"{here}?{urlencode(asked)}" if asked else here
        found.append({"text": words, "url": url, "current": name == show, "count": count})
    return found


def proposals(run: ImportRun) -> list[tuple[Any, int]]:
    """How many new dictionary words a run proposes, by section."""
    counts: dict[str, int] = {}
    for one in run.proposals:
        counts[one["section"]] = counts.get(one["section"], 0) + 1
    return [(SECTIONS[section], count) for section, count in counts.items()]


# ---------------------------------------------------------------- choices


def choices(run: ImportRun) -> dict[str, Any]:
    """Everything that can be said about a source: its table of codes, unknown codes, names."""
    lists = vocabulary().lists
    unknown, names, blank = [], [], []
    for number, one in enumerate(run.unknown):
        row = {**one, "number": number}
        if one["list"] in SECTIONS:
            row["section"] = SECTIONS[one["list"]]
            row["options"] = itemlists.named(one["list"], one["written"])
            names.append(row)
        elif not one["written"] and one["list"] != "unit":
            blank.append(row)
        else:
            table = lists[one["list"]]
            row["list_name"] = table.name
            row["options"] = [(value, words[0]) for value, words in table.values.items()]
            unknown.append(row)
    new = [
        {**one, "number": number, "section_name": SECTIONS[one["section"]]}
        for number, one in enumerate(run.proposals)
    ]
    mapping = itemlists.mapping_of(run.source_id)
    return {
        "unknown": unknown,
        "names": names,
        "blank": blank,
        "new": new,
        "bases": list(base_tables().items()),
        "mapping": mapping,
        "confidences": [(name, words) for name, (words, _tone) in CONFIDENCES.items()],
        "said": _said(mapping),
    }


def _said(mapping: Mapping) -> list[tuple[str, str, str]]:
    """What was said before: list, as written, our word."""
    lists = vocabulary().lists
    return [
        (lists[listed].name, written or _("（空白）"), lists[listed].word(value))
        for listed, said in mapping.codes.items()
        for written, value in said.items()
    ]


def mapping_from(post: QueryDict, run: ImportRun) -> Mapping:
    """The source's mapping with what was chosen on the page; what was left open stays unknown."""
    mapping = itemlists.mapping_of(run.source_id)
    codes = {listed: dict(said) for listed, said in mapping.codes.items()}
    names = {section: dict(said) for section, said in mapping.names.items()}
    for number, one in enumerate(run.unknown):
        value = post.get(f"unknown-{number}", "")
        if value:
            held = names if one["list"] in SECTIONS else codes
            held.setdefault(one["list"], {})[one["written"]] = value
    for number, one in enumerate(run.proposals):
        value = post.get(f"new-{number}", "") or _by_name(one["section"], post.get(f"name-{number}", ""))
        if value:
            names.setdefault(one["section"], {})[one["name"]] = value
    confidence = post.get("confidence", "")
    return msgspec.structs.replace(
        mapping,
        title=post.get("title", "").strip() or mapping.title,
        base=post.get("base", "") or mapping.base,
        confidence=Confidence(confidence) if confidence in set(Confidence) else mapping.confidence,
        codes=codes,
        names=names,
    )


def _by_name(section: str, name: str) -> str:
    """The key of the one known record with this name, or an empty text."""
    found = itemlists.named(section, name.strip()) if name.strip() else []
    return found[0][0] if len(found) == 1 else ""
