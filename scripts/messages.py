"""Bring the English catalogue up to date: merge the words of the source, tell which lack English, compile.

Run it after adding words; it needs GNU gettext (``apt-get install gettext``). Pages need only the compiled file.
"""

import os
import re
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parent.parent / "src" / "bancheng"
LOCALE = ROOT / "web" / "locale"
# A guess at English from a message that reads alike is worse than none: none is told below.
_MERGE = (*makemessages.Command.msgmerge_options, "--no-fuzzy-matching")
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "django.po"


def main() -> int:
    """0 when every message has its English, 1 when some lack it."""
    settings.configure(LOCALE_PATHS=[LOCALE], USE_I18N=True)
    django.setup()
    os.chdir(ROOT)
    ignored = ["web/frame/templates/frame/patterns*.html"]
    makemessages.Command.msgmerge_options = list(_MERGE)
    call_command(
        "makemessages",
        locale=["en"],
        no_wrap=True,
        add_location="never",
        no_obsolete=True,
        ignore_patterns=ignored,
    )
    _settle(CATALOGUE)
    os.chdir(LOCALE.parent)
    call_command("compilemessages", locale=["en"])
    lacking = _lacking(CATALOGUE.read_text("utf-8"))
    for message in lacking:
        print(f"no English yet: {message}")
    return 1 if lacking else 0


def _settle(catalogue: Path) -> None:
    """Take out what changes from run to run, so that merging two people's words gives no conflict."""
    text = catalogue.read_text("utf-8")
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team):.*\n', "", text, flags=re.M
    )
    catalogue.write_text(text, "utf-8")


def _lacking(text: str) -> list[str]:
    """Messages without English, or with one marked as doubtful (fuzzy)."""
    found = []
    for entry in text.split("\n\n")[1:]:
        message = re.search(r'^msgid "(.*)"', entry, re.M)
        empty = re.search(r'^msgstr(\[\d\])? ""$(?!\n")', entry, re.M)
        if message is not None and (empty or "#, fuzzy" in entry):
            found.append(message.group(1))
    return found


if __name__ == "__main__":
    sys.exit(main())
