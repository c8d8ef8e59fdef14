"""asyncpg pool, transactions and the migration runner."""
