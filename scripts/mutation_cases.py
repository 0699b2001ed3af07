"""Plant small faults into the rules of cases and see that the model test notices each: part of `make soak`.

Prints how many were noticed and every one that was not. In less than the bar noticed, it fails.

    python scripts/mutation_cases.py                 a fixed sample
    python scripts/mutation_cases.py --all           every one
    python scripts/mutation_cases.py --only _work    those of one module
    python scripts/mutation_cases.py --known FILE    go on where FILE, written as this goes, ends
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.core.casework.planted import EQUIVALENT, Fault, every_fault, plant
from tests.core.casework.wandering import roads

BAR = 0.7
"The share of the fixed sample that must be noticed: just below the last measured, 71 of 100 over all modules."
NOTICED, SILENT, UNFIT = "noticed", "survived", "unfit"


SECONDS, BYTES = 120, 2 * 1024**3
"What the walks with one fault may take of the processor and of memory; a fault that takes more was noticed."


def judged(fault: Fault, walks: int) -> str:
    """The verdict of a process of its own, which a fault may hang or blow up."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        os.write(writer, _walked(fault, walks).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        verdict = told.read()
    os.waitpid(child, 0)
    return verdict or NOTICED


def _walked(fault: Fault, walks: int) -> str:
    """Roads until one of them notices."""
    try:
        with plant(fault):
            roads(range(walks))
    except LookupError as no:
        return UNFIT if str(fault) in str(no) else NOTICED
    except Exception:  # noqa: BLE001  # reason: a fault that throws is a fault that was noticed
        return NOTICED
    return SILENT


def known(path: Path | None) -> dict[str, str]:
    """Verdicts of an earlier run that was cut off."""
    if path is None or not path.exists():
        return {}
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: verdict for verdict, name in lines}


def main() -> int:
    """Plant, walk, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="every fault there is")
    parser.add_argument("--only", default="", help="modules whose name ends so")
    parser.add_argument("--number", type=int, default=100, help="how many")
    parser.add_argument("--walks", type=int, default=90, help="roads through cases for each, at the most")
    parser.add_argument("--known", type=Path, help="verdicts are written here, and not sought again")
    args = parser.parse_args()
    faults = [one for one in every_fault() if one.module.endswith(args.only) and one not in EQUIVALENT]
    if not args.all:
        chosen = random.Random(20261123)  # noqa: S311  # reason: a choice of faults is no secret
        faults = chosen.sample(faults, min(args.number, len(faults)))
    found = known(args.known)
    for one in faults:
        if str(one) not in found:
            found[str(one)] = judged(one, args.walks)
            if args.known is not None:
                with args.known.open("a", encoding="utf-8") as kept:
                    kept.write(f"{found[str(one)]}\t{one}\n")
    fit = [one for one in faults if found[str(one)] != UNFIT]
    alive = [one for one in fit if found[str(one)] == SILENT]
    for one in sorted(alive):
        with plant(one) as where:
            print(f"survived: {one}  {where}")
    noticed = 1 - len(alive) / len(fit) if fit else 1.0
    print(f"{len(fit)} faults, {len(fit) - len(alive)} noticed ({noticed:.0%}), at least {BAR:.0%} must be")
    return int(noticed < BAR)


if __name__ == "__main__":
    raise SystemExit(main())
