"""The tables of every owner, one Alembic branch an owner."""
