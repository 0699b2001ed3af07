"""Addresses of the frame: the reader's display, and the living pattern page of the demo."""

from django.urls import path

from bancheng.web.frame.display import choose
from bancheng.web.frame.patterns import errors, officer, public_patterns

app_name = "frame"

urlpatterns = [
    path("display/", choose, name="display"),
    path("patterns/", public_patterns, name="patterns"),
    path("patterns/officer/", officer, name="patterns_officer"),
    path("patterns/errors/<int:status>/", errors, name="patterns_error"),
]
