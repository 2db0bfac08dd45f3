"""The composition root: settings, callers, HTTP and sockets, worker, command line."""
