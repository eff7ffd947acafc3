package secret

import "testing"

// What one ballot costs before it is written.
func BenchmarkSeal(b *testing.B) {
	box, _, err := NewBox()
	if err != nil {
		b.Fatal(err)
	}
	v := Vote{State: StateOpen, Phones: true, Kind: Question, Min: 1, Max: 1, Options: make([]Option, 3), box: box}
	m := Marks{true, false, false}
	for b.Loop() {
		if _, err := v.Seal(7, m); err != nil {
			b.Fatal(err)
		}
	}
}
