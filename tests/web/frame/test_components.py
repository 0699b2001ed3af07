"""Components say, link and escape what they are given."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from bancheng.core.kernel import Place, Problem
from bancheng.web.frame import ErrorLine, Field, Option, error_lines, field_id, with_problems
from bancheng.web.frame.icons import names


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def show(source: str, url: str = "/", **values: object) -> str:
    """The template with our tags, in one line."""
    context = Context({"request": RequestFactory().get(url), **values})
    return re.sub(r"\s+", " ", Template("{% load ui words %}" + source).render(context))


def test_a_problem_leads_from_the_summary_to_its_field_with_what_was_typed() -> None:
    problem = Problem("phone", "手机号是 11 位数字", Place(path="owner.phone"), "请再看一下")
    fields = (Field(name="owner.phone", label="手机号", kind="phone"), Field(name="note", label="备注"))
    bad, fine = with_problems(fields, [problem], {"owner.phone": "138"})
    summary = show("{% error_summary e %}", e=error_lines([problem]))
    shown = show("{% field f %}", f=bad)
    assert 'href="#f-owner-phone"' in summary
    assert "手机号是 11 位数字。请再看一下" in summary
    assert 'id="f-owner-phone"' in shown
    assert 'value="138"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="f-owner-phone-error"' in shown
    assert fine.error == ""


def test_a_problem_of_the_whole_page_is_said_without_a_link() -> None:
    shown = show("{% error_summary e %}", e=[ErrorLine(text="店名已有人用")])
    assert "店名已有人用" in shown
    assert "<a" not in shown


def test_no_error_shows_no_summary() -> None:
    assert show("{% error_summary e %}", e=()).strip() == ""


@pytest.mark.parametrize(
    "kind",
    ["text", "textarea", "number", "money", "date", "select", "id_number", "credit_code", "phone", "email"],
)
def test_every_single_field_has_its_label_hint_and_value(kind: str) -> None:
    options = (Option(value="v", text="甲"),)
    shown = show(
        "{% field f %}", f=Field(name="a", label="题", kind=kind, value="v", hint="提示", options=options)
    )
    assert '<label for="f-a">' in shown
    assert 'aria-describedby="f-a-hint"' in shown
    assert 'id="f-a-hint"' in shown
    assert "v" in shown


@pytest.mark.parametrize(("kind", "value"), [("radios", "b"), ("checks", ("b",))])
def test_the_first_answer_of_a_choice_is_the_target_and_the_given_answer_is_ticked(
    kind: str, value: object
) -> None:
    options = (Option(value="a", text="甲"), Option(value="b", text="乙", note="说明"))
    shown = show("{% field f %}", f=Field(name="x.y", label="题", kind=kind, value=value, options=options))
    assert shown.count("checked") == 1
    assert re.search(r'id="f-x-y"[^>]*value="a"', shown)
    assert re.search(r'value="b" checked', shown)
    assert "<legend>题</legend>" in shown


def test_a_file_field_says_how_big_a_file_may_be() -> None:
    shown = show("{% field f %}", f=Field(name="a", label="图", kind="file", limit_mb=10, accept=".pdf"))
    assert "不超过 10 MB" in shown
    assert 'accept=".pdf"' in shown


def test_what_people_typed_cannot_become_markup() -> None:
    evil = '"><script>x</script>'
    assert "<script" not in show(
        "{% field f %}", f=Field(name="a", label=evil, value=evil, hint=evil, error=evil)
    )
    assert "<script" not in show(
        "{% tag t %}{% tile t t %}{% empty t t %}{% known t t t %}{% waived t t %}", t=evil
    )
    assert "<script" not in show(
        "{% banner title=t %}{{ t }}{% endbanner %}{% panel title=t %}{{ t }}{% endpanel %}", t=evil
    )


@pytest.mark.parametrize("colour", ["green", "blue", "yellow", "red", "grey"])
def test_a_clock_colour_is_always_a_drawing_and_a_word(colour: str) -> None:
    shown = show("{% clock_tag c %}", c=colour)
    assert "<svg" in shown
    assert re.search(r"[\u4e00-\u9fff]{3,}", shown)


def test_clock_colours_differ_by_drawing_too() -> None:
    drawn = {
        re.search(r"<svg.*?</svg>", show("{% clock_tag c %}", c=c))[0]
        for c in ("green", "blue", "yellow", "red", "grey")
    }
    assert len(drawn) == 5


def test_savings_have_bars_and_the_same_numbers_in_a_table() -> None:
    shown = show("{% savings r %}", r=[{"name": "材料", "before": 24, "after": 6, "unit": "份"}])
    assert 'class="after" width="25.0"' in shown
    assert "少 75%" in shown
    assert "<td" in shown
    assert "style=" not in shown


def test_savings_from_nothing_do_not_divide_by_zero() -> None:
    assert (
        "少"
        not in show("{% savings r %}", r=[{"name": "跑", "before": 0, "after": 0, "unit": "次"}]).split(
            "<details"
        )[0]
    )


def test_sorting_toggles_and_keeps_the_filter_but_not_the_page() -> None:
    shown = show('{% sort_head "due" "到期" %}', url="/?state=open&sort=due&page=4")
    assert 'aria-sort="ascending"' in shown
    assert "state=open" in shown
    assert "sort=-due" in shown
    assert "page=" not in shown


def test_pages_keep_the_filter_and_mark_where_we_are() -> None:
    page = Paginator(range(100), 10).get_page(3)
    shown = show('{% pages page "件" %}', url="/?q=a%26b&page=3", page=page)
    assert "第 21–30 件，共 100 件" in shown
    assert 'href="?q=a%26b&amp;page=4"' in shown
    assert shown.count('aria-current="page"') == 1


def test_a_single_page_has_no_pages() -> None:
    assert show("{% pages page %}", page=Paginator(range(3), 10).get_page(1)).strip() == ""


def test_what_is_not_needed_says_why_and_cannot_be_opened() -> None:
    shown = show(
        "{% task_list t %}", t=[{"text": "凉菜间", "url": "/x", "state": "skipped", "note": "您不卖凉菜"}]
    )
    assert "您不卖凉菜" in shown
    assert "/x" not in shown


def test_an_unknown_icon_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="vendored"):
        show('{% icon "../secret" %}')


def test_every_vendored_icon_draws() -> None:
    for name in names():
        assert "<path" in (shown := show("{% icon n %}", n=name)) or "<circle" in shown or "<rect" in shown


def test_ids_of_paths_are_stable_and_plain() -> None:
    assert field_id("people[0].name") == "f-people-0-name"
