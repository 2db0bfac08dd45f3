"""Values and judgements: frozen dataclasses and pure functions, no I/O and no clock."""
