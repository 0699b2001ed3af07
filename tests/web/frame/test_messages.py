"""Every word of the pages has its English, and no Chinese stands outside the catalogue."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

WEB = Path(__file__).parents[3] / "src" / "bancheng" / "web"
ENGLISH = WEB / "locale" / "en" / "LC_MESSAGES" / "django.mo"
TEMPLATES = sorted(
    page for page in WEB.rglob("templates/**/*.html") if not page.name.startswith("patterns")
)  # the pattern page shows made-up content, which is never translated
SAID = re.compile(r"\bn?gettext\((u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
CODE = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "_"}


def of_template(page: Path) -> set[str]:
    """The messages of a template."""
    return {ast.literal_eval(found) for found in SAID.findall(templatize(page.read_text("utf-8")))}


def of_module(module: Path) -> set[str]:
    """The messages of a Python module."""
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in CODE
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def bare_chinese(source: str) -> list[str]:
    """Chinese that a reader of English would meet: outside of translate, in text or in a tag's argument."""
    source = re.sub(
        r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", "", source, flags=re.DOTALL
    )
    source = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*trans(?:late)?\s.*?%}|_\((\"[^\"]*\"|'[^']*')\)", "", source)
    source = re.sub(r"<([a-z]+)\b[^>]*\blang=\"zh-Hans\"[^>]*>[^<]*</\1>", "", source)
    return CHINESE.findall(source)


@pytest.mark.parametrize("source", ["<p>你好</p>", '{% crumbs "首页" "/" %}', '<a title="返回">x</a>'])
def test_chinese_outside_the_catalogue_is_found(source: str) -> None:
    assert bare_chinese(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "你好" as x %}',
        '{% crumbs _("首页") "/" %}',
        "{% blocktranslate %}第 {{ n }} 件{% endblocktranslate %}{# 说明 #}",
        '<a lang="zh-Hans" href="/">中文</a>',
    ],
)
def test_chinese_within_the_catalogue_is_fine(source: str) -> None:
    assert bare_chinese(source) == []


def test_no_template_shows_chinese_outside_the_catalogue() -> None:
    found = {
        str(page.relative_to(WEB)): bare
        for page in TEMPLATES
        if (bare := bare_chinese(page.read_text("utf-8")))
    }
    assert found == {}


def test_every_message_has_its_english() -> None:
    said = set().union(*(of_template(page) for page in TEMPLATES))
    said |= set().union(*(of_module(module) for module in WEB.parent.rglob("*.py")))
    said = {message for message in said if CHINESE.search(message)}
    with ENGLISH.open("rb") as file:
        known = gettext.GNUTranslations(file)
    lacking = sorted(m for m in said if m == known.gettext(m) == known.ngettext(m, m, 1))
    assert len(said) > 100
    assert lacking == [], "run scripts/messages.py and fill in the English"
