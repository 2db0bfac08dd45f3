"""Public rostering formats: read, searched by columns, scored by rules written a second time."""
