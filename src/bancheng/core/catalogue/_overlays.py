"""What a lower level may set on an item of the level above, and what it may not: one table, and its application.

`OVERLAY_RULES` has a row for every attribute with the reason. Everything that no row frees stays the standard's. An
overlay is applied whole or not at all; what is wrong with it is told with the attribute it stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

import msgspec

from bancheng.core.catalogue._dictionary import Channel, Handling, Level
from bancheng.core.catalogue._item import Item, Material, Question
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Place, Problem, Problems, Provenance, Record, chinese_date

DEFER_MARGIN = 2
"""Working days that must lie between the last paper and the promise (容缺受理, practice of cities)."""


class ItemOverlay(Record):
    """What one level sets on an item of the level above. `OVERLAY_RULES` says what is free and why.

    `within` is the division code (区划) where it holds; empty means the whole place of its pack. `waive` names
    materials that are not asked for here, `free` fees that are not charged, `defer` materials that may follow after
    acceptance with their working days, `commit` materials that a written promise replaces; each of these wants a
    `reason`. `channels` is the whole list here. `faq` and `aliases` are added to those above.
    """

    item: str
    within: str = ""
    body: str = ""
    level: Level | None = None
    task_code: str = ""
    address: str = ""
    window: str = ""
    phone: str = ""
    hours: str = ""
    complaints: str = ""
    promised: Limit | None = None
    handling: Handling | None = None
    visits: int | None = None
    visits_reason: str = ""
    channels: tuple[Channel, ...] = ()
    waive: tuple[str, ...] = ()
    defer: dict[str, int] = {}
    commit: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    faq: tuple[Question, ...] = ()
    aliases: tuple[str, ...] = ()
    reason: str = ""
    provenance: Provenance | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Freedom(StrEnum):
    """How far a lower level may depart: not at all, as it likes, or only to the good of the applicant."""

    FIXED = "fixed"
    OWN = "own"
    BETTER = "better"


class OverlayRule(Record, kw_only=False):
    """One attribute: may a lower level set it, why, and what to write instead where it may not."""

    attribute: str
    words: str
    freedom: Freedom
    why: str
    instead: str = ""


_LAW_16 = "下位规定不得增设许可，也不得增设违反上位法的其他条件（行政许可法第十六条）"
_SAME = "同一事项的基本要素各级一致，办事人到哪里看到的都是同一件事（GB/T 39554.1、39554.2）"
_FEE = "收费要有法律、行政法规依据（行政许可法第五十八条），下级不能自设"
_ASK_ABOVE = "请删去这一行；确需修改的，请上级改标准。"
_OWN_PLACE = "由当地实施主体填写的要素，各地本来就不同（GB/T 39554.2）"

OVERLAY_RULES: tuple[OverlayRule, ...] = (
    OverlayRule("body", "实施主体", Freedom.OWN, _OWN_PLACE),
    OverlayRule("level", "行使层级", Freedom.OWN, "事项可由上级下放或委托到这一级办理"),
    OverlayRule("task_code", "实施编码", Freedom.OWN, "编码里有实施主体和层级，随之不同（GB/T 39554.1）"),
    OverlayRule("address", "办理地点", Freedom.OWN, _OWN_PLACE),
    OverlayRule("window", "办理窗口", Freedom.OWN, _OWN_PLACE),
    OverlayRule("phone", "咨询电话", Freedom.OWN, _OWN_PLACE),
    OverlayRule("hours", "办理时间", Freedom.OWN, _OWN_PLACE),
    OverlayRule("complaints", "监督投诉方式", Freedom.OWN, _OWN_PLACE),
    OverlayRule(
        "promised",
        "承诺办结时限",
        Freedom.BETTER,
        "承诺是对法定时限的压缩，下级只能更短（行政许可法第四十二条是上限）",
    ),
    OverlayRule("handling", "办件类型", Freedom.BETTER, "承诺件可以改为即办件，不能反过来"),
    OverlayRule("visits", "到现场次数", Freedom.BETTER, "下级只能让人少跑"),
    OverlayRule(
        "visits_reason", "必须到现场的原因", Freedom.OWN, "各地跑动的原因不同，要向办事人说明（GB/T 39554.2）"
    ),
    OverlayRule("channels", "办理形式", Freedom.BETTER, "下级可以多开渠道，不能关掉上级已有的渠道"),
    OverlayRule("waive", "免收材料", Freedom.BETTER, "当地能查到的，可以不再要办事人交"),
    OverlayRule("defer", "容缺后补", Freedom.BETTER, "容缺清单由各地公布"),
    OverlayRule("commit", "告知承诺", Freedom.BETTER, "实行告知承诺的证明由各地确定（国办发〔2020〕42号）"),
    OverlayRule("free", "免收费用", Freedom.BETTER, "当地可以免收，不能加收"),
    OverlayRule("faq", "常见问题", Freedom.BETTER, "各地问得多的不一样，只添不减"),
    OverlayRule("aliases", "别名", Freedom.BETTER, "各地叫法不同，添了更好找"),
    OverlayRule("name", "事项名称", Freedom.FIXED, _SAME, "当地叫法请写在 aliases 里。"),
    OverlayRule("name_en", "英文名称", Freedom.FIXED, _SAME, _ASK_ABOVE),
    OverlayRule("item_type", "事项类型", Freedom.FIXED, _SAME, _ASK_ABOVE),
    OverlayRule("catalog_code", "基本编码", Freedom.FIXED, _SAME, "当地的编码请写在 task_code 里。"),
    OverlayRule("code_scheme", "编码规则", Freedom.FIXED, _SAME, _ASK_ABOVE),
    OverlayRule("objects", "服务对象", Freedom.FIXED, _SAME, _ASK_ABOVE),
    OverlayRule("basis", "设定依据", Freedom.FIXED, "依据由设定事项的一级写明，下级不能改", _ASK_ABOVE),
    OverlayRule(
        "statutory", "法定办结时限", Freedom.FIXED, "法定时限来自法律，下级不能改", "办得更快请写 promised。"
    ),
    OverlayRule("conditions", "受理条件", Freedom.FIXED, _LAW_16, _ASK_ABOVE),
    OverlayRule("situations", "情形", Freedom.FIXED, _LAW_16, _ASK_ABOVE),
    OverlayRule("fields", "表单字段", Freedom.FIXED, "多填一项就是多一分负担，各级用同一张表", _ASK_ABOVE),
    OverlayRule(
        "materials",
        "申请材料",
        Freedom.FIXED,
        _LAW_16,
        "要少收请写 waive（免收）、defer（容缺）或 commit（承诺）。",
    ),
    OverlayRule("results", "办理结果", Freedom.FIXED, _SAME, _ASK_ABOVE),
    OverlayRule("fees", "收费", Freedom.FIXED, _FEE, "要免收请写 free。"),
    OverlayRule(
        "steps",
        "办理环节",
        Freedom.FIXED,
        "环节由标准规定；承诺更短时环节按比例缩短",
        "办得更快请写 promised。",
    ),
    OverlayRule(
        "special_procedures",
        "特别程序",
        Freedom.FIXED,
        "能停止计时的只有法定情形（行政许可法第四十五条）",
        _ASK_ABOVE,
    ),
    OverlayRule("signers", "签署要求", Freedom.FIXED, "多一个人签就是多一分负担，由标准规定", _ASK_ABOVE),
    OverlayRule("review_points", "审查要点", Freedom.FIXED, "同样的申请，各地用同样的标准审", _ASK_ABOVE),
    OverlayRule("scope", "办理范围", Freedom.FIXED, "谁能在哪里办由标准规定", _ASK_ABOVE),
    OverlayRule("status", "事项状态", Freedom.FIXED, "停办、取消由设定事项的一级决定", _ASK_ABOVE),
    OverlayRule(
        "version", "版本", Freedom.FIXED, "版本是标准的版本", "本地调整的有效期请写 valid_from、valid_to。"
    ),
)
"""Every attribute a lower level may or may not set, with the reason. One place; read by loader, report and pages."""

_BY_ATTRIBUTE: Mapping[str, OverlayRule] = {rule.attribute: rule for rule in OVERLAY_RULES}
_OTHERS = OverlayRule("", "", Freedom.FIXED, "没有列入可以本地调整的内容", _ASK_ABOVE)
_PLAIN = (
    "body", "level", "task_code", "address", "window", "phone", "hours", "complaints", "promised", "handling", "visits",
    "visits_reason", "channels", "provenance",
)  # fmt: skip
CHANNEL_WORDS: Mapping[Channel, str] = {
    Channel.WINDOW: "窗口",
    Channel.ONLINE: "网上",
    Channel.POST: "邮寄",
    Channel.TERMINAL: "自助终端",
}


def overlay_rule(attribute: str) -> OverlayRule:
    """The row of an attribute; one that no row names is fixed."""
    return _BY_ATTRIBUTE.get(attribute, _OTHERS)


def not_local(attribute: str, place: Place) -> Problem | None:
    """The problem of an overlay that sets an attribute which is the standard's; None where the attribute is free."""
    rule = overlay_rule(attribute)
    if rule.freedom is not Freedom.FIXED or attribute not in Item.__struct_fields__:
        return None
    named = f"{attribute}（{rule.words}）" if rule.words else attribute
    return Problem("not_local", f"本地不能改 {named}：{rule.why}。", place, rule.instead)


class Overlaid(Record):
    """What came of an overlay: the item with it, or the item as it was and why. Places are paths in the overlay."""

    item: Item
    problems: tuple[Problem, ...] = ()


def overlaid(item: Item, overlay: ItemOverlay, by: str, bodies: Collection[str] | None = None) -> Overlaid:
    """`item` of the level above with what `overlay` sets; nothing is set when anything in it is not allowed.

    `by` names the pack or library that says so, `bodies` are the bodies that exist (None: not checked). Pure: packs and
    the city's library go this one road (through `Standards`).

    An implementation code names body and level, so the standard's falls away with another body or level. Papers may
    follow no later than two working days before the promise, so a shorter promise shortens that time.
    """
    problems = Problems()
    _check_plain(item, overlay, bodies, problems)
    _check_lists(item, overlay, problems)
    if len(problems):
        return Overlaid(item=item, problems=tuple(problems))
    return Overlaid(item=_applied(item, overlay, by))


def measure(limit: Limit) -> Fraction:
    """Working hours in a limit, unrounded, so that "no longer than" stays true along a chain of levels.

    `Limit.as_workdays` rounds up: six calendar days and seven are both five working days, and a chain could grow.
    """
    hours = {
        LimitUnit.WORKDAY: Fraction(8),
        LimitUnit.DAY: Fraction(40, 7),
        LimitUnit.HOUR: Fraction(1),
        LimitUnit.MONTH: Fraction(176),
        LimitUnit.IMMEDIATE: Fraction(0),
    }
    return limit.amount * hours[limit.unit]


# ------------------------------------------------------------------ checks


def _check_plain(
    item: Item, overlay: ItemOverlay, bodies: Collection[str] | None, problems: Problems
) -> None:
    if overlay.body and bodies is not None and overlay.body not in bodies:
        problems.add(
            "unknown_reference",
            f"找不到部门“{overlay.body}”。",
            Place(path="body"),
            "请先在 dictionary 的 bodies 里登记这个部门。",
        )

    def loosened(attribute: str, said: str, hint: str) -> None:
        problems.add("loosened", f"{said}。", Place(path=attribute), hint)

    fewer = "本地只能更短、更少，请改小或删去这一行。"
    if overlay.promised is not None and measure(overlay.promised) > measure(item.promised):
        loosened("promised", f"承诺时限{overlay.promised.words()}比上级的{item.promised.words()}长", fewer)
    if overlay.visits is not None and overlay.visits > item.visits:
        loosened("visits", f"到现场次数{overlay.visits}次比上级的{item.visits}次多", fewer)
    if overlay.handling is Handling.PROMISED and item.handling is Handling.IMMEDIATE:
        loosened("handling", "上级是即办件，这里改成了承诺件", "请删去这一行；即办件不能改回承诺件。")
    missing = [CHANNEL_WORDS[one] for one in item.channels if one not in overlay.channels]
    if overlay.channels and missing:
        said = f"上级有{'、'.join(missing)}办理，这里没有了"
        loosened("channels", said, "channels 写当地全部的办理形式，上级有的都要写上。")
    _check_dates(overlay, problems)


def _check_dates(overlay: ItemOverlay, problems: Problems) -> None:
    if overlay.valid_from and overlay.valid_to and overlay.valid_to < overlay.valid_from:
        said = f"失效日期{chinese_date(overlay.valid_to)}早于生效日期{chinese_date(overlay.valid_from)}。"
        problems.add("dates_reversed", said, Place(path="valid_to"), "请核对两个日期。")
    if overlay.visits is not None and overlay.visits < 0:
        problems.add("negative", "到现场次数不能是负数。", Place(path="visits"), "不用到现场写 0。")


def _check_lists(item: Item, overlay: ItemOverlay, problems: Problems) -> None:
    materials = {one.key: one for one in item.materials}
    fees = {one.key for one in item.fees}
    for attribute, keys, known, what in (
        ("waive", overlay.waive, materials.keys(), "材料"),
        ("defer", tuple(overlay.defer), materials.keys(), "材料"),
        ("commit", overlay.commit, materials.keys(), "材料"),
        ("free", overlay.free, fees, "收费"),
    ):
        for index, key in enumerate(keys):
            if key not in known:
                path = f"{attribute}/{key}" if attribute == "defer" else f"{attribute}/{index}"
                names = f"可用：{'、'.join(known)}。" if known else "请删去这一行。"
                problems.add(
                    "unknown_reference", f"上级事项没有“{key}”这一项{what}。", Place(path=path), names
                )
        if keys and not overlay.reason.strip():
            said = f"{overlay_rule(attribute).words}没有写理由。"
            problems.add("reason_missing", said, Place(path=attribute), "请补上 reason，告诉办事人为什么。")
    for key, days in overlay.defer.items():
        material = materials.get(key)
        if material is not None and material.deferrable and days < material.defer_days:
            said = f"容缺{days}个工作日比上级的{material.defer_days}个工作日短。"
            problems.add(
                "loosened", said, Place(path=f"defer/{key}"), "容缺只能给更多时间，请改大或删去这一行。"
            )


# ------------------------------------------------------------- application


def _applied(item: Item, overlay: ItemOverlay, by: str) -> Item:
    changes = {
        name: getattr(overlay, name) for name in _PLAIN if getattr(overlay, name) not in ("", None, ())
    }
    if (overlay.body or overlay.level) and not overlay.task_code:
        changes["task_code"] = ""
    materials = _materials(item, overlay)
    if materials != item.materials:
        changes["materials"] = materials
    if overlay.waive:
        gone = frozenset(overlay.waive)
        changes["review_points"] = tuple(
            msgspec.structs.replace(one, material="") if one.material in gone else one
            for one in item.review_points
        )
    if overlay.free:
        changes["fees"] = tuple(one for one in item.fees if one.key not in overlay.free)
    asked = {one.question for one in item.faq}
    if overlay.faq:
        changes["faq"] = (*item.faq, *(one for one in overlay.faq if one.question not in asked))
    if overlay.aliases:
        changes["aliases"] = tuple(dict.fromkeys((*item.aliases, *overlay.aliases)))
    result: Item = msgspec.structs.replace(item, overlay=by, **changes)
    return result


def _materials(item: Item, overlay: ItemOverlay) -> tuple[Material, ...]:
    latest = (overlay.promised or item.promised).as_workdays() - DEFER_MARGIN
    shorter = overlay.promised is not None
    at_once = Handling.IMMEDIATE in (overlay.handling, item.handling)
    kept = []
    for one in item.materials:
        if one.key in overlay.waive:
            continue
        changed = one
        if one.key in overlay.commit and not one.commitment:
            changed = msgspec.structs.replace(changed, commitment=True)
        if one.key in overlay.defer:
            changed = msgspec.structs.replace(changed, deferrable=True, defer_days=overlay.defer[one.key])
        if at_once and changed.deferrable:
            changed = msgspec.structs.replace(changed, deferrable=False, defer_days=0)
        elif shorter and changed.deferrable and changed.defer_days > latest:
            days = max(latest, 0)
            changed = msgspec.structs.replace(changed, deferrable=latest >= 1, defer_days=days)
        kept.append(changed)
    return tuple(kept)
