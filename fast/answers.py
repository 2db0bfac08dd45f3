"""Answers that are given again for as long as they are right: until the next revision."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from cachetools import LRUCache
from strawberry.extensions import SchemaExtension

from domain.access import Caller
from fast.memorable import is_memorable
from fast.standings import Standings
from resolvers.kept_boards import KeptBoards
from schema.context import Context, Moment

MOST_BYTES = 64 * 1024 * 1024
LARGEST_ANSWER = 8 * 1024 * 1024
MOST_QUESTIONS = 5_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a client sent; `variables` are canonical JSON."""

    query: str
    operation_name: str | None
    variables: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The encoded answer, and a tag that is equal for equal answers to equal questions."""

    body: bytes
    tag: str


class Answers:
    """The answers of one process.

    Which restaurant a question is about is learned from its first execution and never changes,
    for an id names the same row for ever. The reader's role is asked before anything is looked up.
    """

    def __init__(
        self, standings: Standings, boards: KeptBoards, clock: Callable[[], datetime]
    ) -> None:
        self._standings = standings
        self._boards = boards
        self._clock = clock
        self._latest: LRUCache[Question, Moment] = LRUCache(MOST_QUESTIONS)
        self._kept: LRUCache[tuple[Question, Moment], Answer] = LRUCache(
            MOST_BYTES, lambda answer: len(answer.body) + 1000
        )

    async def find(self, question: Question, caller: Caller) -> Answer | None:
        """The answer as it would be now; None when it has to be worked out."""
        latest = self._latest.get(question)
        if latest is None or self._is_over(latest):
            return None
        home = latest.restaurant_id
        standing = await self._standings.of(home)
        if standing is None:
            return None
        role = standing.role_of(caller)
        if role is None:
            return None
        moment = Moment(
            restaurant_id=home,
            epoch=standing.epoch,
            revision=standing.revision,
            role=role,
            today=_date_in(standing.time_zone, self._clock()),
        )
        return self._kept.get((question, moment))

    def _is_over(self, latest: Moment) -> bool:
        """Whether it needs no look into the database to see that nothing newer is kept."""
        return self._boards.has_passed(latest.restaurant_id, latest.epoch, latest.revision)

    def keep(self, question: Question, moment: Moment, body: bytes) -> Answer:
        """Remember what was worked out of the facts of a moment."""
        answer = Answer(body=body, tag=_tag(question, moment))
        self._latest[question] = moment
        if len(body) <= LARGEST_ANSWER:
            self._kept[question, moment] = answer
        return answer


class Moments(SchemaExtension):
    """Notes of which moment a query's answer is, if nothing else can change it."""

    async def on_execute(self) -> AsyncIterator[None]:
        context = self.execution_context.context
        if not isinstance(context, Context) or not context.is_fast:
            yield
            return
        begun_at = context.clock()
        yield
        result = self.execution_context.result
        if result is not None and not getattr(result, "errors", None) and self._is_memorable():
            context.notes.moment = await _moment_of(context, begun_at)

    def _is_memorable(self) -> bool:
        execution = self.execution_context
        document, schema = execution.graphql_document, execution.schema._schema  # noqa: SLF001
        return document is not None and is_memorable(schema, document, execution.operation_name)


async def _moment_of(context: Context, begun_at: datetime) -> Moment | None:
    """The moment of the operation's snapshot; None when it read of no restaurant or of several."""
    if len(context.notes.homes) != 1:
        return None
    (home,) = context.notes.homes
    standing = await context.loaders.standings.load(home)
    role = None if standing is None else standing.role_of(context.caller)
    if standing is None or role is None:
        return None
    today = _date_in(standing.time_zone, begun_at)
    if today != _date_in(standing.time_zone, context.clock()):
        return None
    return Moment(
        restaurant_id=home,
        epoch=standing.epoch,
        revision=standing.revision,
        role=role,
        today=today,
    )


def _date_in(time_zone: str, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(time_zone)).date()


def _tag(question: Question, moment: Moment) -> str:
    digest = blake2b(repr((question, moment)).encode(), digest_size=16)
    return f'"{digest.hexdigest()}"'
