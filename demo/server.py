"""Web server, Celery worker and Celery beat in one process, for the demonstration on one machine.

The broker lives in memory, so the queue dies with the process; every job can be derived from the database again.
"""

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
from celery import current_app
from celery.beat import Service
from celery.worker import WorkController
from django.core.asgi import get_asgi_application

from common.bodies import BodyGate

SHUTDOWN_SECONDS = 2


@contextmanager
def worker_and_beat() -> Iterator[None]:
    """Run the worker and the schedule as threads while the block runs."""
    with tempfile.TemporaryDirectory(prefix="profportal-beat-") as folder:
        worker = WorkController(
            app=current_app,
            pool_cls="solo",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        beat = Service(app=current_app, schedule_filename=str(Path(folder) / "schedule"))
        threads = [
            threading.Thread(target=worker.start, name="worker", daemon=True),
            threading.Thread(target=beat.start, kwargs={"embedded_process": True}, name="beat", daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            beat.stop()
            worker.stop()


def listener(port: int) -> socket.socket:
    """The port of 127.0.0.1, taken; OSError when somebody else has it or the machine does not give it away."""
    return socket.create_server(("127.0.0.1", port))


def serve(listening: socket.socket) -> None:
    """Serve what arrives on a socket until interrupted."""
    config = uvicorn.Config(
        BodyGate(get_asgi_application()),
        log_level="warning",
        lifespan="off",
        # Nobody stands in front: what a client writes about its address is not believed.
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with worker_and_beat(), suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
