"""The operations: plain async functions over domain values."""
