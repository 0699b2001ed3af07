"""Filters that say dates, days, money and codes as people say them. ``{% load words %}``."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()

_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _plain_day(day: date, today: date) -> str:
    if _english():
        words = f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"
        return words if day.year == today.year else f"{words} {day.year}"
    words = f"{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"
    return words if day.year == today.year else f"{day.year}年{words}"


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """今天, 明天, 昨天, or 11月26日 周四; another year is named. An instant is taken in the local time zone."""
    if value is None:
        return ""
    today, local = timezone.localdate(), _local(value)
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}.get((local - today).days)
    return near or _plain_day(local, today)


@register.filter
def full_day(value: date | datetime | None) -> str:
    """11月26日 周四, never 今天: for lists, papers and print."""
    return "" if value is None else _plain_day(_local(value), timezone.localdate())


@register.filter
def moment(value: datetime | None) -> str:
    """今天 16:05, or 11月20日 周五 16:05."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(value)} {local:%H:%M}"


@register.filter
def before_day(value: date | datetime | None) -> str:
    """预计 3月19日 周四前: the expected end of something."""
    return "" if value is None else _("预计 %(day)s前") % {"day": full_day(value)}


@register.filter
def workdays_left(days: int | None) -> str:
    """还有 3 个工作日, 今天到期, 已超 2 个工作日; `days` = working days until due, negative when past."""
    if days is None:
        return ""
    if days == 0:
        return _("今天到期")
    if days < 0:
        return ngettext("已超 %(n)d 个工作日", "已超 %(n)d 个工作日", -days) % {"n": -days}
    return ngettext("还有 %(n)d 个工作日", "还有 %(n)d 个工作日", days) % {"n": days}


@register.filter
def limit_words(amount: int | None, unit: str = "workday") -> str:
    """5 个工作日; 0 means 当场办结; `unit` is workday, day, month or hour."""
    if amount is None:
        return _("没有规定期限")
    if amount == 0:
        return _("当场办结")
    said = {
        "workday": ngettext("%(n)d 个工作日", "%(n)d 个工作日", amount),
        "day": ngettext("%(n)d 天", "%(n)d 天", amount),
        "month": ngettext("%(n)d 个月", "%(n)d 个月", amount),
        "hour": ngettext("%(n)d 小时", "%(n)d 小时", amount),
    }
    return said[str(unit)] % {"n": amount}


@register.filter
def money(amount: int | Decimal | None) -> str:
    """¥1,234.50; whole yuan without decimals; 0 is 不收费. An int is fen, a Decimal is yuan."""
    if amount is None:
        return ""
    yuan = amount if isinstance(amount, Decimal) else Decimal(amount) / 100
    if yuan == 0:
        return _("不收费")
    sign = "-" if yuan < 0 else ""
    whole = abs(yuan)
    return f"{sign}¥{whole:,.0f}" if whole == whole.to_integral_value() else f"{sign}¥{whole:,.2f}"


@register.filter
def grouped(code: Any, size: int = 4) -> SafeString:
    """A code in groups of four for reading; copied, it has no spaces."""
    text = re.sub(r"\s+", "", str(code or ""))
    parts = [(text[start : start + size],) for start in range(0, len(text), size)]
    return format_html(
        '<code class="code">{}</code>', format_html_join(mark_safe("<wbr>"), "<span>{}</span>", parts)
    )


@register.filter
def masked(value: Any, kind: str = "") -> str:
    """Hides the middle: `kind` is name, id, phone or bank; a screen shows no more than it must."""
    text = str(value or "")
    if not text:
        return ""
    if kind == "name":
        return text[0] + "*" * (len(text) - 1)
    head, tail = {"id": (3, 4), "phone": (3, 4), "bank": (4, 4)}.get(kind, (1, 1))
    if len(text) <= head + tail:
        return text[:1] + "*" * (len(text) - 1)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


@register.filter
def file_size(size: int | None) -> str:
    """1.2 MB, 340 KB."""
    if size is None:
        return ""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"
