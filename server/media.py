"""Which of the two GraphQL media types a client prefers (GraphQL over HTTP, Accept with q)."""

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"


def prefers_response_type(accept: str) -> bool:
    """Whether `Accept` puts application/graphql-response+json at or before application/json."""
    wanted = dict(_ranges(accept))
    response = wanted.get(RESPONSE_TYPE, 0.0)
    return response > 0 and response >= wanted.get(JSON_TYPE, 0.0)


def _ranges(accept: str) -> list[tuple[str, float]]:
    return [_range(part) for part in accept.split(",") if part.strip()]


def _range(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return media_type, float(quality)
    except ValueError:
        return media_type, 0.0
