"""What people may write: names, notes, keys. PostgreSQL stores neither NUL nor lone surrogates."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from domain.refusals import ValidationRefusal

LONGEST_NAME = 200
LONGEST_NOTE = 2000
LONGEST_COLOR = 32
LONGEST_KEY = 200


def name_of(text: str, path: Sequence[str] = ("name",)) -> str:
    """A name as it is stored: trimmed, 1 to 200 characters."""
    name = _storable(text, path).strip()
    if not name:
        raise ValidationRefusal(
            code="NAME_EMPTY", message=f"{path[-1]} must not be empty.", path=tuple(path)
        )
    if len(name) > LONGEST_NAME:
        raise ValidationRefusal(
            code="NAME_TOO_LONG",
            message=f"{path[-1]} has {len(name)} characters; at most {LONGEST_NAME} are kept.",
            path=tuple(path),
        )
    return name


def note_of(text: str | None, path: Sequence[str], longest: int = LONGEST_NOTE) -> str | None:
    """A free text as it is stored: trimmed; nothing but space is nothing."""
    if text is None:
        return None
    note = _storable(text, path).strip()
    if len(note) > longest:
        raise ValidationRefusal(
            code="TEXT_TOO_LONG",
            message=f"{path[-1]} has {len(note)} characters; at most {longest} are kept.",
            path=tuple(path),
        )
    return note or None


def color_of(text: str | None) -> str | None:
    return note_of(text, ("color",), LONGEST_COLOR)


def key_of(text: str) -> str:
    """An idempotency key as it is stored, untrimmed."""
    key = _storable(text, ("clientMutationId",))
    if len(key) <= LONGEST_KEY:
        return key
    raise ValidationRefusal(
        code="TEXT_TOO_LONG",
        message=f"clientMutationId may have {LONGEST_KEY} characters at most.",
        path=("clientMutationId",),
    )


def time_zone_of(text: str) -> str:
    """A zone of the IANA list, spelled as there."""
    if text in available_timezones():
        return text
    raise ValidationRefusal(
        code="UNKNOWN_TIME_ZONE",
        message="timeZone must be a name of the IANA list, like Asia/Tokyo.",
        path=("timeZone",),
    )


def _storable(text: str, path: Sequence[str]) -> str:
    if all(c != "\0" and not "\ud800" <= c <= "\udfff" for c in text):
        return text
    raise ValidationRefusal(
        code="TEXT_NOT_STORABLE",
        message=f"{path[-1]} holds characters that cannot be stored (NUL or half of a pair).",
        path=tuple(path),
    )
