package tree_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/tree"
)

func path(t *rapid.T, label string) tree.Path {
	var p tree.Path
	for _, id := range rapid.SliceOfN(rapid.Int64Range(1, 400), 0, 6).Draw(t, label) {
		p = p.Child(id)
	}
	return p
}

func TestPath(t *testing.T) {
	p := tree.Path("1.34.345.")
	lo, hi := p.Range()
	if lo != "1.34.345." || hi != "1.34.345/" {
		t.Errorf("Range = %q, %q", lo, hi)
	}
	if p.Parent() != "1.34." || p.Depth() != 3 || p.ID() != 345 || !slices.Equal(p.Ids(), []int64{1, 34, 345}) {
		t.Errorf("parts of %q are wrong", p)
	}
	if p.Contains("1.34.3450.") || !p.Contains("1.34.345.9.") || !p.Contains(p) {
		t.Error("Contains is wrong")
	}
	if tree.Path("").ID() != 0 || tree.Path("1.").Parent() != "" || tree.Path("").Parent() != "" {
		t.Error("the ends of the tree are wrong")
	}
	if p.Toward("1.34.345.9.7.") != 9 || p.Toward(p) != 0 || p.Toward("1.34.") != 0 || p.Toward("1.34.3450.") != 0 || tree.Path("").Toward(p) != 1 {
		t.Error("Toward is wrong")
	}
	if got := tree.Path("1.2.3.4.").Move("1.2.", "9."); got != "9.3.4." {
		t.Errorf("Move = %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"1", ".", "1..", "a.", "1.02.", "-1.", "0.", " 1.", "1. ", "+1.", "99999999999999999999."} {
		if _, err := tree.Parse(s); err == nil {
			t.Errorf("Parse(%q) accepted", s)
		}
	}
}

// The byte range of a subtree holds exactly the places under it.
func TestRangeIsSubtree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := path(t, "p"), path(t, "q")
		if rapid.Bool().Draw(t, "below") {
			q = p + q
		}
		lo, hi := p.Range()
		in := string(q) >= lo && string(q) < hi
		under := len(q.Ids()) >= len(p.Ids()) && slices.Equal(q.Ids()[:len(p.Ids())], p.Ids())
		if in != under || in != p.Contains(q) {
			t.Fatalf("%q in range of %q: %v, under: %v, Contains: %v", q, p, in, under, p.Contains(q))
		}
	})
}

func TestRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := path(t, "p")
		id := rapid.Int64Range(1, 1<<53).Draw(t, "id")
		c := p.Child(id)
		if c.Parent() != p || c.ID() != id || c.Depth() != p.Depth()+1 || !p.Contains(c) || c.Contains(p) {
			t.Fatalf("child %d of %q is %q", id, p, c)
		}
		if got, err := tree.Parse(string(c)); err != nil || got != c {
			t.Fatalf("Parse(%q) = %q, %v", c, got, err)
		}
		line := c.Lineage()
		if len(line) != c.Depth() || line[0] != c {
			t.Fatalf("Lineage(%q) = %q", c, line)
		}
		to := path(t, "to").Child(7)
		if back := c.Move(c, to).Move(to, c); back != c {
			t.Fatalf("moved there and back: %q", back)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "1.", "1.34.345.", "1..2.", "01.", "1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tree.Parse(s)
		if err != nil {
			return
		}
		var again tree.Path
		for _, id := range p.Ids() {
			again = again.Child(id)
		}
		if again != p {
			t.Fatalf("%q is rebuilt as %q", p, again)
		}
	})
}
