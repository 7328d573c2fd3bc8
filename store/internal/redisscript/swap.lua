-- Swaps the value of KEYS[1] from ARGV[1] to ARGV[2] for ARGV[3] milliseconds. An empty value is none.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
	return 0
end
if ARGV[2] == '' then
	redis.call('DEL', KEYS[1])
else
	redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
