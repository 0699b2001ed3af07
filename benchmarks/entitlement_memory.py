"""One run of rules over a file of facts in a process of its own; says the peak of its memory in MiB."""

import re
import sys
import tempfile
from pathlib import Path

from entitlement_rules import rule_set

from bancheng.connect.engines import run_rules
from bancheng.connect.engines.population import END
from bancheng.core.benefits import SubjectKind, plan_rules

rules = rule_set(int(sys.argv[2]))
plan = plan_rules(rules, SubjectKind.PERSON, END)
with tempfile.TemporaryDirectory() as folder:
    run_rules(plan, Path(sys.argv[1]), Path(folder) / "run", rule_set=rules.digest, snapshot="s", as_of=END)
# The system's own mark of this process; getrusage would also count the parent it was forked from.
(mark,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
print(int(mark) / 1024)
