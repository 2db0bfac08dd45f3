"""All shortcuts of one process, put together."""

from collections.abc import Callable
from datetime import datetime

from fast.answers import Answers, Moments
from fast.audiences import Audiences
from fast.documents import Documents
from fast.rows import RowExecutor
from fast.standings import Standings
from resolvers.kept_boards import boards_of
from schema.root import schema
from store.engine import Database

# Outermost first: a document that is known is not measured again.
_EXTENSIONS = (Documents, Moments)


class Shortcuts:
    """Made once in a process whose setting `fast_path` is on, and closed with it.

    Operations take them when their context says `is_fast`; the schema answers others as before.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._standings = Standings(database)
        self.answers = Answers(self._standings, boards_of(database), clock)
        self.audiences = Audiences()
        if _EXTENSIONS[0] not in schema.extensions:
            schema.extensions = (*_EXTENSIONS, *schema.extensions)
            schema.execution_context_class = RowExecutor

    async def close(self) -> None:
        await self._standings.close()
