package pgstore

import "strings"

// statements are the texts of all that a store asks of the server, one for each case. An entry has expired when the server's
// clock says so, and is then there for none of them.
type statements struct {
	load, absent, create, replace, remove, read, add, sweep string
}

// A swap that cannot succeed is refused by what the statement sees before it locks or writes anything.
func newStatements(table string) statements {
	with := func(text string) string { return strings.ReplaceAll(text, "{table}", table) }
	return statements{
		load: with(`SELECT value FROM {table} WHERE key = $1 AND expires > now()`),

		absent: with(`SELECT WHERE NOT EXISTS (SELECT FROM {table} WHERE key = $1 AND expires > now())`),

		create: with(`INSERT INTO {table} AS held (key, value, expires)
			SELECT $1::text, $2::bytea, $3::timestamptz
			WHERE NOT EXISTS (SELECT FROM {table} WHERE key = $1 AND expires > now())
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = NULL, expires = excluded.expires
			WHERE held.expires <= now()`),

		replace: with(`UPDATE {table} SET value = $3, expires = $4 WHERE key = $1 AND value = $2 AND expires > now()`),

		remove: with(`DELETE FROM {table} WHERE key = $1 AND value = $2 AND expires > now()`),

		read: with(`SELECT key, sum FROM {table} WHERE key = ANY($1::text[]) AND expires > now()`),

		add: with(`WITH added AS (
				INSERT INTO {table} AS held (key, sum, expires)
				SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[])
				ON CONFLICT (key) DO UPDATE SET
					value = CASE WHEN held.expires > now() THEN held.value END,
					sum = CASE WHEN held.expires > now() THEN held.sum ELSE 0 END + excluded.sum,
					expires = CASE WHEN held.expires > now() THEN held.expires ELSE excluded.expires END
				RETURNING key, sum
			)
			SELECT key, sum FROM added
			UNION ALL
			SELECT key, sum FROM {table} WHERE key = ANY($4::text[]) AND expires > now()`),

		// An array is worked out once; a join might take more than the limit. What others hold is left to them.
		sweep: with(`DELETE FROM {table} WHERE due <= now() AT TIME ZONE 'UTC' AND key = ANY(ARRAY(
				SELECT key FROM {table} WHERE due <= now() AT TIME ZONE 'UTC' ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED))`),
	}
}
