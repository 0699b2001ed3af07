"""The base of all commands, apart from them so that each area of the engine can bring its own."""

from bancheng.core.kernel import Record


class Command(Record, tag_field="type", tag=True):
    """Base of all commands; encoded with its class name, so that one can be held back for a while."""
