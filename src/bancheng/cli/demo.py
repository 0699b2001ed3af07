"""Play one whole matter in the terminal: questions, form, papers, submission, every body's steps, results.

Everything happens in a town of its own in a temporary folder, by the same road as in service; nothing is left behind.
Exit code: 0 played to the end, 1 a pack has an error or the rules said no, 2 there is no such one-thing to play.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bancheng.usecases.apply import Preparation
    from bancheng.usecases.casework import CaseFile

NEEDS_DJANGO = False
_RULE = "─" * 56


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", nargs="?", default="open_restaurant")


def run(args: argparse.Namespace) -> int:
    """Make the town, play, clear away."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bancheng-demo-") as home:
        _town(Path(home))
        from bancheng.core.casework import CommandRefused  # noqa: PLC0415  # reason: needs the town set up above
        from bancheng.core.kernel import ProblemsFound  # noqa: PLC0415  # reason: as above
        from bancheng.usecases.access import NotFound  # noqa: PLC0415  # reason: as above

        try:
            lines = _told(args.onething)
            if args.json:
                print(json.dumps([line for line in lines if isinstance(line, dict)], ensure_ascii=False))
            else:
                for line in lines:
                    if isinstance(line, str):
                        print(line, flush=True)
                print(f"\n用时 {time.perf_counter() - began:.1f} 秒。临时数据已清除。")
        except NotFound:
            print(f"没有可以演示的一件事：{args.onething}", file=sys.stderr)
            return 2
        except (ProblemsFound, CommandRefused) as no:
            print(no, file=sys.stderr)
            return 1
    return 0


def _town(home: Path) -> None:
    """A specimen town in `home`: tables made at once instead of by migrations, packs published, people settled."""
    os.environ.update(BANCHENG_HOME=str(home), BANCHENG_DEMO="1", BANCHENG_DATABASE="sqlite:///demo.db")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bancheng.site.settings")
    import django  # noqa: PLC0415  # reason: only after the environment names the temporary home
    from django.apps import apps  # noqa: PLC0415  # reason: as above
    from django.conf import settings  # noqa: PLC0415  # reason: as above
    from django.core.management import call_command  # noqa: PLC0415  # reason: as above
    from django.utils import timezone  # noqa: PLC0415  # reason: as above

    # A hundred passwords that nobody types need no slow hash.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    django.setup()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    from bancheng.usecases import demo, town  # noqa: PLC0415  # reason: models exist only now

    town.publish(timezone.now())
    demo.settle()


def _told(onething: str) -> Iterator[str | dict[str, Any]]:
    """The story: lines for people, and for each chapter one record for scripts."""
    from bancheng.usecases import play  # noqa: PLC0415  # reason: models exist only after _town

    example = play.example_of(onething)
    actor, preparation = play.begin(example)
    blueprint = preparation.blueprint
    yield f"{_RULE}\n{blueprint.name} — {example.name}\n{_RULE}"
    yield f"申请人：{actor.name}，为“{preparation.party_name}”办理"
    yield "\n一、先问几句"
    asked = [one for one in blueprint.questions if one.element in example.answers]
    yield from (f"  {one.text} → {_answer(preparation, one.element)}" for one in asked)
    preparation, typed = play.fill(actor, preparation)
    shown = play.filled(preparation)
    known = [(name, value, source) for name, value, source in shown if source]
    yield f"\n二、表单：{len(shown)} 项，其中 {len(known)} 项已替您填好"
    yield from (f"  ✓ {name}：{_masked(value)}　（{source}）" for name, value, source in known)
    yield f"  ✎ 其余 {len(shown) - len(known)} 项由本人填写"
    preparation = play.give_papers(actor, preparation)
    yield from _materials(preparation)
    file = play.hand_in(actor, preparation)
    yield f"\n四、提交：办件编号 {file.case.number}"
    yield {"chapter": "submitted", "number": file.case.number, "typed": typed, "known": len(known)}
    file = play.accept(file)
    yield f"  受理，{_due(file)}"
    yield f"\n五、{len({body for step in file.state.steps.values() for body in step.plan.bodies})} 个部门办理"
    for scene in play.work(file):
        file = scene.file
        yield f"  {scene.body:　<8}{scene.what}（{scene.who}）"
        yield {"chapter": "step", "body": scene.body, "step": scene.what, "by": scene.who}
    yield from _end(file)


def _materials(preparation: Preparation) -> Iterator[str]:
    spared = [one for one in preparation.personal.materials if one.asked is False and one.reason]
    asked = [one for one in preparation.asked_materials() if one.required]
    yield f"\n三、材料：要交 {len(asked)} 样，免交 {len(spared)} 样"
    yield from (f"  ✓ {one.material.name}：{one.reason}" for one in spared)
    yield from (f"  ↑ {one.material.name}" for one in asked)


def _end(file: CaseFile) -> Iterator[str | dict[str, Any]]:
    from bancheng.core.casework import day_of  # noqa: PLC0415  # reason: kept beside its only use

    papers = list(file.case.results.order_by("number"))
    yield f"\n六、办结：{len(papers)} 份结果"
    for paper in papers:
        until = f"，有效期至 {_day(paper.valid_to)}" if paper.valid_to else ""
        code = " ".join(paper.code[at : at + 4] for at in range(0, len(paper.code), 4))
        yield f"  {paper.name}　编号 {paper.number}{until}　核验码 {code}"
    yield f"\n经过（{len(file.events)} 条记录，前后相扣）"
    yield from (f"  {_day(day_of(event.at))}  {event.words()}" for event in file.events)
    yield {
        "chapter": "finished",
        "status": file.state.phase.value,
        "events": len(file.events),
        "results": [{"name": paper.name, "number": paper.number, "code": paper.code} for paper in papers],
    }


def _answer(preparation: Preparation, element: str) -> str:
    from bancheng.core.compiler import show_value  # noqa: PLC0415  # reason: kept beside its only use

    question = next(one for one in preparation.blueprint.questions if one.element == element)
    return show_value(question, preparation.answers.get(element))


def _due(file: CaseFile) -> str:
    due = file.case.due_on
    return f"预计 {_day(due)} 前办结" if due else "当场办结"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"


def _masked(value: str) -> str:
    """Long numbers of people are not read out, not even of people who do not exist."""
    digits = sum(char.isdigit() for char in value)
    return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if digits >= 11 and len(value) > 11 else value
