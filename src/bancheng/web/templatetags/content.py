"""Filters that show what packs and cases hold in the reader's language. ``{% load content %}``."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from bancheng.core.casework import CaseItem, MaterialRef
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler import MergedMaterial, PlannedItem
from bancheng.core.kernel import Confidence, Provenance
from bancheng.usecases.demo import sign_ins
from bancheng.usecases.town import body as town_body
from bancheng.usecases.town import packs
from bancheng.web.templatetags.words import limit_words

register = template.Library()


def english() -> bool:
    """Whether the reader has chosen English."""
    return (get_language() or "").startswith("en")


@register.filter
def named(thing: Any) -> str:
    """The name of a record of the packs: its English one for English readers, where it has one."""
    plain = getattr(thing, "name", None) or getattr(thing, "text", None) or getattr(thing, "label", "")
    if not english():
        return str(plain)
    for key in ("name_en", "text_en", "label_en"):
        if getattr(thing, key, ""):
            return str(getattr(thing, key))
    return _english_of(thing) or str(plain)


_TOLD = (
    gettext_noop("由您填写的表单自动生成，无需另交"),
    gettext_noop("由本件事中的“%(name)s”办出，部门之间流转，无需提交"),
    gettext_noop("可从“%(name)s”核验，免于提交"),
    gettext_noop("已从“%(name)s”查到，免于提交"),
    gettext_noop("免提交（登录后从“%(name)s”核验）"),
    gettext_noop("查到的证照已过有效期，请提交有效的材料"),
    gettext_noop("“%(name)s”暂时查询不到，请您提交"),
    gettext_noop("在“%(name)s”没有查到，请您提交"),
    gettext_noop("是否办理“%(name)s”"),
    gettext_noop("是否选办“%(name)s”"),
    gettext_noop("是否需要“%(name)s”"),
    gettext_noop("是否符合%(name)s"),
    gettext_noop("申请已提交"),
    gettext_noop("申请有了结论"),
    gettext_noop("请补正材料"),
    gettext_noop("申请已受理"),
    gettext_noop("有一个事项已作出决定"),
    gettext_noop("请确认上门时间"),
    gettext_noop("上门时间已约好"),
    gettext_noop("上门时间有调整"),
    gettext_noop("上门已取消"),
    gettext_noop("这次上门没有进行"),
    gettext_noop("现场有了结论"),
    gettext_noop("整改期限已到"),
    gettext_noop("有一个事项停止办理"),
    gettext_noop("结果已制作完成"),
    gettext_noop("办理期限暂停计算"),
    gettext_noop("办理期限延长"),
    gettext_noop("请补交容缺材料"),
    gettext_noop("您有权要求听证"),
    gettext_noop("听证或评审的时间、地点"),
    gettext_noop("听证或评审已举行"),
    gettext_noop("办理日期有变动"),
    gettext_noop("听证权利告知书"),
    gettext_noop("听证、评审通知书"),
    gettext_noop("特别程序期限告知书"),
    gettext_noop("延长期限告知书"),
    gettext_noop("结果已送达"),
    gettext_noop("结果还没有送到，另约了日期"),
    gettext_noop("办件有给您的新留言"),
    gettext_noop("容缺、承诺有了决定"),
    gettext_noop("结果已更正"),
    gettext_noop("结果不再有效"),
    gettext_noop("证照视为准予延续"),
    gettext_noop("处理有了决定"),
    gettext_noop("证照快到期了"),
    gettext_noop("有环节快到期或已逾期"),
    gettext_noop("有提醒没人确认，上报给您"),
    gettext_noop("拟作处理，请您说明情况"),
    gettext_noop("有一个事项重新办理"),
    gettext_noop("监管部门反馈了检查结果"),
    gettext_noop("留言已阅，不另作答复"),
    gettext_noop("补正告知已撤回"),
    gettext_noop("申请已撤回"),
    gettext_noop("办理期限继续计算"),
    gettext_noop("要进行听证或评审"),
    gettext_noop("听证或评审不再进行"),
    gettext_noop("承诺已核查"),
    gettext_noop("费用已核定"),
    gettext_noop("费用已减免"),
    gettext_noop("缴费已收到"),
    gettext_noop("有费用要退给您"),
    gettext_noop("退费已办好"),
    gettext_noop("办理部门有调整"),
    gettext_noop("有一项待遇请您确认"),
    gettext_noop("您在的名单开始公示"),
    gettext_noop("有一笔待遇已发给您"),
    gettext_noop("有一笔待遇没有付成，请更正账号"),
    gettext_noop("您的异议有了答复"),
    gettext_noop("您没有列入一项待遇的名单"),
    gettext_noop("您重新列入了一项待遇的名单"),
    gettext_noop("有一笔多发的待遇要退回"),
    gettext_noop("有工作人员会来问一声"),
    gettext_noop("有一项待遇已停发"),
    gettext_noop("有一项待遇恢复发放"),
    gettext_noop("收件回执"),
    gettext_noop("补充材料通知书"),
    gettext_noop("一次性补正告知书"),
    gettext_noop("受理通知书"),
    gettext_noop("无需办理告知书"),
    gettext_noop("不予受理通知书"),
    gettext_noop("不予许可决定书"),
)
"""Sentences that are composed below the pages, where no reader's language is known."""
_PATTERNS = tuple((re.compile(one.replace("%(name)s", "(.+)")), one) for one in _TOLD)


@register.filter
def told(sentence: str) -> str:
    """A sentence composed below the pages, in the reader's language; one that is not known stays as it is."""
    if not english():
        return sentence
    for pattern, known in _PATTERNS:
        found = pattern.fullmatch(sentence)
        if found:
            return _(known) % ({"name": found[1]} if found.groups() else {})
    return sentence


def _english_of(thing: Any) -> str:
    """The English name that the packs have for an item or paper which a blueprint or case refers to."""
    catalogue = packs().catalogue
    if isinstance(thing, MergedMaterial | MaterialRef):
        kind = catalogue.documents.get(thing.document)
        return kind.name_en if kind else ""
    if isinstance(thing, PlannedItem | CaseItem):
        item = catalogue.items.get(thing.key)
        return item.name_en if item else ""
    return ""


@register.filter
def who(of: MergedMaterial) -> str:
    """Whom a paper is for, in words."""
    return of.who_en if english() and of.who_en else of.who


@register.filter
def limit(of: Limit | None) -> str:
    """5 个工作日, 当场办结; nothing where the law sets none."""
    if of is None:
        return _("没有规定期限")
    return limit_words(0 if of.unit is LimitUnit.IMMEDIATE else of.amount, of.unit.value)


@register.filter
def workdays(days: Decimal | int | None) -> str:
    """8 个工作日; half days are said as they are."""
    if days is None:
        return ""
    number = Decimal(days).normalize()
    if number == number.to_integral_value():
        return ngettext("%(n)d 个工作日", "%(n)d 个工作日", int(number)) % {"n": int(number)}
    return _("%(n)s 个工作日") % {"n": f"{number:f}"}


@register.filter
def body(key: str) -> str:
    """The short name of a body; its English one for English readers, where it has one."""
    found = town_body(key)
    return found.name_en if english() and found.name_en else found.short or found.name


@register.filter
def body_full(key: str) -> str:
    """The full name of a body."""
    found = town_body(key)
    return found.name_en if english() and found.name_en else found.name


@register.filter
def bodies(keys: Iterable[str]) -> str:
    """The short names of bodies, in a row."""
    return _("、").join(dict.fromkeys(body(key) for key in keys))


@register.simple_tag
def confidence(of: Provenance | None) -> SafeString | str:
    """The mark of a fact that nobody should take for law: 重构 or 虚构, beside its source; nothing otherwise."""
    words = {
        Confidence.PRACTICE: _("来自各地做法"),
        Confidence.RECONSTRUCTED: _("整理所得，未经核定"),
        Confidence.FICTITIOUS: _("虚构示例"),
    }
    said = words.get(of.confidence) if of else None
    if said is None or of is None:
        return ""
    tone = "grey" if of.confidence is Confidence.PRACTICE else "yellow"
    return format_html('<span class="tag tag-{}">{}</span>', tone, said)


@register.filter
def on_day(value: date | datetime | None) -> str:
    """An ISO day for ``<time datetime>``."""
    return value.isoformat() if value else ""


@register.simple_tag
def demo_sign_ins() -> dict[str, list[dict[str, str]]]:
    """Accounts a newcomer may try, the public's apart from the officials'; none outside demo mode."""
    if not settings.BANCHENG_DEMO:
        return {}
    found: dict[str, list[dict[str, str]]] = {"public": [], "office": []}
    for who, username, password in sign_ins():
        name, _colon, note = who.partition("：")
        place = "public" if is_public(username) else "office"
        found[place].append({"name": name, "note": note, "username": username, "password": password})
    return found


def is_public(username: str) -> bool:
    """Whether a demo account is one of the public's."""
    return any(
        person.username == username and {post.role for post in person.roles} <= {"applicant", "agent"}
        for person in packs().people
    )
