-- Stands for a large import: three seconds in which the database fills, and answers nobody outside.
SELECT pg_sleep(3);
