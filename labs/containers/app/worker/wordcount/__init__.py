"""The worker: takes jobs from Redis, counts words, writes what it found to PostgreSQL."""
