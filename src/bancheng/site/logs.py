"""Log lines without personal data.

Code should log keys, never people. This formatter is the net beneath: whatever
reaches a line, in a message or in a traceback, loses what looks like a person.
"""

import json
import logging
import re
from datetime import UTC, datetime

_PATTERNS = (
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"), "[identity number]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[phone]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)"), "[account number]"),
    (re.compile(r"\?[^\s\"']+"), "?[query]"),
)


def without_people(line: str) -> str:
    """``line`` with identity numbers, phones, mail addresses, account numbers and queries masked."""
    for pattern, mask in _PATTERNS:
        line = pattern.sub(mask, line)
    return line


class LineFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message and, for a Fault, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_people(record.getMessage()),
        }
        if record.exc_info:
            line["fault"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
