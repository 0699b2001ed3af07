"""Serve the web pages and the API (one process; `serve` runs this and a worker)."""

import argparse
import sys

import waitress
from django.conf import settings

from bancheng.site.processes import end_with_parent, on_stop
from bancheng.site.wsgi import application

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


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
        server = waitress.create_server(
            application, host=args.host, port=args.port, threads=args.threads, ident=None, **proxy
        )
    except OSError as refused:
        print(f"Cannot listen on {args.host}:{args.port}: {refused.strerror}", file=sys.stderr)
        return 1
    # waitress ends its loop, and lets running requests finish, when SystemExit reaches it.
    on_stop(sys.exit)
    end_with_parent(args.parent)
    server.run()
    return 0
