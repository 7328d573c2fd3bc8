module github.com/codeword-go/codeword/store/redisstore

go 1.26.0

require (
	github.com/codeword-go/codeword v0.0.0
	github.com/redis/rueidis v1.0.79
)

require golang.org/x/sys v0.47.0 // indirect

replace github.com/codeword-go/codeword => ../../
