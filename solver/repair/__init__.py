"""A full schedule mended near what is broken, before there is a model of the whole."""
