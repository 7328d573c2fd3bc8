package middleware

var (
	ForwardedFor = forwardedFor
	Peer         = peer
)
