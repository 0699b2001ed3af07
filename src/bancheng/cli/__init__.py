"""The verbs of ``bancheng``, one module each, found by folder.

A verb module has a docstring (its first line is the help), ``NEEDS_DJANGO: bool``,
``add_arguments(parser)`` and ``run(args) -> int``. ``args.json`` asks for JSON on
standard output. ``run`` returns 0 when all is good and 1 when it found problems;
2 (wrong use) is returned by the parser. A name that starts with ``_`` is no verb.
"""
