"""Plant small faults into the compiler's passes and see that a test notices each: `make soak`.

Every fault that no test notices must stand in `tests/core/compiler/survivors.yaml` with the reason why it changes
nothing that can be seen, or which test it still wants; and fewer than one in ten may survive.

    python scripts/mutation.py              all passes (about a quarter of an hour on two free cores)
    python scripts/mutation.py pass_fees    one of them
    python scripts/mutation.py --judge      only judge the last run
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
LISTED = ROOT / "tests/core/compiler/survivors.yaml"
MOST = 0.10
"""The share that may survive."""
_MODULE = "bancheng.core.compiler."
_NOTICED = {"killed", "timeout", "suspicious", "segfault", "caught by type check"}


def mutmut(*words: str, quiet: bool = True) -> str:
    """Run the tool in this environment and give back what it printed."""
    command = [sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE if quiet else None, text=True, check=quiet
    )
    return done.stdout or ""


def verdicts() -> dict[str, str]:
    """Every planted fault of the last run by name, and what became of it."""
    lines = (line.strip().rpartition(": ") for line in mutmut("results", "--all", "true").splitlines())
    return {name: verdict for name, _, verdict in lines if name.startswith(_MODULE)}


def fault(name: str) -> dict[str, str]:
    """A planted fault as it is listed: the function, what stood there, what stands there now."""
    lines = mutmut("show", name).splitlines()[3:]
    was = [line[1:].strip() for line in lines if line.startswith("-")]
    now = [line[1:].strip() for line in lines if line.startswith("+")]
    function = name.removeprefix(_MODULE).partition("__mutmut_")[0].replace(".x_", ".")
    return {"function": function, "was": " ".join(was), "now": " ".join(now)}


def judge(found: dict[str, str]) -> int:
    """Print how many survived and which of them nobody has explained; 1 when it is too many or one is unexplained."""
    explained = yaml.safe_load(LISTED.read_text(encoding="utf-8")) or []
    known = {(one["function"], one["was"], one["now"]) for one in explained if one.get("why")}
    alive = [name for name, verdict in sorted(found.items()) if verdict not in _NOTICED]
    unexplained = [one for name in alive if tuple((one := fault(name)).values()) not in known]
    share = len(alive) / len(found) if found else 1.0
    print(
        f"{len(found)} faults, {dict(Counter(found.values()))}; {share:.1%} survived, at most {MOST:.0%} may"
    )
    if unexplained:
        print(f"{len(unexplained)} are not in {LISTED.relative_to(ROOT)}:")
        print(yaml.safe_dump(unexplained, allow_unicode=True, sort_keys=False, width=110))
    return int(bool(unexplained) or share >= MOST)


def main() -> int:
    """Plant, test, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("passes", nargs="*", help="names of passes, such as pass_fees")
    parser.add_argument("--judge", action="store_true", help="judge the last run without another")
    parser.add_argument("--children", default="2", help="processes side by side")
    args = parser.parse_args()
    if not args.judge:
        mutmut(
            "run", "--max-children", args.children, *(f"{_MODULE}{one}.*" for one in args.passes), quiet=False
        )
    found = verdicts()
    if args.passes:
        found = {name: verdict for name, verdict in found.items() if name.split(".")[3] in args.passes}
    return judge({name: verdict for name, verdict in found.items() if verdict != "not checked"})


if __name__ == "__main__":
    raise SystemExit(main())
