-- A row is a value or a counter. Fixed widths first, so that nothing is spent on alignment.
CREATE TABLE codeword (
	expires timestamptz NOT NULL,
	-- The full hour after expires. It is what the index is on, and seldom changes: an update that leaves it alone needs no new index entry.
	due timestamp NOT NULL GENERATED ALWAYS AS (date_trunc('hour', expires AT TIME ZONE 'UTC') + interval '1 hour') STORED,
	sum bigint,
	key text COLLATE "C" PRIMARY KEY,
	value bytea,
	CHECK ((value IS NULL) <> (sum IS NULL))
) WITH (fillfactor = 70); -- room for the next state beside the last one

-- Sealed values cannot be compressed.
ALTER TABLE codeword ALTER COLUMN value SET STORAGE EXTERNAL;

CREATE INDEX codeword_due ON codeword (due);
