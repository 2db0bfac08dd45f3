"""Search: plain data in, plain data out; knows no database and no user."""
