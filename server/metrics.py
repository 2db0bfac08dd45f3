"""What an operator watches; served as text on `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

OPEN_SOCKETS = Gauge("understudy_open_sockets", "WebSocket connections that are open now")
OPERATIONS = Counter(
    "understudy_operations_total", "GraphQL operations that were begun", ["transport"]
)
REQUEST_SECONDS = Histogram(
    "understudy_request_seconds", "Seconds from request to answer on POST and GET /graphql"
)
PRUNED_CHANGE_SETS = Counter(
    "understudy_pruned_change_sets_total", "Change sets that this process took out of the log"
)
RUN_SECONDS = Histogram(
    "understudy_run_seconds",
    "Seconds a generation run took in the worker",
    buckets=(0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600),
)
