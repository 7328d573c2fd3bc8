module github.com/codeword-go/codeword/benchmarks

go 1.26.0

require (
	github.com/codeword-go/codeword v0.0.0
	github.com/codeword-go/codeword/store/goredisstore v0.0.0
	github.com/codeword-go/codeword/store/pgstore v0.0.0
	github.com/codeword-go/codeword/store/redisstore v0.0.0
	github.com/jackc/pgx/v5 v5.12.0
	github.com/nyaruka/phonenumbers v1.8.1
	github.com/redis/go-redis/v9 v9.23.0
	github.com/redis/rueidis v1.0.79
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/boombuler/barcode v1.0.1-0.20190219062509-6c824513bacc // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/pquerna/otp v1.5.0 // indirect
	go.uber.org/atomic v1.12.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)

replace (
	github.com/codeword-go/codeword => ../
	github.com/codeword-go/codeword/store/goredisstore => ../store/goredisstore
	github.com/codeword-go/codeword/store/pgstore => ../store/pgstore
	github.com/codeword-go/codeword/store/redisstore => ../store/redisstore
)
