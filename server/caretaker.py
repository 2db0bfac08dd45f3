"""What a server does beside serving: it ends abandoned runs and prunes the change log."""

import asyncio
import logging
from datetime import timedelta

from domain.refusals import UnavailableRefusal
from feed.doorbell import Doorbell
from resolvers import retention
from resolvers.abandoned import fail_abandoned
from resolvers.retention import Kept
from server.app import now
from server.metrics import PRUNED_CHANGE_SETS
from store.engine import Database

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Leases without a sign of life; a living worker takes a run over after one."""


async def tend(database: Database, doorbell: Doorbell, lease_seconds: float) -> None:
    """Look once a lease, until cancelled; a database that is away is looked at later."""
    silence = timedelta(seconds=PATIENCE * lease_seconds)
    while True:
        await asyncio.sleep(lease_seconds)
        try:
            failed = await fail_abandoned(database, doorbell, silence, now)
        except UnavailableRefusal as error:
            logger.warning("abandoned runs were not looked for: %s", error)
            continue
        for run_id in failed:
            logger.warning("generation run %s was abandoned by its worker and has failed", run_id)


async def prune(database: Database, kept: Kept, pause_seconds: float) -> None:
    """Prune the log after each pause, until cancelled; every server may, and one at a time does."""
    while True:
        await asyncio.sleep(pause_seconds)
        try:
            total = await retention.prune(database, kept, now)
        except UnavailableRefusal as error:
            logger.warning("the change log was not pruned: %s", error)
            continue
        if not total.change_sets:
            continue
        PRUNED_CHANGE_SETS.inc(total.change_sets)
        logger.info(
            "pruned %s change sets with %s changes from the logs of %s restaurants",
            total.change_sets,
            total.changes,
            total.restaurants,
        )
