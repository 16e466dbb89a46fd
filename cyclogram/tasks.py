"""Scheduled work of this room; each task is one service call and may run any number of times."""

from celery import shared_task

from common.scope import SYSTEM
from cyclogram.services.following import stages_follow
from cyclogram.services.lanes import checkpoints_lay
from cyclogram.services.laying import clusters_lay


@shared_task(name="cyclogram.tasks.follow_stages")
def follow_stages() -> None:
    """Lay new clusters and new days of the lanes, and let the stages follow the facts (every few minutes)."""
    clusters_lay(actor=SYSTEM)
    checkpoints_lay(actor=SYSTEM)
    stages_follow()
