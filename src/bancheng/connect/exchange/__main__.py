"""``python -m bancheng.connect.exchange``: the demo system as a process of its own; it prints its address.

Arguments: the shared key, how it behaves, and its code tables as JSON.
"""

import json
import sys

from bancheng.connect.exchange._demo import DemoBehaviour, DemoSystem, serve_demo


def main(secret: str, behaviour: str = "good", codes: str = "{}") -> None:
    """Serve until ended."""
    server = serve_demo(DemoSystem(json.loads(codes), DemoBehaviour(behaviour)), secret)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
