"""Results in PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from wordcount.counting import Job, Result
from wordcount.errors import Lost, Refused

# The key makes a repeated job harmless.
INSERT = """
    INSERT INTO jobs (id, text, words, characters, top_word, worker)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING
"""
#: Seconds or milliseconds, as libpq has them, so that nothing waits for ever.
LIMITS = {"connect_timeout": 2, "tcp_user_timeout": 2000, "options": "-c statement_timeout=2000"}


class Store:
    """One connection, made when it's needed and made anew after it broke. Safe in threads."""

    def __init__(self, url: str, password: str | None, worker: str) -> None:
        self._url = url
        self._settings: dict[str, Any] = LIMITS | ({"password": password} if password else {})
        self._worker = worker
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def save(self, job: Job, result: Result) -> None:
        """Write a result; nothing happens where it's there already."""
        found = (result.words, result.characters, result.top_word)
        with self._answering() as connection:
            connection.execute(INSERT, (job.id, job.text, *found, self._worker))

    def ping(self) -> None:
        """Raise `Lost` where PostgreSQL doesn't answer, or lacks the table."""
        with self._answering() as connection:
            connection.execute("SELECT FROM jobs LIMIT 0")

    @contextmanager
    def _answering(self) -> Iterator["psycopg.Connection[Any]"]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = psycopg.connect(self._url, autocommit=True, **self._settings)
                yield self._connection
            except psycopg.DataError as error:
                raise Refused(str(error)) from error
            except psycopg.Error as error:
                self._forget()
                raise Lost(f"database: {error}") from error

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
