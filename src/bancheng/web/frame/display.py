"""How a reader wants to see the pages: type size (长辈版), light or dark, contrast, language. Works without script."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bancheng.web.frame.access import public
from bancheng.web.frame.forms import Field, Option

COOKIE = "bancheng_display"
SIZES = ("", "large", "larger", "largest")
"""Base type: 16, 20, 24 and 30 px at the browser's usual setting."""
THEMES = ("", "light", "dark")
CONTRASTS = ("", "high")
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Display:
    """The reader's choices; empty means: as the device says."""

    size: str = ""
    theme: str = ""
    contrast: str = ""
    here: str = "/"

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The choices in the reader's cookie; whatever is not one of ours counts as not chosen."""
        size, theme, contrast = [*request.COOKIES.get(COOKIE, "").split("."), "", "", ""][:3]
        return cls(
            size=size if size in SIZES else "",
            theme=theme if theme in THEMES else "",
            contrast=contrast if contrast in CONTRASTS else "",
            here=request.get_full_path() if request.method in ("GET", "HEAD") else request.path,
        )

    @property
    def cookie(self) -> str:
        """The choices as kept by the browser."""
        return f"{self.size}.{self.theme}.{self.contrast}"

    def _to(self, **choice: str) -> str:
        return reverse("frame:display") + "?" + urlencode({**choice, "next": self.here})

    @property
    def enlarge(self) -> str:
        """Address that turns 长辈版 on and comes back here."""
        return self._to(size="large")

    @property
    def shrink(self) -> str:
        """Address that turns 长辈版 off and comes back here."""
        return self._to(size="")

    @property
    def steps(self) -> tuple[tuple[str, str, bool], ...]:
        """Size, address and whether it is the present one, for the bar of 长辈版."""
        return tuple((size, self._to(size=size), size == self.size) for size in SIZES[1:])

    @property
    def chinese(self) -> str:
        """Address that turns the pages Chinese."""
        return self._to(lang="zh-hans")

    @property
    def english(self) -> str:
        """Address that turns the pages English."""
        return self._to(lang="en")


@public
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the choices named in the address and goes back to where the reader was; without any, shows them all."""
    now = Display.of(request)
    asked = request.GET
    if not asked.keys() & {"size", "theme", "contrast", "lang"}:
        return _settings_page(request, now)
    kept = Display(
        size=_pick(asked.get("size"), SIZES, now.size),
        theme=_pick(asked.get("theme"), THEMES, now.theme),
        contrast=_pick(asked.get("contrast"), CONTRASTS, now.contrast),
    )
    response = HttpResponseRedirect(_safe(request, asked.get("next", "/")))
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(COOKIE, kept.cookie, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    language = asked.get("lang")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR, samesite="Lax", secure=secure
        )
    return response


def _settings_page(request: HttpRequest, now: Display) -> HttpResponse:
    sizes = (
        ("", _("标准")),
        ("large", _("长辈版：大")),
        ("larger", _("长辈版：更大")),
        ("largest", _("长辈版：最大")),
    )
    themes = (("", _("跟随设备")), ("light", _("浅色")), ("dark", _("深色")))
    contrasts = (("", _("标准")), ("high", _("高对比度：黑底黄字")))
    fields = (
        _choice("size", _("字的大小"), sizes, now.size),
        _choice("theme", _("深浅"), themes, now.theme),
        _choice("contrast", _("对比度"), contrasts, now.contrast),
        _choice("lang", _("语言"), settings.LANGUAGES, get_language() or settings.LANGUAGE_CODE),
    )
    return render(
        request,
        "frame/display.html",
        {"fields": fields, "back": _safe(request, request.GET.get("next", "/"))},
    )


def _choice(name: str, label: str, options: Iterable[tuple[str, str]], now: str) -> Field:
    answers = tuple(Option(value=value, text=text) for value, text in options)
    return Field(name=name, label=label, kind="radios", options=answers, value=now)


def _safe(request: HttpRequest, url: str) -> str:
    """The address, if it lies on this site; else the home page."""
    mine = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if mine else "/"


def _pick(asked: str | None, known: tuple[str, ...], now: str) -> str:
    return asked if asked is not None and asked in known else now
