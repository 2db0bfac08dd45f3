"""Groups whose members back each other, in pairs or in longer rings."""

from collections import deque
from collections.abc import Iterator

from domain.findings import About, Conflict, Severity, finding
from domain.ids import GroupId
from domain.schedules import Board

Graph = dict[GroupId, list[GroupId]]


def ring_findings(board: Board) -> Iterator[Conflict]:
    """One finding for each pair of groups, and for each shortest ring of three or more."""
    graph = lending_graph(board)
    for ring in rings(graph):
        names = " → ".join(board.group_by_id[g].name for g in (*ring, ring[0]))
        yield finding(
            "MUTUAL_BACKUP" if len(ring) == 2 else "CYCLE",
            Severity.INFO,
            About(group_id=ring[0], group_ids=ring, extra="-".join(map(str, ring))),
            f"Members of these groups back each other: {names}. "
            f"When they are off together, nobody is left to come.",
            fix="Add a backup who belongs to none of these groups.",
        )


def lending_graph(board: Board) -> Graph:
    """From each group to those that its members back."""
    members = board.ever_members
    backs = {(a.staff_id, a.group_id) for a in board.backup_assignments}
    return {
        home: [g for g in members if g != home and any((m, g) in backs for m in members[home])]
        for home in members
    }


def rings(graph: Graph) -> list[tuple[GroupId, ...]]:
    """Pairs, and the shortest ring of three or more through each link; each ring once."""
    found: dict[frozenset[GroupId], tuple[GroupId, ...]] = {}
    for start, ends in graph.items():
        for end in ends:
            if start in graph[end]:
                found.setdefault(frozenset((start, end)), (start, end))
            path = _way_back(graph, end, start)
            if path:
                found.setdefault(frozenset(path), path)
    return sorted(found.values(), key=lambda ring: (len(ring), ring))


def _way_back(graph: Graph, start: GroupId, goal: GroupId) -> tuple[GroupId, ...]:
    """The shortest way from start to goal over at least one other group, goal first."""
    waiting: deque[tuple[GroupId, ...]] = deque([(start,)])
    seen = {start}
    while waiting:
        path = waiting.popleft()
        for step in graph[path[-1]]:
            if step == goal and len(path) > 1:
                return (goal, *path)
            if step not in seen and step != goal:
                seen.add(step)
                waiting.append((*path, step))
    return ()
