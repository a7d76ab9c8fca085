-- Runs once, when the database's volume is empty; later changes of this file change nothing.
CREATE TABLE jobs (
    id          text PRIMARY KEY,  -- made by the api; a job that is done twice is written once
    text        text NOT NULL,
    words       integer NOT NULL,
    characters  integer NOT NULL,
    top_word    text,              -- NULL where the text has no word
    worker      text NOT NULL,     -- which instance counted
    finished_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON jobs (finished_at DESC);
