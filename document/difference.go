package document

import (
	"context"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
)

// Change is a passage that two versions do not share: words taken out and words put in,
// with what stayed around them.
type Change struct {
	Old, New string  // whole; one of them empty when the passage is only in the other
	Words    []Piece // the two in one
}

// Piece is a run of words in a Change.
type Piece struct {
	Text     string
	Out, New bool // only in the old, only in the new version
}

// maxWords is the longest passage that is compared word by word; a longer one is shown
// as a whole, so that nobody waits for it.
const maxWords = 4000

// Difference gives two versions of a paper and what is different in their texts.
func (s *Service) Difference(ctx context.Context, who access.Actor, ref ident.Ref, from, to int) (v View, a, b Version, out []Change, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Document, v.Unit, err = s.open(ctx, q, who, ref); err != nil {
			return err
		}
		if a, v.Versions, err = version(ctx, q, v.Document, from); err != nil {
			return err
		}
		if b, _, err = version(ctx, q, v.Document, to); err != nil {
			return err
		}
		was, err := content(ctx, q, v.Document, a)
		if err != nil {
			return err
		}
		now, err := content(ctx, q, v.Document, b)
		if err != nil {
			return err
		}
		out = difference(unmarked(was, a.N), unmarked(now, b.N))
		return nil
	})
	s.title(&v)
	return v, a, b, out, err
}

// lines are the passages of a paper as somebody reads them, one line each.
func lines(d paper.Document) []string {
	out := strings.Split(d.Subject, "\n")
	for _, b := range d.Blocks {
		if b.Table == nil {
			out = append(out, strings.Split(plain(b.Runs), "\n")...)
			continue
		}
		for _, row := range b.Table.Rows {
			out = append(out, strings.ReplaceAll(strings.Join(row.Cells, " | "), "\n", " "))
		}
	}
	return out
}

func difference(was, now paper.Document) []Change {
	var out []Change
	var gone, come []string
	flush := func() {
		for i := range max(len(gone), len(come)) {
			var c Change
			if i < len(gone) {
				c.Old = gone[i]
			}
			if i < len(come) {
				c.New = come[i]
			}
			c.Words = words(c.Old, c.New)
			out = append(out, c)
		}
		gone, come = nil, nil
	}
	for _, d := range compare(lines(was), lines(now)) {
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			gone = append(gone, d.list...)
		case diffmatchpatch.DiffInsert:
			come = append(come, d.list...)
		case diffmatchpatch.DiffEqual:
			flush()
		}
	}
	flush()
	return out
}

// words compares two passages word by word.
func words(was, now string) []Piece {
	a, b := strings.Fields(was), strings.Fields(now)
	if len(a) > maxWords || len(b) > maxWords {
		return []Piece{{Text: was, Out: true}, {Text: now, New: true}}
	}
	var out []Piece
	for _, d := range compare(a, b) {
		out = append(out, Piece{
			Text: strings.Join(d.list, " "), Out: d.Type == diffmatchpatch.DiffDelete, New: d.Type == diffmatchpatch.DiffInsert,
		})
	}
	return out
}

// run is a stretch of a comparison.
type run struct {
	Type diffmatchpatch.Operation
	list []string
}

// compare compares two lists. The library compares letters, so each item gets one.
func compare(a, b []string) []run {
	letters := map[string]rune{}
	var items []string
	spell := func(list []string) []rune {
		out := make([]rune, len(list))
		for i, s := range list {
			r, ok := letters[s]
			if !ok {
				r = letter(len(items))
				letters[s] = r
				items = append(items, s)
			}
			out[i] = r
		}
		return out
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // the same papers always differ in the same way
	var out []run
	for _, d := range dmp.DiffMainRunes(spell(a), spell(b), false) {
		r := run{Type: d.Type}
		for _, c := range d.Text {
			r.list = append(r.list, items[number(c)])
		}
		out = append(out, r)
	}
	return out
}

// letter and number turn a place in a list into a letter and back, past the surrogates,
// which are no letters.
func letter(i int) rune {
	if i += 1; i >= 0xD800 {
		i += 0x800
	}
	return rune(i)
}

func number(r rune) int {
	if r >= 0xE000 {
		r -= 0x800
	}
	return int(r) - 1
}
