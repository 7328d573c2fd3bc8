-- Adds ARGV[1] to the counter KEYS[1] and keeps it for ARGV[2] milliseconds if it is new; the next two to KEYS[2], and so on.
local sums = {}
for i, key in ipairs(KEYS) do
	local sum = redis.call('INCRBY', key, ARGV[2 * i - 1])
	if redis.call('PTTL', key) < 0 then
		redis.call('PEXPIRE', key, ARGV[2 * i])
	end
	-- Numbers in Lua are exact up to 2^53, texts always.
	if sum >= 9007199254740992 or sum <= -9007199254740992 then
		sum = redis.call('GET', key)
	end
	sums[i] = sum
end
return sums
