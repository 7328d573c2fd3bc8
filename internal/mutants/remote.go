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
}
