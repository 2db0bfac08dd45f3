"""What a server does beside serving: it ends runs that their workers have abandoned."""

import asyncio
import logging
from datetime import timedelta

from domain.refusals import UnavailableRefusal
from feed.doorbell import Doorbell
from resolvers.abandoned import fail_abandoned
from server.app import now
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
