-- Adds ARGV[1] to the counter KEYS[1] and keeps it for ARGV[2] milliseconds if it is new; the next two to KEYS[2], and so on.
-- Adding nothing only reads, and a counter that is back at zero goes.
local sums = {}
for i, key in ipairs(KEYS) do
	local delta, life = ARGV[2 * i - 1], ARGV[2 * i]
	if delta == '0' then
		sums[i] = redis.call('GET', key) or 0
	else
		local sum = redis.call('INCRBY', key, delta)
		if sum == 0 then
			redis.call('DEL', key)
		elseif redis.call('PTTL', key) < 0 then
			redis.call('PEXPIRE', key, life)
		end
		-- Numbers in Lua are exact up to 2^53, texts always.
		if sum >= 9007199254740992 or sum <= -9007199254740992 then
			sum = redis.call('GET', key)
		end
		sums[i] = sum
	end
end
return sums
