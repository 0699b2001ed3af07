"""Checks of one item: references, codes, limits, materials, fees and steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bancheng.core.catalogue._check_demands import check_columns, check_local_codes
from bancheng.core.catalogue._check_fees import check_fee
from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._check_situations import check_situations, check_value
from bancheng.core.catalogue._dictionary import Handling, ItemType, Level
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._item import (
    ON_SITE,
    AnswerKind,
    FormField,
    Item,
    LookKind,
    Material,
    ReviewPoint,
    Step,
    StepKind,
)
from bancheng.core.catalogue._overlays import DEFER_MARGIN
from bancheng.core.kernel import (
    Confidence,
    check_catalogue_code,
    check_implementation_code,
    chinese_date,
    parse_credit_code,
    parse_implementation_code,
)

_LEVEL_DIGITS: Mapping[Level, int] = {level: number for number, level in enumerate(Level, start=1)}
_STRICT_SCHEME = "GBT39554"
CATCH_ALL = re.compile(r"^(其他|其它|其余)(相关|有关|必要|所需|需要)?(的)?(证明)?(材料|资料|文件)")
_NO_COMMITMENT = frozenset((ItemType.PENALTY, ItemType.COMPULSION, ItemType.LEVY, ItemType.INSPECTION))
_MAX_DEFER_DAYS = 20
_SITE_STAFF = 2


def check_item(findings: Findings, rules: Rules, item: Item) -> None:
    """Everything that can be wrong with one item."""
    path = f"items/{item.key}"
    findings.known("bodies", item.body, f"{path}/body")
    if item.supervisor:
        findings.known("bodies", item.supervisor, f"{path}/supervisor")
    _codes(findings, item, path)
    _limits(findings, item, path)
    check_situations(findings, item.situations, path)
    _fields(findings, rules, item, path)
    _materials(findings, rules, item, path)
    _results(findings, item, path)
    _fees(findings, rules, item, path)
    _steps(findings, rules, item, path)
    _signers(findings, rules, item, path)
    _rest(findings, rules, item, path)


def _codes(findings: Findings, item: Item, path: str) -> None:
    if item.code_scheme != _STRICT_SCHEME:
        return
    if item.catalog_code:
        findings.take(check_catalogue_code(item.catalog_code), f"{path}/catalog_code")
    if not item.task_code:
        return
    at = f"{path}/task_code"
    parts = parse_implementation_code(item.task_code)
    if parts is None:
        findings.take(check_implementation_code(item.task_code), at)
        return
    body = findings.catalogue.bodies.get(item.body)
    if body is not None and body.code and parts.body != body.code:
        said = f"实施编码前18位{parts.body}与“{body.name}”的代码{body.code}不同。"
        findings.error("code_body", at, said, "请核对实施主体和编码。")
    if parts.level != _LEVEL_DIGITS[item.level]:
        said = (
            f"实施编码第19位是{parts.level}，而行使层级 {item.level.value} 对应{_LEVEL_DIGITS[item.level]}。"
        )
        findings.error("code_level", at, said, "请改编码，或改 level。")
    if item.catalog_code and parts.catalogue != item.catalog_code:
        said = f"实施编码后12位{parts.catalogue}与基本编码{item.catalog_code}不同。"
        findings.error("code_catalogue", at, said, "两者应一致，请核对。")
    credit = parse_credit_code(parts.body)
    if item.provenance.confidence is Confidence.FICTITIOUS and credit is not None and not credit.sample:
        findings.error(
            "real_looking", at, "虚构的事项用了真实区划的编码。", "请换用区划为 999999 的样例编码，或留空。"
        )


def _limits(findings: Findings, item: Item, path: str) -> None:
    if item.statutory is not None:
        if not item.promised.within(item.statutory):
            said = f"承诺时限{item.promised.words()}超过法定时限{item.statutory.words()}。"
            findings.error("promise_too_long", f"{path}/promised", said, "承诺只能更短，请改小 promised。")
        if not item.basis:
            said = f"写了法定时限{item.statutory.words()}，却没有写设定依据。"
            findings.error("basis_missing", f"{path}/statutory", said, "请补上 basis，写明法律名称和条款。")
    if item.handling is Handling.IMMEDIATE and item.promised.as_workdays() > 1:
        said = f"即办件应当场办结，承诺时限却是{item.promised.words()}。"
        findings.warn("immediate_slow", f"{path}/promised", said, "请改为承诺件，或把时限改为 0 immediate。")
    if item.valid_from is not None and item.valid_to is not None and item.valid_to < item.valid_from:
        said = f"失效日期{chinese_date(item.valid_to)}早于生效日期{chinese_date(item.valid_from)}。"
        findings.error("dates_reversed", f"{path}/valid_to", said, "请核对两个日期。")
    for index, basis in enumerate(item.basis):
        if basis.valid_to is not None and (item.valid_to is None or item.valid_to > basis.valid_to):
            said = f"依据“{basis.title}”到{chinese_date(basis.valid_to)}失效，事项在那以后仍然有效。"
            hint = "请换成新的依据，或给事项写 valid_to。"
            findings.warn("basis_lapses", f"{path}/basis/{index}/valid_to", said, hint)
    if item.visits < 0:
        findings.error("negative", f"{path}/visits", "到现场次数不能是负数。", "不用到现场写 0。")
    if item.version < 1:
        findings.error("negative", f"{path}/version", "版本号从1开始。", "第一版写 1。")


def _signers(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    findings.unique((one.key for one in item.signers), f"{path}/signers", "key", "签署要求")
    asked = {one.element for one in item.fields} | {one.element for one in item.situations}
    for index, one in enumerate(item.signers):
        at = f"{path}/signers/{index}"
        rules.truth(one.when, f"{at}/when")
        place, among = ("rows", asked) if one.rows else ("number", asked)
        _asked_here(findings, one.rows or one.number, among, f"{at}/{place}")
        within = asked
        if one.rows:
            rows = findings.catalogue.elements.get(one.rows)
            within = set(rows.columns) if rows is not None else set()
            if rows is None or not within:
                continue
            _asked_here(findings, one.number, within, f"{at}/number")
        if one.name:
            _asked_here(findings, one.name, within, f"{at}/name")
        if not one.who.strip():
            findings.error("empty_value", f"{at}/who", "没有写谁要签。", "请写 who，例如“父亲”“每位合伙人”。")


def _asked_here(findings: Findings, element: str, among: set[str], at: str) -> None:
    """Whoever must sign can only be known from what the form asks."""
    if findings.known("elements", element, at) and element not in among:
        hint = findings.suggest(element, among)
        findings.error("signer_unasked", at, f"表单没有问“{element}”，不知道该由谁签。", hint)


def _fields(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    findings.unique((field.element for field in item.fields), f"{path}/fields", "element", "字段")
    for index, field in enumerate(item.fields):
        at = f"{path}/fields/{index}"
        rules.truth(field.required, f"{at}/required")
        rules.truth(field.visible, f"{at}/visible")
        if findings.known("elements", field.element, f"{at}/element"):
            _field_bounds(findings, field, at)
            check_columns(findings, rules, field, at)


def _field_bounds(findings: Findings, field: FormField, at: str) -> None:
    element = findings.catalogue.elements[field.element]
    check_local_codes(findings, field, at)
    for index, value in enumerate(field.allowed if not field.codes else ()):
        check_value(findings, field.element, value, f"{at}/allowed/{index}")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        said = f"最小值{field.minimum}大于最大值{field.maximum}。"
        findings.error("bounds_reversed", f"{at}/minimum", said, "请对调，或改正其中一个。")
    looser = (
        ("minimum", field.minimum, element.minimum, -1),
        ("maximum", field.maximum, element.maximum, 1),
        ("max_length", field.max_length, element.max_length, 1),
    )
    for name, own, general, direction in looser:
        if own is not None and general is not None and (own - general) * direction > 0:
            said = f"{name} 写了{own}，比数据元“{element.name}”的{general}宽，不起作用。"
            findings.warn("bounds_looser", f"{at}/{name}", said, "事项只能收紧，不能放宽；请改正或删去。")


def _materials(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    findings.unique((one.key for one in item.materials), f"{path}/materials", "key", "材料")
    for index, material in enumerate(item.materials):
        at = f"{path}/materials/{index}"
        rules.truth(material.when, f"{at}/when")
        known = findings.known("documents", material.document, f"{at}/document")
        document = findings.catalogue.documents[material.document] if known else None
        name = material.name or (document.name if document else "")
        if CATCH_ALL.match(name.strip()):
            said = f"“{name}”是兜底条款，办事人无法准备。"
            findings.error("catch_all", f"{at}/document", said, "请逐项写明要什么材料，或删去这一条。")
        _alternatives(findings, material, name, at)
        if material.copies < 0 or material.originals < 0:
            findings.error("negative", at, f"“{name}”的份数不能是负数。", "不要原件写 originals: 0。")
        _promises(findings, item, material, name, at)


def _alternatives(findings: Findings, material: Material, name: str, at: str) -> None:
    for number, document in enumerate(material.alternatives):
        findings.known("documents", document, f"{at}/alternatives/{number}")
        if document == material.document or document in material.alternatives[:number]:
            said = f"“{name}”可以代替的材料里，“{document}”写了两次。"
            findings.error("duplicate_key", f"{at}/alternatives/{number}", said, "请删去重复的一个。")
    if material.alternatives and material.from_form:
        said = f"“{name}”由表单生成，用不着别的材料代替。"
        findings.warn("alternatives_unused", f"{at}/alternatives", said, "请删去 alternatives 或 from_form。")


def _promises(findings: Findings, item: Item, material: Material, name: str, at: str) -> None:
    """容缺 and 告知承诺, as far as the definition shows."""
    if material.commitment and item.item_type in _NO_COMMITMENT:
        said = f"“{item.name}”这一类事项不适用告知承诺。"
        findings.error("commitment_excluded", f"{at}/commitment", said, "请删去 commitment。")
    if not material.deferrable:
        if material.defer_days:
            said = f"“{name}”写了容缺天数，却没有写可以容缺。"
            findings.warn(
                "defer_unused", f"{at}/defer_days", said, "请补上 deferrable: true，或删去 defer_days。"
            )
        return
    if item.handling is Handling.IMMEDIATE:
        said = f"即办件不能容缺受理，“{name}”却可以后补。"
        findings.error("defer_immediate", f"{at}/deferrable", said, "请删去 deferrable，或改为承诺件。")
        return
    if not 1 <= material.defer_days <= _MAX_DEFER_DAYS:
        said = f"“{name}”的容缺天数是{material.defer_days}，应在1到{_MAX_DEFER_DAYS}个工作日之间。"
        findings.error("defer_days", f"{at}/defer_days", said, "请写明 defer_days。")
    elif material.defer_days > item.promised.as_workdays() - DEFER_MARGIN:
        term = item.promised.words()
        said = f"“{name}”容缺{material.defer_days}个工作日，离承诺时限{term}不足{DEFER_MARGIN}个工作日。"
        findings.error("defer_too_late", f"{at}/defer_days", said, "请改小 defer_days，给审查留出时间。")


def _results(findings: Findings, item: Item, path: str) -> None:
    findings.unique((one.key for one in item.results), f"{path}/results", "key", "结果")
    for index, result in enumerate(item.results):
        at = f"{path}/results/{index}"
        findings.known("documents", result.document, f"{at}/document")
        for number, element in enumerate(result.gives):
            findings.known("elements", element, f"{at}/gives/{number}")
        if result.validity_months is not None and result.validity_months < 1:
            findings.error("negative", f"{at}/validity_months", "有效期至少1个月。", "长期有效的删去这一行。")


def _fees(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    findings.unique((one.key for one in item.fees), f"{path}/fees", "key", "收费")
    for index, fee in enumerate(item.fees):
        at = f"{path}/fees/{index}"
        check_fee(findings, rules, fee, at)
        rules.truth(fee.when, f"{at}/when")
        if not fee.basis.strip():
            said = f"收费“{fee.name}”没有写依据。"
            findings.error(
                "fee_without_basis", at, said, "收费要有法律、行政法规依据，请补上 basis，或删去这项收费。"
            )


def _steps(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    keys = tuple(step.key for step in item.steps)
    findings.unique(keys, f"{path}/steps", "key", "环节")
    for index, step in enumerate(item.steps):
        at = f"{path}/steps/{index}"
        rules.truth(step.when, f"{at}/when")
        if step.body:
            findings.known("bodies", step.body, f"{at}/body")
        for number, body in enumerate(step.asks):
            findings.known("bodies", body, f"{at}/asks/{number}")
        for number, element in enumerate(step.needs):
            findings.known("elements", element, f"{at}/needs/{number}")
        for number, before in enumerate(step.after):
            if before not in keys:
                hint = findings.suggest(before, keys)
                findings.error(
                    "unknown_step", f"{at}/after/{number}", f"本事项没有“{before}”这个环节。", hint
                )
        _step(findings, step, at)
    loop = find_loop(_predecessors(item)) if len(set(keys)) == len(keys) else ()
    if loop:
        said = f"环节互相等待：{' → '.join(loop)}。"
        findings.error("step_loop", f"{path}/steps", said, "请改正其中一个环节的 after。")


def _step(findings: Findings, step: Step, at: str) -> None:
    if step.kind is StepKind.OPINION and not step.asks:
        said = f"征求意见环节“{step.name}”没有写征求谁。"
        findings.error("opinion_of_nobody", at, said, "请补上 asks: [部门的键]。")
    if step.ask_limit is not None and not step.ask_limit.within(step.limit):
        said = f"“{step.name}”给被征求意见部门的期限比环节的期限还长。"
        findings.error("ask_limit_too_long", f"{at}/ask_limit", said, "请改短 ask_limit，或改长 limit。")
    for number, question in enumerate(step.questions):
        twice = any(one.key == question.key for one in step.questions[:number])
        unclear = (question.kind is AnswerKind.CHOICE) != (len(question.options) > 1)
        if twice or unclear or not question.text.strip():
            said = f"“{step.name}”要问的“{question.text}”重复、没有写问什么，或选项与答法不一致。"
            hint = "请检查 key、text；只有 kind: choice 写 options，至少两项。"
            findings.error("asked_question", f"{at}/questions/{number}", said, hint)
    if step.silent_consent and not step.basis.strip():
        said = f"“{step.name}”写了逾期视为同意，却没有依据。"
        findings.error(
            "silence_without_basis", f"{at}/silent_consent", said, "请补上 basis，或删去 silent_consent。"
        )
    if step.kind in ON_SITE and step.staff < _SITE_STAFF:
        said = f"现场核查“{step.name}”只写了{step.staff}名工作人员。"
        findings.warn(
            "few_staff",
            f"{at}/staff",
            said,
            "实地核查应有两名以上工作人员（行政许可法第三十四条），请写 staff: 2。",
        )


def _predecessors(item: Item) -> dict[str, tuple[str, ...]]:
    before: dict[str, tuple[str, ...]] = {}
    previous: tuple[str, ...] = ()
    for step in item.steps:
        before[step.key] = step.after or previous
        previous = (step.key,)
    return before


def find_loop(before: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A loop in a graph of predecessors, closed (its first is its last), or nothing."""
    done: set[str] = set()
    for start in before:
        trail = [start]
        choices = [iter(before[start])]
        while trail and start not in done:
            following = next((key for key in choices[-1] if key in before and key not in done), None)
            if following is None:
                done.add(trail.pop())
                choices.pop()
                if not trail:
                    break
            elif following in trail:
                loop = [*trail[trail.index(following) :], following]
                return tuple(reversed(loop))
            else:
                trail.append(following)
                choices.append(iter(before[following]))
    return ()


def _look(findings: Findings, point: ReviewPoint, at: str) -> None:
    bounded = point.minimum is not None or point.maximum is not None
    if bounded and point.look is not LookKind.NUMBER:
        findings.error(
            "look_bounds", f"{at}/look", "只有测量的数值可以写上下限。", "请写 look: number，或去掉上下限。"
        )
    if point.minimum is not None and point.maximum is not None and point.minimum > point.maximum:
        findings.error("look_bounds", f"{at}/maximum", "上限小于下限。", "请核对两个数。")


def _rest(findings: Findings, rules: Rules, item: Item, path: str) -> None:
    for index, condition in enumerate(item.conditions):
        rules.truth(condition.rule, f"{path}/conditions/{index}/rule")
    materials = tuple(one.key for one in item.materials)
    findings.unique((one.key for one in item.review_points), f"{path}/review_points", "key", "审查要点")
    for index, point in enumerate(item.review_points):
        at = f"{path}/review_points/{index}"
        rules.truth(point.rule, f"{at}/rule")
        for number, element in enumerate(point.elements):
            findings.known("elements", element, f"{at}/elements/{number}")
        if point.material and point.material not in materials:
            hint = findings.suggest(point.material, materials)
            findings.error(
                "unknown_material", f"{at}/material", f"本事项没有“{point.material}”这份材料。", hint
            )
        _look(findings, point, at)
    findings.unique(
        (one.key for one in item.special_procedures), f"{path}/special_procedures", "key", "特别程序"
    )
    for index, procedure in enumerate(item.special_procedures):
        at = f"{path}/special_procedures/{index}"
        if not procedure.basis.strip():
            findings.error(
                "basis_missing", at, f"特别程序“{procedure.name}”没有依据，不能停止计时。", "请补上 basis。"
            )
        if procedure.max_days < 1:
            findings.error(
                "negative", f"{at}/max_days", "特别程序最长天数至少1天。", "请写明最长多少个工作日。"
            )
    if not item.objects:
        findings.error(
            "empty_list", f"{path}/objects", "没有写服务对象。", "请写 objects: [person] 或 [company]。"
        )
    if not item.channels:
        findings.error(
            "empty_list", f"{path}/channels", "没有写办理形式。", "请写 channels: [window, online]。"
        )
