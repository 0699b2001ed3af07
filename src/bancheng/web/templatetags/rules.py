"""Conditions in plain words."""

from __future__ import annotations

from django import template

from bancheng.usecases import conditions

register = template.Library()


@register.filter
def in_words(feel: str) -> str:
    """经营面积 不少于 300 平方米，并且 使用燃气; nothing for what always holds."""
    return conditions.in_words(feel)
