#| expect: not yet
#| says: written anew
#| undo: rm db/visitors.sql
%%writefile db/visitors.sql
-- The image runs these files whenever it starts, so the row will be back.
INSERT INTO guests (name) VALUES ('Ada');
