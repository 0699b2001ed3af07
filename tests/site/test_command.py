"""The command as a newcomer meets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from bancheng.site import cli_main


def test_every_verb_has_one_line_that_says_what_it_does() -> None:
    known = cli_main.verbs()
    assert {"serve", "worker", "web", "migrate", "init", "backup", "restore", "upgrade"} <= set(known)
    assert [verb.name for verb in known.values() if not verb.summary.endswith(".")] == []


@pytest.mark.parametrize("verb", sorted(cli_main.verbs()))
def test_every_verb_explains_itself_and_takes_json(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli_main.main([verb, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [[], ["no-such-verb"]])
def test_wrong_use_lists_the_verbs_and_ends_with_2(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli_main.main(argv) == 2
    told = capsys.readouterr()
    assert "serve" in told.out + told.err


def test_a_wrong_argument_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        cli_main.main(["migrate", "--sideways"])
    assert ended.value.code == 2


def test_a_new_verb_is_one_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "more_verbs").mkdir()
    (tmp_path / "more_verbs" / "say_hello.py").write_text(
        '"""Say hello."""\n'
        "NEEDS_DJANGO = False\n"
        "def add_arguments(parser):\n    parser.add_argument('name')\n"
        "def run(args):\n    print('hello', args.name)\n    return 0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(cli_main._FOLDERS, "more_verbs", tmp_path / "more_verbs")
    assert cli_main.main(["say-hello", "Lin"]) == 0
    assert capsys.readouterr().out == "hello Lin\n"
    assert "Say hello." in cli_main._overview(cli_main.verbs())


def test_listing_the_verbs_needs_no_django() -> None:
    code = (
        "import sys\n"
        "from bancheng.site.cli_main import main\n"
        "main(['--help'])\n"
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
