package db_test

import (
	"slices"
	"testing"

	"chibo/internal/db"
)

// Every value is asked for once, whatever their number; what fills a lot up is nobody.
func TestIn(t *testing.T) {
	for _, n := range []int{0, 1, db.InSize - 1, db.InSize, db.InSize + 1, 3*db.InSize + 5} {
		var list, got []int64
		for i := range n {
			list = append(list, int64(i+1))
		}
		lots := 0
		for args := range db.In(list, "rest") {
			lots++
			if len(args) != db.InSize+1 || args[db.InSize] != "rest" {
				t.Errorf("%d: a lot of %d", n, len(args))
			}
			for _, v := range args[:db.InSize] {
				if v != int64(0) {
					got = append(got, v.(int64))
				}
			}
		}
		if !slices.Equal(got, list) || lots != (n+db.InSize-1)/db.InSize {
			t.Errorf("%d values: %d lots, %v", n, lots, got)
		}
	}
}
