package ident

import "time"

// Floor gives the smallest id that a Maker could give at t, so that "made before
// t" is id < Floor(t).
func Floor(t time.Time) int64 {
	return max(0, t.UnixMilli()-epochMS) << (nodeBits + seqBits)
}
