package main

// remoteMutants are caught by tests that start servers: they need what make test installs.
var remoteMutants = []Mutant{
	{
		ID: "S80", Says: "a swap in Redis does not compare",
		Dir: "store/internal/redisscript", Old: "~= ARGV[1] then", New: "== false then",
		Package: "./store/redisstore", Test: "TestStore/contract",
	},
	{
		ID: "S80", Says: "values in Redis stay for ever",
		Dir: "store/internal/redisscript", Old: ", 'PX', ARGV[3]", New: "",
		Package: "./store/redisstore", Test: "TestStore/every key has a time to live",
	},
	{
		ID: "S80", Says: "a command is sent again when its reply was lost",
		Dir: "store/goredisstore", Old: "NoRetry() bool { return true }", New: "NoRetry() bool { return false }",
		Package: "./store/goredisstore", Test: "TestStore/a connection that breaks before the reply",
	},
	{
		ID: "S80", Says: "a server that may evict is taken",
		Dir: "store/internal/redisscript", Old: `!= "noeviction" &&`, New: `== "" &&`,
		Package: "./store/redisstore", Test: "TestStore/check",
	},
	{
		ID: "S82", Says: "a swap in PostgreSQL does not compare",
		Dir: "store/pgstore", Old: "expires = $4 WHERE key = $1 AND value = $2", New: "expires = $4 WHERE key = $1 AND $2::bytea IS NOT NULL",
		Package: "./store/pgstore", Test: "TestPreparedStore",
	},
	{
		ID: "S82", Says: "a serialization failure is no conflict",
		Dir: "store/pgstore", Old: `e.Code == "40001" ||`, New: `e.Code == "" ||`,
		Package: "./store/pgstore", Test: "TestSerializationFailure",
	},
	{
		ID: "S82", Says: "a role whose statements never end is taken",
		Dir: "store/pgstore", Old: "v.statement == 0 ||", New: "",
		Package: "./store/pgstore", Test: "TestSettings",
	},
	{
		ID: "S17", Says: "two processes may both create a value in PostgreSQL",
		Dir: "store/pgstore", Old: "expires = excluded.expires\n\t\t\tWHERE held.expires <= now()", New: "expires = excluded.expires",
		Package: "./store/pgstore", Test: "TestOvertakenSwap",
	},
	{
		ID: "S82", Says: "a statement takes two round trips",
		Dir: "store/pgstore", Old: "mode: pgx.QueryExecModeExec}", New: "mode: pgx.QueryExecModeDescribeExec}",
		Package: "./store/enginetest/promise", Test: "TestRoundTrips/postgres",
	},
	{
		ID: "S82", Says: "rows grow beyond their size",
		Dir: "store/pgstore/schema", Old: "fillfactor = 70", New: "fillfactor = 30",
		Package: "./store/enginetest/promise", Test: "TestSizeInPostgres",
	},
	{
		ID: "S61", Says: "rows stay an hour longer than they should",
		Dir: "store/pgstore/schema", Old: "+ interval '1 hour'", New: "+ interval '2 hours'",
		Package: "./store/enginetest/promise", Test: "TestNothingIsLeftInPostgres",
	},
	{
		ID: "S61", Says: "counters in Redis stay for ever",
		Dir: "store/internal/redisscript", Old: "elseif redis.call('PTTL', key) < 0 then", New: "elseif redis.call('PTTL', key) < -2 then",
		Package: "./store/enginetest/promise", Test: "TestEverythingEndsInRedis",
	},
	{
		ID: "S85", Says: "a slow clock forgets a day too early",
		Dir: "verify/internal/subject", Old: "windowHours = 24", New: "windowHours = 20",
		Package: "./store/enginetest/promise", Test: "TestTwoClocks/memory",
	},
	{
		ID: "S85", Says: "a clock five minutes behind was set back",
		Dir: "verify/internal/subject", Old: "if s.Latest-now <= Skew {", New: "if s.Latest-now <= Skew/3 {",
		Package: "./store/enginetest/promise", Test: "TestTwoClocks/memory",
	},
	{
		ID: "S85", Says: "a cool-down is over before its time, for clocks that differ",
		Dir: "verify/internal/subject", Old: "case now < s.NextSend:", New: "case now < s.NextSend-Skew:",
		Package: "./store/enginetest/promise", Test: "TestTwoClocks/memory",
	},
}
