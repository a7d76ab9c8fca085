"""Log lines in JSON, with the names that the other services use: time, level, msg."""

import json
import logging
import sys
from datetime import UTC, datetime

_OF_EVERY_RECORD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class Lines(logging.Formatter):
    """One JSON object a line; what was given as `extra` stands beside the message."""

    def __init__(self, **always: str) -> None:
        super().__init__()
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, with its traceback where it has one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "msg": record.getMessage(),
            **self._always,
            **{key: vars(record)[key] for key in vars(record).keys() - _OF_EVERY_RECORD},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_json(**always: str) -> None:
    """Send all that is logged to standard output; the engine keeps it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Lines(**always))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
