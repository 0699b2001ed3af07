"""Serve the web pages and the API (one process; `serve` and `cluster` run this beside workers)."""

import argparse
import socket
import sys

from django.conf import settings

from bancheng.site.cluster import tell_ready
from bancheng.site.listening import Answering, listen
from bancheng.site.processes import end_with_parent, on_stop
from bancheng.site.wsgi import application
from bancheng.usecases.town import current_blueprints

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--socket", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ready", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    proxy = (
        {
            "trusted_proxy": "*",
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto",
        }
        if settings.SECURE_PROXY_SSL_HEADER
        else {}
    )
    try:
        listening = listen(args.host, args.port) if args.socket is None else socket.socket(fileno=args.socket)
    except OSError as refused:
        print(f"Cannot listen on {args.host}:{args.port}: {refused.strerror}", file=sys.stderr)
        return 1
    answering = Answering(application, listening, args.threads, **proxy)
    on_stop(answering.end)
    end_with_parent(args.parent)
    if args.ready is not None:
        # Nobody shall wait for the packs: who is counted on has read them.
        current_blueprints()
        tell_ready(args.ready)
    answering.run()
    return 0
