-- The guest book. The image runs this once: when it starts, and finds its data folder empty.
CREATE TABLE guests (
    name text NOT NULL,
    came timestamptz NOT NULL DEFAULT now()
);
