"""The second engine: a person's whole line is a column, priced by dynamic programming."""
