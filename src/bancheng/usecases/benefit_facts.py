"""Facts of a comparison: made anew where something moved since the last one, gone on with everywhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bancheng.connect import engines
from bancheng.core.benefits import RuleSet, SubjectKind
from bancheng.core.kernel import Record, digest
from bancheng.store.models import BenefitComparison
from bancheng.usecases import deliveries


def folder_of(one: BenefitComparison) -> Path:
    """What a comparison keeps."""
    return deliveries.home() / "comparisons" / str(one.pk)


def facts_file(one: BenefitComparison, kind: SubjectKind) -> Path:
    """What a comparison knows of all subjects of a kind; beside it lies the folder of their statuses."""
    folder = folder_of(one)
    earlier = folder / "facts.parquet"  # where only people were compared
    return earlier if kind is SubjectKind.PERSON and earlier.exists() else folder / kind.value / earlier.name


def latest(before: dt.datetime | None = None) -> BenefitComparison | None:
    """The last one that came to its end (before a moment)."""
    done = BenefitComparison.objects.filter(state=BenefitComparison.DONE).order_by("-asked_at")
    return (done.filter(asked_at__lt=before) if before else done).first()


def make_facts(
    one: BenefitComparison, rules: RuleSet, tables: engines.HeldTables, everybody: Sequence[engines.Subjects]
) -> None:
    """Make and keep the facts of everybody, while no table moves.

    Anew are those of whom something was delivered since the last comparison, for whom a window moved on, and their
    households; the facts of the others are those of then. A change of the facts or sources themselves makes all anew.
    """
    reached = tables.reached(rules)
    inputs = _Inputs(upto=deliveries.upto(), read=_read_by(reached), anew={})
    for subjects in everybody:
        facts_file(one, subjects.kind).parent.mkdir(exist_ok=True)
        inputs.anew[subjects.kind.value] = _make(one, reached, tables, subjects)
    (folder_of(one) / "inputs.json").write_bytes(msgspec.json.encode(inputs))


def made_anew(one: BenefitComparison) -> Mapping[str, int]:
    """Of how many subjects of each kind the facts were made anew; empty where it was not kept."""
    kept = folder_of(one) / "inputs.json"
    return msgspec.json.decode(kept.read_bytes(), type=_Inputs).anew if kept.exists() else {}


class _Inputs(Record):
    """What a comparison was made of: the last delivery it is sure to have seen, which facts of which sources it read,
    and how many subjects' facts were made anew, by kind."""

    upto: int
    read: str
    anew: dict[str, int]


def _read_by(rules: RuleSet) -> str:
    """What facts depend on besides the tables and the day."""
    return digest({"facts": rules.facts, "sources": rules.sources})


def _make(
    one: BenefitComparison, rules: RuleSet, tables: engines.HeldTables, subjects: engines.Subjects
) -> int:
    """Make and keep the facts of everybody of a kind; of how many they were made anew."""
    path = facts_file(one, subjects.kind)
    before = _before(one, rules, subjects)
    if before is None:
        frame, anew = engines.build_facts(rules, tables.folder, subjects, one.as_of), subjects.frame.height
    else:
        earlier, upto = before
        frame, only = engines.rebuild_facts(
            rules,
            tables.folder,
            subjects,
            one.as_of,
            before=engines.read_facts(facts_file(earlier, subjects.kind)),
            built_on=earlier.as_of,
            changed=deliveries.changed_since(upto, subjects.kind),
            was=engines.read_subjects(subjects.kind, _subjects_file(earlier, subjects.kind)),
        )
        anew = len(only)
    engines.write_facts(frame, path)
    engines.write_subjects(subjects, _subjects_file(one, subjects.kind))
    return anew


def _before(
    one: BenefitComparison, rules: RuleSet, subjects: engines.Subjects
) -> tuple[BenefitComparison, int] | None:
    """The last comparison whose facts can be gone on from, and the delivery it saw last."""
    last = latest()
    if last is None or last.as_of > one.as_of:
        return None
    kept, there = folder_of(last) / "inputs.json", _subjects_file(last, subjects.kind)
    if not kept.exists() or not there.exists() or not facts_file(last, subjects.kind).exists():
        return None
    inputs = msgspec.json.decode(kept.read_bytes(), type=_Inputs)
    return (last, inputs.upto) if inputs.read == _read_by(rules) else None


def _subjects_file(one: BenefitComparison, kind: SubjectKind) -> Path:
    return folder_of(one) / kind.value / "subjects.parquet"
