"""Between HTTP and remembered answers: what was asked, and the same answer again."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from domain.access import Caller
from fast.answers import Answer, Answers, Question
from schema.context import Context

JSON_TYPE = "application/json"
NOT_MODIFIED = 304
OK = 200


class Remembering:
    """Answers reads from memory and remembers what was worked out; `answers` None does neither."""

    def __init__(self, answers: Answers | None) -> None:
        self._answers = answers

    async def answer(self, request: Request, caller: Caller) -> Response | None:
        """The remembered answer to a request; None when it has to be worked out."""
        if self._answers is None:
            return None
        question = request.state.question = await _question(request)
        found = None if question is None else await self._answers.find(question, caller)
        return None if found is None else _response(request, found)

    def remember(self, request: Request, response: Response) -> Response:
        """The response itself, with its tag if its answer can be given again."""
        question: Question | None = getattr(request.state, "question", None)
        context: Context | None = getattr(request.state, "context", None)
        moment = None if context is None else context.notes.moment
        is_plain = response.status_code == OK and response.media_type == JSON_TYPE
        if self._answers is None or question is None or moment is None or not is_plain:
            return response
        answer = self._answers.keep(question, moment, bytes(response.body))
        return _response(request, answer)


def _response(request: Request, answer: Answer) -> Response:
    """The answer, or on GET that the client has it already."""
    if request.method != "GET":
        return Response(answer.body, media_type=JSON_TYPE)
    headers = {
        "ETag": answer.tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept",
    }
    offered = request.headers.get("if-none-match", "")
    if answer.tag in (tag.strip().removeprefix("W/") for tag in offered.split(",")):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(answer.body, media_type=JSON_TYPE, headers=headers)


async def _question(request: Request) -> Question | None:
    """What a request asks; None for anything but one plain operation, answered in one piece."""
    accept = request.headers.get("accept", "")
    if "event-stream" in accept or "multipart" in accept:
        return None
    sent = _of_get(request) if request.method == "GET" else await _of_post(request)
    query, variables, name = (sent.get(k) for k in ("query", "variables", "operationName"))
    if not isinstance(query, str) or sent.get("extensions"):
        return None
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return None
    try:
        written = orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return None  # nested deeper than can be written, though it could be read
    return Question(query, name, written)


def _of_get(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    if "variables" in given:
        given["variables"] = _parsed(given["variables"])
    return given


async def _of_post(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith(JSON_TYPE):
        return {}
    parsed = _parsed(await request.body())
    return parsed if isinstance(parsed, dict) else {}


def _parsed(text: str | bytes) -> Any:
    """JSON; False for what is none, which the view refuses in its own words."""
    try:
        return orjson.loads(text)
    except (ValueError, RecursionError):
        return False
