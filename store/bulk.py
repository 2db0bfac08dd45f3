"""Statements that write any number of cells, covers or log rows at once."""

from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

# a cell that stands as it is keeps its revision, so that nobody's edit of it becomes stale
UPSERT_SHIFTS: Final = text(
    """
    insert into shift_assignments as old
        (restaurant_id, schedule_id, staff_id, date, shift_type, source, pinned, revision)
    select s.restaurant_id, s.id, c.staff_id, c.date, c.shift_type, c.source, c.pinned, :revision
    from schedules s, unnest(
        cast(:staff_ids as bigint[]), cast(:dates as date[]), cast(:shift_types as text[]),
        cast(:sources as text[]), cast(:pins as boolean[])
    ) as c (staff_id, date, shift_type, source, pinned)
    where s.id = :schedule_id
    on conflict (schedule_id, staff_id, date) do update
    set shift_type = excluded.shift_type, source = excluded.source, pinned = excluded.pinned,
        revision = excluded.revision, updated_at = now()
    where (old.shift_type, old.source, old.pinned)
        is distinct from (excluded.shift_type, excluded.source, excluded.pinned)
    returning id, schedule_id, staff_id, date, shift_type, source, pinned, revision
    """
)

UPSERT_COVERS: Final = text(
    """
    insert into covers as old
        (restaurant_id, schedule_id, date, group_id, staff_id, source, backup_assignment_id,
         priority_order, rank, absent_member_ids, pinned, revision)
    select s.restaurant_id, s.id, c.date, c.group_id, c.staff_id, c.source, c.backup_assignment_id,
        c.priority_order, c.rank, c.absent_member_ids, c.pinned, :revision
    from schedules s, jsonb_to_recordset(cast(:covers as jsonb)) as c (
        date date, group_id bigint, staff_id bigint, source text, backup_assignment_id bigint,
        priority_order int, rank int, absent_member_ids bigint[], pinned boolean
    )
    where s.id = :schedule_id
    on conflict (schedule_id, date, group_id, staff_id) do update
    set source = excluded.source, backup_assignment_id = excluded.backup_assignment_id,
        priority_order = excluded.priority_order, rank = excluded.rank,
        absent_member_ids = excluded.absent_member_ids, pinned = excluded.pinned,
        revision = excluded.revision, updated_at = now()
    where (old.source, old.backup_assignment_id, old.priority_order, old.rank,
           old.absent_member_ids, old.pinned)
        is distinct from (excluded.source, excluded.backup_assignment_id, excluded.priority_order,
           excluded.rank, excluded.absent_member_ids, excluded.pinned)
    returning id, schedule_id, date, group_id, staff_id, source, backup_assignment_id,
        priority_order, rank, absent_member_ids, pinned, revision
    """
).bindparams(bindparam("covers", type_=JSONB))

CLEAR_SHIFTS: Final = text(
    """
    update shift_assignments old
    set shift_type = null, pinned = false, source = 'MANUAL', revision = :revision,
        updated_at = now()
    from unnest(cast(:staff_ids as bigint[]), cast(:dates as date[])) as c (staff_id, date)
    where old.schedule_id = :schedule_id and old.staff_id = c.staff_id and old.date = c.date
        and old.shift_type is not null
    returning old.staff_id, old.date
    """
)

CHANGED_AFTER: Final = text(
    """
    select old.staff_id, old.date
    from shift_assignments old
    join unnest(cast(:staff_ids as bigint[]), cast(:dates as date[])) as c (staff_id, date)
        on old.staff_id = c.staff_id and old.date = c.date
    where old.schedule_id = :schedule_id and old.revision > :revision
    """
)

APPEND_CHANGES: Final = text(
    """
    with header as (
        insert into change_sets
            (restaurant_id, revision, committed_at, actor_id, actor_name, operation,
             client_mutation_id, note)
        values (:restaurant_id, :revision, :committed_at, :actor_id, :actor_name, :operation,
            :client_mutation_id, :note)
    )
    insert into change_log
        (restaurant_id, revision, position, entity_type, entity_key, before, after)
    select :restaurant_id, :revision, c.number - 1, c.entity_type, c.entity_key,
        cast(c.before as jsonb), cast(c.after as jsonb)
    from unnest(
        cast(:entity_types as text[]), cast(:entity_keys as text[]), cast(:befores as text[]),
        cast(:afters as text[])
    ) with ordinality as c (entity_type, entity_key, before, after, number)
    """
)
