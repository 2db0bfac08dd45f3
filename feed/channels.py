"""Names of the channels; whoever rings and whoever watches take them from here."""


def restaurant_channel(restaurant_id: int) -> str:
    """Rung with the restaurant's new revision after each committed mutation."""
    return f"understudy:restaurant:{restaurant_id}"


def run_channel(run_id: int) -> str:
    """Rung whenever the row of a generation run has news."""
    return f"understudy:run:{run_id}"
