"""A small server of a language model: it speaks the common interface and says what it was told to say."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Model:
    """`says` is the content of its next answers, `status` their status; `asked` keeps what it was sent."""

    says: str = "[]"
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __enter__(self) -> "Model":
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                model.asked.append(json.loads(self.rfile.read(length)))
                model.keys.append(self.headers.get("Authorization", ""))
                told = {"choices": [{"message": {"role": "assistant", "content": model.says}}]}
                body = json.dumps(told).encode()
                self.send_response(model.status if self.path == "/v1/chat/completions" else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_parts: Any) -> None:
                """Nothing: tests read answers, not logs."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
