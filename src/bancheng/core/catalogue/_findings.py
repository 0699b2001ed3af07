"""What all checks share: the catalogue, where problems go, and whether a key that is missing was merely unread."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from bancheng.core.catalogue._onething import Catalogue
from bancheng.core.kernel import Place, Problem, Problems, Severity

_MANY = 2000

KIND_WORDS: Mapping[str, str] = {
    "stages": "阶段",
    "codes": "代码表",
    "groups": "表单分组",
    "elements": "数据元",
    "documents": "材料种类",
    "bodies": "部门",
    "items": "事项",
    "onethings": "一件事",
    "families": "一类事",
    "dispatch_rules": "分派规则",
    "batch_rules": "批量准予规则",
    "body_changes": "机构调整",
}


def nearest(wrong: str, candidates: Collection[str]) -> str:
    """The candidate most like `wrong`, or an empty text when none is near."""
    if len(candidates) > _MANY:
        # Comparing with every one of 22,000 keys would make many mistakes in one pack slow to tell.
        candidates = [one for one in candidates if one[:2] == wrong[:2]][:_MANY]
    found = difflib.get_close_matches(wrong, candidates, n=1, cutoff=0.7)
    return found[0] if found else ""


class Findings:
    """Collects problems by path."""

    def __init__(self, catalogue: Catalogue, unread: Mapping[str, Collection[str]]) -> None:
        self.catalogue = catalogue
        self._problems = Problems()
        self._unread = unread
        self._sections: dict[str, Mapping[str, object]] = {
            name: getattr(catalogue, name) for name in Catalogue.__struct_fields__
        }

    def error(self, code: str, path: str, message: str, suggestion: str = "") -> None:
        """Something that must be put right before the definition is used."""
        self._problems.add(code, message, Place(path=path), suggestion)

    def warn(self, code: str, path: str, message: str, suggestion: str = "") -> None:
        """Something a careful author would look at."""
        self._problems.add(code, message, Place(path=path), suggestion, Severity.WARNING)

    def take(self, problem: Problem | None, path: str) -> None:
        """Keep the result of a kernel or rule check, if any, at `path`; one without advice gets a general one."""
        if problem is not None:
            hint = problem.suggestion or "请对照原件核对。"
            self._problems.add(problem.code, problem.message, Place(path=path), hint, problem.severity)

    def known(self, section: str, key: str, path: str) -> bool:
        """Does `section` hold `key`? If not, and it was not merely unreadable, that is a problem at `path`."""
        records = self._sections[section]
        if key in records:
            return True
        if key not in self._unread.get(section, ()):
            word = KIND_WORDS[section]
            said = f"找不到{word}“{key}”。" if key else f"这里要写一个{word}的键。"
            self.error("unknown_reference", path, said, self.suggest(key, records, section))
        return False

    def is_unread(self, section: str, key: str) -> bool:
        """Was `key` written in a pack, but so that it could not be read?"""
        return key in self._unread.get(section, ())

    def suggest(self, wrong: str, candidates: Collection[str], section: str = "") -> str:
        """Did-you-mean by key, or by name where the Chinese name was written in place of the key."""
        near = nearest(wrong, candidates) or self._by_name(wrong, section)
        return f"是不是想写 {near}？" if near else "请核对键名，或先在字典里登记。"

    def unique(self, keys: Iterable[str], path: str, attribute: str, what: str) -> None:
        """Keys inside one list differ."""
        seen: dict[str, int] = {}
        for index, key in enumerate(keys):
            if key in seen:
                said = f"{what}“{key}”写了两次，前一次是第 {seen[key] + 1} 条。"
                self.error(
                    "duplicate_key", f"{path}/{index}/{attribute}", said, "请合并，或给其中一个换个键。"
                )
            seen.setdefault(key, index)

    def found(self) -> tuple[Problem, ...]:
        """All problems, in the order they were found."""
        return tuple(self._problems)

    def _by_name(self, wrong: str, section: str) -> str:
        if not section or not wrong or wrong.isascii():
            return ""
        records = self._sections[section].items()
        return next((key for key, record in records if getattr(record, "name", "") == wrong), "")
