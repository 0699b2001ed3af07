"""A written policy in words, for whoever decides about it: what it says, and what it says otherwise than before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bancheng.core.benefits import CaseResult, Entitlement, PolicyWriting, SubjectKind
from bancheng.core.kernel import chinese_date
from bancheng.usecases import benefits, policy_drafting
from bancheng.web.benefits.draft_form import fen_of
from bancheng.web.benefits.words import EVERY, KINDS, MODES, STATUS, SUBJECTS


def told(writing: PolicyWriting) -> list[tuple[str, str]]:
    """Label and words of everything people read of the policy; what says nothing is left out."""
    one = writing.policy
    names = {each.id: each.name for each in benefits.library().policies}
    rules = {each.id: each.name for each in benefits.library().rules.entitlements}
    days = (
        _("%(a)s起") % {"a": chinese_date(one.valid_from)} if one.valid_from else "",
        _("到%(b)s") % {"b": chinese_date(one.valid_to)} if one.valid_to else "",
    )
    rows = [
        (_("名称"), one.name),
        (_("一句话介绍"), one.summary),
        (_("给谁"), str(SUBJECTS[writing.subject]) if writing.subject in SUBJECTS else ""),
        (_("类别"), str(KINDS[one.kind])),
        (_("怎么办"), str(MODES[one.mode][0])),
        (_("多久一次"), str(EVERY[one.every])),
        (_("文件"), one.document),
        (_("依据"), "；".join(one.basis)),
        (_("有效期"), "".join(days)),
        (_("要交的材料"), "、".join(one.materials)),
        (_("怎么发"), one.payment),
        (_("发放前问本人意愿"), _("要问") if one.intent else _("不问")),
        (_("公示"), _("%(n)s 天") % {"n": one.notice_days} if one.notice_days else _("不公示")),
        (
            _("抽查"),
            _("每千个查 %(n)s 个") % {"n": one.sample_permille} if one.sample_permille else _("不抽查"),
        ),
        (_("不能同享"), "、".join(names.get(each, each) for each in one.excludes)),
        (_("先由人核实的情形"), "、".join(rules.get(each, each) for each in one.obstacles)),
    ]
    return [(label, words) for label, words in rows if words]


def rule_words(rule: Entitlement, writing: PolicyWriting) -> dict[str, Any]:
    """One rule: its conditions as people read them and as the machine reads them, its amount, or the table of it."""
    subject, table = writing.subject, writing.tables.get(rule.id)
    rows = [
        {
            "text": one.text,
            "words": policy_drafting.in_words(one.when, subject),
            "when": one.when,
            "basis": one.basis,
        }
        for one in rule.conditions
    ]
    return {
        "rule": rule,
        "rows": rows,
        "table": table,
        "heads": [policy_drafting.in_words(one, subject) or one for one in table.columns] if table else (),
        "amount": policy_drafting.in_words(rule.amount, subject) or rule.amount,
    }


def changes(before: PolicyWriting, after: PolicyWriting) -> list[tuple[str, str, str]]:
    """Label, words before, words now, of everything that is not the same."""
    old, new = _everything(before), _everything(after)
    labels = [*new, *(label for label in old if label not in new)]
    return [
        (label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _everything(writing: PolicyWriting) -> dict[str, str]:
    found = dict(told(writing))
    many = len(writing.entitlements) > 1
    for number, rule in enumerate(writing.entitlements, 1):
        which = _("第 %(n)s 种情形：") % {"n": number} if many else ""
        for row, one in enumerate(rule.conditions, 1):
            label = which + _("第 %(n)s 条") % {"n": row}
            words = policy_drafting.in_words(one.when, rule.subject)
            found[label] = f"{one.text}（{words or one.when}）"
        if rule.amount:
            found[which + _("金额")] = policy_drafting.in_words(rule.amount, rule.subject) or rule.amount
    return found


def case_words(result: CaseResult, subject: SubjectKind) -> dict[str, Any]:
    """One case: what is said of the one it is about, what was expected, what it came to."""
    case, terms = result.case, policy_drafting.terms(subject)
    facts = []
    for key, value in case.facts.items():
        term = terms.get(key)
        facts.append((term.name if term else key, term.values.get(value, value) if term else value))
    return {
        "case": case,
        "facts": facts,
        "expect": STATUS[case.expect][0],
        "wanted": fen_of(case.amount),
        "came": STATUS[result.status][0] if result.status is not None else _("没有算出"),
        "money": fen_of(result.amount),
        "good": result.good,
    }
