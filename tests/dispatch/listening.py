"""A process that listens for wake-ups: ``python listening.py URL NAME``.

Says ``ready`` once it is connected, then a line for each wake-up: seconds of the clock that all
processes of a machine share, and the lane. Ends when its input does, and says ``left THREADS``.
"""

from __future__ import annotations

import sys
import threading
import time

from gateway.pipeline.dispatch.procrastinate import ProcrastinateCarrier


def main(url: str, name: str) -> None:
    carrier = ProcrastinateCarrier(url, name)
    carrier.start(lambda lane: print(f"{time.monotonic():.6f} {lane}", flush=True))
    while carrier.trouble():
        time.sleep(0.01)
    print("ready", flush=True)
    sys.stdin.read()
    carrier.stop()
    print("left", threading.active_count() - 1, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
