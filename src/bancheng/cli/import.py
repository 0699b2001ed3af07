# ruff: noqa: N999  # reason: the verb is named by its module
"""Take item lists in: .xlsx, .csv, .json exchange rows or .yaml, as drafts that a second person approves.

Rows nobody can explain wait in quarantine and are told with file, sheet, row and column. Without --dry-run the drafts
are saved in the name of --as, an item manager.
Exit code: 0 everything could be taken, 1 some rows wait or a file cannot be read, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
from django.utils import timezone

from bancheng.connect.tables import Mapping, base_tables, read_mapping, write_report
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import ImportRun, User
from bancheng.usecases import importing, itemlists
from bancheng.usecases.access import Actor, NotAllowed, actor_for
from bancheng.usecases.importing import Told

NEEDS_DJANGO = True
_SHOWN = 40
_WORDS = {
    "added": "新增",
    "changed": "变更",
    "unchanged": "不变",
    "cancelled": "取消（清单里没有了）",
    "quarantined": "暂存",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument(
        "--source", required=True, help="where the list comes from; its mapping is kept under this name"
    )
    parser.add_argument(
        "--codes", choices=sorted(base_tables()), help="whose codes the list uses, for a new source"
    )
    parser.add_argument(
        "--mapping", metavar="FILE.yaml", type=Path, help="what the source's codes and names mean"
    )
    parser.add_argument("--dry-run", action="store_true", help="compare only, write nothing")
    parser.add_argument(
        "--as", dest="username", metavar="USER", help="the item manager in whose name drafts are saved"
    )
    parser.add_argument(
        "--part", action="store_true", help="not the whole list: nothing counts as missing in it"
    )
    parser.add_argument(
        "--cancel", action="store_true", help="cancel items that the whole list no longer has"
    )
    parser.add_argument(
        "--report", metavar="OUT.xlsx", type=Path, help="write every difference and trouble here"
    )


def run(args: argparse.Namespace) -> int:
    """Compare, tell, take in."""
    gone = [str(one) for one in (*args.files, *filter(None, [args.mapping])) if not one.is_file()]
    if gone:
        print(f"没有这个文件：{'、'.join(gone)}", file=sys.stderr)
        return 2
    try:
        if args.dry_run:
            return _tell(args, Counter(), _compared(args))
        return _taken(args)
    except ProblemsFound as found:
        for problem in found.problems:
            print(problem.render(), file=sys.stderr)
        return 1
    except NotAllowed:
        print("只有事项管理员才能导入；请用 --as 写出他的用户名。", file=sys.stderr)
        return 2


def _compared(args: argparse.Namespace) -> Iterator[Told]:
    mapping = _mapping(args)
    files = [(one, one.name) for one in args.files]
    with itemlists.opened(mapping, files, _progress) as intake:
        for note in intake.notes:
            print(f"{note.file}“{note.sheet}”：{note.text}", file=sys.stderr)
        for one in itemlists.compared(intake, mapping, whole=not args.part):
            yield importing.told_line(one)


def _mapping(args: argparse.Namespace) -> Mapping:
    if args.mapping is None:
        return itemlists.mapping_of(args.source, args.codes or "")
    found = read_mapping(args.mapping, args.source)
    return msgspec.structs.replace(found, base=args.codes) if args.codes else found


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} / {total}", end="\n" if done == total else "", file=sys.stderr)


def _taken(args: argparse.Namespace) -> int:
    actor, now = _actor(args.username or ""), timezone.now()
    if args.codes or args.mapping:
        itemlists.save_mapping(actor, _mapping(args), now)
    with ExitStack() as stack:
        files = [(one.name, stack.enter_context(one.open("rb"))) for one in args.files]
        made = importing.upload(actor, args.source, files, now, whole=not args.part)
    importing.preview(made, now)
    if made.state == ImportRun.REFUSED:
        print(made.message, file=sys.stderr)
        return 1
    for note in made.notes:
        print(f"{note['file']}“{note['sheet']}”：{note['text']}", file=sys.stderr)
    counts = Counter({name: made.counts[name] for name in _WORDS if name in made.counts})
    unchanged = Counter({"unchanged": counts["unchanged"]})
    code = _tell(args, unchanged, importing.told(made))
    importing.order(actor, made.pk, now, cancel=args.cancel)
    importing.take_in(made, actor, now)
    if not args.json:
        print(f"已存为草稿 {made.counts['saved']} 项，等第二个人审定。导入编号 {made.pk}。")
    return code


def _actor(username: str) -> Actor:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotAllowed("import")
    return actor_for(user)


def _tell(args: argparse.Namespace, counts: Counter[str], lines: Iterable[Told]) -> int:
    """Print differences, troubles and the summary; a report holds them all."""
    kept: list[Told] = []
    shown = 0
    for one in lines:
        counts[one[0]] += 1
        if one[0] == "unchanged":
            continue
        if args.report or args.json:
            kept.append(one)
        if not args.json and shown < _SHOWN:
            shown += 1
            _print(one)
    told = {word: counts[name] for name, word in _WORDS.items()}
    if args.report:
        args.report.parent.mkdir(parents=True, exist_ok=True)
        write_report(args.report, [(word, str(number)) for word, number in told.items()], kept)
    if args.json:
        names = ("outcome", "key", "name", "changes", "troubles")
        rows = [dict(zip(names, msgspec.to_builtins(one), strict=True)) for one in kept]
        print(
            json.dumps({"counts": {name: counts[name] for name in _WORDS}, "lines": rows}, ensure_ascii=False)
        )
    else:
        hidden = sum(counts[name] for name in _WORDS if name != "unchanged") - shown
        if hidden > 0:
            print(f"……还有 {hidden} 条没有列出，用 --report 写进工作簿。")
        print("，".join(f"{word} {number}" for word, number in told.items()) + "。")
    return 1 if counts["quarantined"] else 0


def _print(one: Told) -> None:
    outcome, key, name, changed, troubles = one
    print(f"{_WORDS[outcome]}　{name or key}" + (f"（{key}）" if name and key else ""))
    for change in changed:
        print(f"    {change.where}：{change.before or '（空）'} → {change.after or '（空）'}")
    for said in troubles:
        print(f"    {said}")
