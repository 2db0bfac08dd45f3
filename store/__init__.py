"""PostgreSQL: tables, queries, migrations, job rows; returns domain values."""
