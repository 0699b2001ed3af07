"""The quiet bar of what can still be taken back. ``{% load undo %}{% undo_bar %}``."""

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from bancheng.web.casefile.undoing import bar

register = template.Library()


@register.simple_tag(takes_context=True)
def undo_bar(context: Context) -> SafeString:
    """Acts of this person that wait, each with its seconds and the button; nothing and no query without any."""
    request = context.get("request")
    found = bar(request) if request is not None else None
    if found is None or not (found.waiting or found.failed):
        return SafeString()
    return render_to_string("casefile/undo_bar.html", {"bar": found}, request)
