"""What each part of the studio's pages shows, prepared for the templates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bancheng.core.compiler import (
    Blueprint,
    BlueprintDiff,
    Changes,
    PersonalField,
    SavingsLine,
    show_value,
)
from bancheng.usecases.studio import ItemView, OneThingView, Trial
from bancheng.usecases.town import body_name, packs
from bancheng.web.studio import labels


def number(value: Decimal | None) -> str:
    """3, 0.5; nothing for None."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(rate: Decimal | None) -> str:
    """41.7%; a dash where there is no rate."""
    return "—" if rate is None else f"{rate * 100:.1f}%"


def cut(rate: Decimal | None) -> str:
    """少 41.7%, 多 14.3%, or that nothing changed."""
    if not rate:
        return _("不变")
    return _("少 %s") % percent(rate) if rate > 0 else _("多 %s") % percent(-rate)


def measures(blueprint: Blueprint | None) -> list[dict[str, Any]]:
    """Before and after of the five measures, as the bars take them."""
    return [_measure(line) for line in blueprint.savings.lines] if blueprint else []


def _measure(line: SavingsLine) -> dict[str, Any]:
    name, unit = labels.MEASURES[line.measure.value]
    return {
        "name": name,
        "unit": unit,
        "before": number(line.before),
        "after": number(line.after),
        "rate": percent(line.rate),
        "cut": cut(line.rate),
        "more": line.after > line.before,
        "formula": line.formula,
    }


def item_names(blueprint: Blueprint) -> dict[str, str]:
    """Names of the members by key."""
    return {one.key: one.name for one in blueprint.items}


def _names(keys: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(key, key) for key in dict.fromkeys(keys)]


def condition(feel: str) -> str:
    """A FEEL condition as it is written; nothing for what always holds."""
    return "" if feel == "true" else feel


def form(blueprint: Blueprint) -> dict[str, Any]:
    """Groups with their fields: which items and bodies need each, and what prefills it."""
    names = item_names(blueprint)
    fields = {one.element: one for one in blueprint.fields}
    groups = [
        {
            "group": group,
            "rows": [
                {
                    "field": field,
                    "kind": labels.KINDS[field.kind.value],
                    "items": _names(field.items, names),
                    "bodies": [body_name(body) for body in field.bodies],
                    "visible": condition(field.visible),
                    "required": field.required,
                    "producers": _names(field.producers, names),
                    "merged": len(field.items),
                }
                for field in (fields[element] for element in group.fields)
            ],
        }
        for group in blueprint.groups
    ]
    merged = sum(len(one.origins) for one in blueprint.fields)
    return {
        "groups": groups,
        "origins": merged,
        "merged": len(blueprint.fields),
        "prefilled": sum(bool(one.source) for one in blueprint.fields),
        "produced": sum(bool(one.producers) for one in blueprint.fields),
    }


def materials(blueprint: Blueprint) -> dict[str, Any]:
    """Materials with what was removed and why; those still asked first."""
    names = item_names(blueprint)
    order = list(labels.DISPOSITIONS)
    rows = []
    for one in sorted(blueprint.materials, key=lambda one: order.index(one.disposition.value)):
        word, tone, icon = labels.DISPOSITIONS[one.disposition.value]
        rows.append(
            {
                "material": one,
                "word": word,
                "tone": tone,
                "icon": icon,
                "items": _names(one.items, names),
                "when": condition(one.when),
                "required": condition(one.required),
                "form": labels.MATERIAL_FORMS[one.form.value],
                "merged": len(one.origins),
            }
        )
    counts = {key: sum(one.disposition.value == key for one in blueprint.materials) for key in order}
    return {
        "rows": rows,
        "origins": sum(len(one.origins) for one in blueprint.materials),
        "counts": [
            (labels.DISPOSITIONS[key][0], count, labels.DISPOSITIONS[key][1]) for key, count in counts.items()
        ],
    }


def plan(blueprint: Blueprint) -> dict[str, Any]:
    """The table behind the picture: per step its bodies, days, when it starts and what it waits for."""
    names, titles = item_names(blueprint), {one.key: one.name for one in blueprint.plan.steps}
    times = {one.step: one for one in blueprint.clock.times}
    steps = sorted(
        blueprint.plan.steps,
        key=lambda one: (times[one.key].start, times[one.key].finish) if one.key in times else (),
    )
    rows = [
        {
            "step": step,
            "kind": labels.STEP_KINDS[step.kind.value],
            "items": _names(step.items, names),
            "bodies": [body_name(body) for body in step.bodies],
            "asks": [body_name(body) for body in step.asks],
            "days": number(step.days),
            "start": number(times[step.key].start) if step.key in times else "",
            "finish": number(times[step.key].finish) if step.key in times else "",
            "slack": number(times[step.key].slack) if step.key in times else "",
            "critical": step.key in blueprint.clock.critical,
            "when": condition(step.when),
            "waits": [
                (titles[edge.before], labels.EDGE_KINDS[edge.kind.value], edge.why)
                for edge in blueprint.plan.edges
                if edge.after == step.key
            ],
        }
        for step in steps
    ]
    return {
        "rows": rows,
        "critical": [titles[key] for key in blueprint.clock.critical],
        "critical_days": number(blueprint.clock.critical_days),
        "statutory": number(blueprint.clock.statutory),
        "shared": sum(len(one.items) > 1 for one in blueprint.plan.steps),
    }


def rules(blueprint: Blueprint) -> dict[str, Any]:
    """The gate with its fall-backs, the conditions of acceptance, the fees, what a partial refusal does."""
    names = {key: one.name for key, one in packs().catalogue.items.items()}
    return {
        "gates": [(one, _names(one.fallback, names)) for one in blueprint.gate],
        "conditions": [(one, names.get(one.item, one.item)) for one in blueprint.conditions],
        "fees": [
            (one, names.get(one.item, one.item), body_name(one.body), labels.TIMINGS[one.timing.value])
            for one in blueprint.fees
        ],
        "partial": labels.PARTIALS[blueprint.partial.value],
    }


def trial(blueprint: Blueprint, tried: Trial) -> dict[str, Any]:
    """Everybody's list beside this person's."""
    personal = tried.personal
    mine = {item.key for item in personal.items}
    maybe = {item.key for item in (*personal.open_items, *personal.offered)}
    shown = {one.field.element: one for one in personal.fields}
    papers = {one.material.document: one for one in personal.materials}
    return {
        "questions": [
            (
                question,
                show_value(question, tried.answers.get(question.element)),
                tried.answers.get(question.element),
            )
            for question in blueprint.questions
        ],
        "lists": (
            (
                _("事项"),
                [(one.name, _state(one.key in mine, maybe=one.key in maybe), "") for one in blueprint.items],
            ),
            (
                _("表单"),
                [
                    (
                        one.name,
                        _asked(shown[one.element].shown if one.element in shown else False),
                        one.source_name,
                    )
                    for one in blueprint.fields
                ],
            ),
            (
                _("材料"),
                [
                    (
                        one.name,
                        _asked(papers[one.document].asked if one.document in papers else False),
                        papers[one.document].reason if one.document in papers else "",
                    )
                    for one in blueprint.materials
                ],
            ),
        ),
        "facts": (
            (_("填写项"), sum(one.shown is not False for one in personal.fields), len(blueprint.fields)),
            (
                _("要交材料"),
                sum(one.asked is not False for one in personal.materials),
                len(blueprint.materials),
            ),
            (_("环节"), len(personal.plan.steps), len(blueprint.plan.steps)),
            (_("工作日"), number(personal.clock.critical_days), number(blueprint.clock.critical_days)),
        ),
        "verdict": {
            "eligible": (_("可以一次办"), "green"),
            "not_eligible": (_("不适用一次办"), "red"),
            "unknown": (_("还要看回答"), "grey"),
        }[personal.eligibility.value],
    }


def _typed(one: PersonalField | None) -> tuple[str, str]:
    if one is not None and one.shown and one.field.source:
        return _("预填"), "green"
    return _asked(one.shown if one is not None else False)


def _asked(value: bool | None) -> tuple[str, str]:
    return _state(value is True, maybe=value is None)


def _state(yes: bool, *, maybe: bool) -> tuple[str, str]:
    if yes:
        return _("要"), "blue"
    return (_("看情况"), "grey") if maybe else (_("不要"), "green")


def comparison(difference: BlueprintDiff | None, view: OneThingView) -> list[tuple[str, str]]:
    """What differs from what people apply for now, in words."""
    return changes_of(view.blueprint, difference) if difference is not None else []


def changes_of(newer: Blueprint, difference: BlueprintDiff) -> list[tuple[str, str]]:
    """A difference as pairs of heading and words."""
    titles = {
        "items": (_("事项"), {one.key: one.name for one in newer.items}),
        "questions": (_("情形问题"), {one.element: one.text for one in newer.questions}),
        "fields": (_("表单"), {one.element: one.name for one in newer.fields}),
        "materials": (_("材料"), {one.document: one.name for one in newer.materials}),
        "steps": (_("环节"), {one.key: one.name for one in newer.plan.steps}),
    }
    said = []
    for name, (heading, names) in titles.items():
        words = _change_words(getattr(difference, name), names)
        if words:
            said.append((heading, words))
    before, after = difference.days
    if before != after:
        said.append(
            (
                _("关键路径"),
                _("%(before)s → %(after)s 个工作日") % {"before": number(before), "after": number(after)},
            )
        )
    return said or [(_("其他"), _("文字或来源有改动，要办的事没有变"))]


def _change_words(changes: Changes, names: Mapping[str, str]) -> str:
    said = [
        (_("增加 %s"), changes.added),
        (_("去掉 %s"), changes.removed),
        (_("改动 %s"), changes.changed),
    ]
    return _("；").join(text % _("、").join(_names(keys, names)) for text, keys in said if keys)


@dataclass(frozen=True)
class Fact:
    """A line of an item's head."""

    name: str
    value: str


def item(view: ItemView) -> dict[str, Any]:
    """An item's facts, materials, fields and steps in words."""
    one, catalogue = view.item, packs().catalogue
    none = _("没有规定")
    facts = (
        Fact(_("实施主体"), body_name(one.body)),
        Fact(_("事项类型"), str(labels.ITEM_TYPES[one.item_type.value])),
        Fact(_("办件类型"), str(labels.HANDLINGS[one.handling.value])),
        Fact(_("行使层级"), str(labels.LEVELS[one.level.value])),
        Fact(_("服务对象"), _("、").join(str(labels.SUBJECTS[who.value]) for who in one.objects)),
        Fact(_("法定时限"), one.statutory.words() if one.statutory else none),
        Fact(_("承诺时限"), one.promised.words()),
        Fact(_("办理形式"), _("、").join(str(labels.CHANNELS[way.value]) for way in one.channels)),
        Fact(_("到现场次数"), ngettext("%(n)d 次", "%(n)d 次", one.visits) % {"n": one.visits}),
        Fact(_("基本编码"), one.catalog_code or "—"),
        Fact(_("实施编码"), one.task_code or "—"),
        Fact(_("事项状态"), str(labels.STATUSES[one.status.value])),
    )
    return {
        "item": one,
        "facts": facts,
        "confidence": labels.CONFIDENCES[one.provenance.confidence.value],
        "fields": [
            (catalogue.elements.get(field.element), field, condition(field.visible)) for field in one.fields
        ],
        "materials": [
            (
                material.name or _document(material.document),
                material,
                condition(material.when),
                labels.MATERIAL_FORMS[material.form.value],
                labels.MATERIAL_SOURCES[material.source.value],
            )
            for material in one.materials
        ],
        "results": [
            (result.name or _document(result.document), result, labels.RESULT_KINDS[result.kind.value])
            for result in one.results
        ],
        "steps": [
            (step, labels.STEP_KINDS[step.kind.value], body_name(step.body or one.body), condition(step.when))
            for step in one.steps
        ],
        "fees": [(fee, labels.TIMINGS[fee.timing.value]) for fee in one.fees],
        "versions": [
            (version, [(attribute_words(change.path), change) for change in version.changes])
            for version in view.versions
        ],
    }


def _document(key: str) -> str:
    found = packs().catalogue.documents.get(key)
    return found.name if found else key


def attribute_words(path: str) -> str:
    """``materials/lease/name`` as 申请材料 › lease › 名称."""
    return " › ".join(str(labels.ATTRIBUTES.get(part, part)) for part in path.split("/"))


def value_words(text: str) -> str:
    """A value of a change as an official reads it: bodies, items and steps by their names, a list in one line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, list):
        if any(isinstance(one, dict | list) for one in value):
            return text
        return _("、").join(value_words(str(one)) for one in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    loaded = packs().catalogue
    if text in loaded.bodies:
        return body_name(text)
    if text in loaded.items:
        return loaded.items[text].name
    return str(labels.STEP_KINDS.get(text) or labels.CHANGE_KINDS.get(text) or labels.PICKS.get(text) or text)
