"""The doorbell that wakes readers of the change log; carries numbers, never content."""
