"""What is questionable in a model though it can be asked: told as warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator as Many

from bancheng.core.kernel import Place, Problem, Severity
from bancheng.core.rules.decisions._model import Decision, HitPolicy, InputData, Model
from bancheng.core.rules.decisions._names import item_names, tables
from bancheng.core.rules.decisions._types import Types

_RANKED = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def review(model: Model, types: Types, file: str) -> tuple[Problem, ...]:
    """Types that nobody defined, names that two elements share, tables by priority without an order of outputs."""
    return (*_types(model, types, file), *_names(model, file), *_orders(model, file))


def _types(model: Model, types: Types, file: str) -> Many[Problem]:
    used = {one.name: one.variable.type for one in _asked(model) if one.variable is not None}
    used |= {item.name: item.type for item in item_names(model)}
    for name, kind in used.items():
        if not types.knows(kind):
            message = f"“{name}”的类型“{kind}”没有定义，不起作用。"
            yield _warning(file, name, "dmn-type", message, "定义它，或换一个")


def _names(model: Model, file: str) -> Many[Problem]:
    for name, times in Counter(one.name for one in _asked(model)).items():
        if times > 1:
            message = f"有 {times} 个元素都叫“{name}”，只有第一个问得到。"
            yield _warning(file, name, "dmn-twice", message, "改成不同的名称")


def _asked(model: Model) -> list[InputData | Decision]:
    return [*model.inputs, *model.decisions]


def _orders(model: Model, file: str) -> Many[Problem]:
    for name, table in tables(model):
        if table.policy in _RANKED and not any(one.values for one in table.outputs):
            message = f"“{name}”按结果的优先次序取值，却没有写结果的可选值。"
            yield _warning(file, name, "dmn-order", message, "在结果列写上可选值，优先的在前")


def _warning(file: str, name: str, code: str, message: str, suggestion: str) -> Problem:
    return Problem(code, message, Place(file, path=name), suggestion, Severity.WARNING)
