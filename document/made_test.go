package document_test

import (
	"context"
	"testing"

	"chibo/document"
	"chibo/internal/blob"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/paper"
)

// What was drawn before is taken when the paper came out the same, and only then.
func TestFilesMadeBeforehand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		style := style(t, s)
		in := document.IssueIn{
			Unit: cell(), Kind: "NQ", Subject: "x", Owner: "meeting", OwnerID: 1, On: civil.Of(2026, 11, 3), Freeze: true,
			Build: func(symbol string) (paper.Document, error) { return content(style, symbol), nil },
		}
		var symbol string
		var seen paper.Document
		foresee := func(ctx context.Context, q db.Q) (err error) {
			symbol, seen, err = s.Foresee(ctx, q, in)
			return err
		}
		if err := d.Read(t.Context(), func(q db.Q) error { return foresee(t.Context(), q) }); err != nil || symbol != "01-NQ/CB" {
			t.Fatalf("foreseen as %q, %v", symbol, err)
		}
		made, err := s.Draw(t.Context(), seen)
		if err != nil || len(made) != 1 {
			t.Fatalf("%d drawn, %v", len(made), err)
		}
		mark := []byte("drawn before")
		for _, files := range made {
			files[document.PDF] = mark
		}
		in.Made = made
		var docs [2]document.Document
		for i := range docs { // the second has another number, so another content
			write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
				docs[i], err = s.Issue(ctx, tx, in)
				return err
			})
		}
		if docs[0].Symbol != symbol || docs[0].PDFHash != blob.Hash(mark) {
			t.Errorf("%s was drawn again", docs[0].Symbol)
		}
		if docs[1].Symbol != "02-NQ/CB" || docs[1].PDFHash == blob.Hash(mark) {
			t.Errorf("%s has the files of another paper", docs[1].Symbol)
		}
	})
}
