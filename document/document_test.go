package document_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/blob"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

const part, cellID = int64(7), int64(9)

func cell() org.Unit {
	return org.Unit{ID: cellID, Path: "1.7.9.", PartID: part, Kind: org.KindCell, Name: "Chi bộ Tổ dân phố Hòa Bình"}
}

// reader is a member of the cell.
func reader() access.Actor {
	return access.Actor{AccountID: 3, PersonID: 31, PartID: part, Grants: []access.Grant{{Role: access.RoleMember, OrgID: cellID, Path: "1.7.9."}}}
}

// desk is a cell with two terms, the second from 01/6/2025.
func desk(t *testing.T, d *db.DB) *document.Service {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		for id, path := range map[int64]string{cellID: "1.7.9.", 10: "1.7.10."} {
			_, err := tx.Exec(ctx, `INSERT INTO org (id, path, depth, part_id, kind, name, short, paper_name, fold, valid_from)
VALUES ($1, $2, 3, 7, 'cell', 'Chi bộ Tổ dân phố Hòa Bình', 'TDP', 'CHI BỘ', 'chi bo', '2020-01-01')`, id, path)
			if err != nil {
				return err
			}
		}
		for _, from := range []civil.Date{civil.Of(2020, 6, 1), civil.Of(2025, 6, 1)} {
			name := fmt.Sprintf("%d-%d", from.Year(), from.Year()+5)
			if _, err := office.AddTerm(ctx, tx, office.Term{Part: part, OrgID: cellID, Name: name, From: from}); err != nil {
				return err
			}
		}
		return nil
	})
	return &document.Service{DB: d, Book: book}
}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := d.Write(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func style(t *testing.T, s *document.Service) paper.Style {
	t.Helper()
	var style paper.Style
	if err := s.Book.At(civil.Of(2026, 11, 3), "").PaperStyle(&style); err != nil {
		t.Fatal(err)
	}
	return style
}

func content(style paper.Style, symbol string) paper.Document {
	return paper.Document{
		Style: style, Number: "Số " + symbol, Kind: "NGHỊ QUYẾT", Subject: "sinh hoạt tháng 11", Watermark: "DỮ LIỆU MẪU",
		Blocks: []paper.Block{paper.Paragraph(paper.Text("Chi bộ thống nhất <b>hiến đất</b> mở rộng đường ngõ 3."))},
	}
}

func issueIn(t *testing.T, s *document.Service, kind string, on civil.Date) document.IssueIn {
	t.Helper()
	look := style(t, s)
	return document.IssueIn{
		Unit: cell(), Kind: kind, Subject: "sinh hoạt tháng 11", Owner: "meeting", OwnerID: 77, On: on, By: 3,
		Build: func(symbol string) (paper.Document, error) { return content(look, symbol), nil },
	}
}

func issue(t *testing.T, s *document.Service, in document.IssueIn) (d document.Document, err error) {
	t.Helper()
	ctx := context.Background()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err = s.Issue(ctx, tx, in)
		return err
	})
	return d, err
}

// rules.md 7.06, 7.07 and test case 15: numbers run per kind and term, not per
// year; a new term begins at 01.
func TestNumbersRunPerKindAndTerm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		for _, c := range []struct {
			kind string
			on   civil.Date
			want string
		}{
			{"NQ", civil.Of(2025, 3, 4), "01-NQ/CB"},
			{"NQ", civil.Of(2025, 4, 4), "02-NQ/CB"},
			{"BB", civil.Of(2025, 4, 4), "01-BB/CB"},
			{"NQ", civil.Of(2025, 12, 3), "01-NQ/CB"}, // the new term
			{"NQ", civil.Of(2026, 1, 5), "02-NQ/CB"},  // the year changed, the term did not
			{"BB", civil.Of(2026, 1, 5), "01-BB/CB"},
			{"NQ", civil.Of(2025, 5, 31), "03-NQ/CB"}, // entered late, of the old term's last day
		} {
			got, err := issue(t, s, issueIn(t, s, c.kind, c.on))
			if err != nil || got.Symbol != c.want {
				t.Errorf("%s on %s: %q, %v; want %q", c.kind, c.on, got.Symbol, err, c.want)
			}
		}
		for n := 3; n <= 10; n++ {
			got, err := issue(t, s, issueIn(t, s, "NQ", civil.Of(2026, 11, 3)))
			if want := fmt.Sprintf("%02d-NQ/CB", n); err != nil || got.Symbol != want {
				t.Errorf("number %d: %q, %v", n, got.Symbol, err)
			}
		}
	})
}

// rules.md 7.19, 14.27.
func TestKindsByDate(t *testing.T) {
	d := dbtest.New(t)
	s := desk(t, d)
	for _, c := range []struct {
		kind string
		on   civil.Date
		ok   bool
	}{
		{"KL", civil.Of(2026, 1, 8), false},
		{"KL", civil.Of(2026, 1, 9), true},
		{"TB", civil.Of(2025, 12, 31), false},
		{"QC", civil.Of(2026, 2, 1), true},
		{"HD", civil.Of(2026, 2, 1), false},
		{"XX", civil.Of(2026, 2, 1), false},
	} {
		_, err := issue(t, s, issueIn(t, s, c.kind, c.on))
		if got := err == nil; got != c.ok || err != nil && !errors.Is(err, document.ErrKind) {
			t.Errorf("%s on %s: %v", c.kind, c.on, err)
		}
	}
	_, err := issue(t, s, issueIn(t, s, "NQ", civil.Of(2019, 5, 1)))
	if !errors.Is(err, document.ErrNoTerm) {
		t.Errorf("before every term: %v", err)
	}
}

// A paper that fails takes no number with it, and two at once get two.
func TestNoGapsNoDoubles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		on := civil.Of(2026, 11, 3)
		bad := issueIn(t, s, "NQ", on)
		bad.Build = func(string) (paper.Document, error) { return paper.Document{}, errors.New("no facts") }
		if _, err := issue(t, s, bad); err == nil {
			t.Fatal("a paper without content was issued")
		}
		in := issueIn(t, s, "NQ", on)
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[int]bool{}
		for range 6 {
			wg.Go(func() {
				ctx := context.Background()
				var got document.Document
				err := d.Write(ctx, func(tx *db.Tx) (err error) {
					got, err = s.Issue(ctx, tx, in)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[got.Number] = true
				mu.Unlock()
			})
		}
		wg.Wait()
		for n := 1; n <= 6; n++ {
			if !seen[n] {
				t.Errorf("number %d is missing of %v", n, seen)
			}
		}
	})
}

func TestFrozenFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		in := issueIn(t, s, "NQ", civil.Of(2026, 11, 3))
		in.Freeze = true
		doc, err := issue(t, s, in)
		if err != nil || !doc.Frozen() {
			t.Fatalf("%+v, %v", doc, err)
		}
		pdf, err := s.File(ctx, reader(), doc.Ref, 0, document.PDF)
		if err != nil || !pdf.Frozen || !bytes.HasPrefix(pdf.Data, []byte("%PDF-")) || pdf.Hash != blob.Hash(pdf.Data) {
			t.Fatalf("PDF %d bytes, %v", len(pdf.Data), err)
		}
		if pdf.Name != "NQ-01-CB-2026-11-03.pdf" {
			t.Errorf("name %q", pdf.Name)
		}
		docx, err := s.File(ctx, reader(), doc.Ref, 0, document.DOCX)
		if err != nil || !bytes.HasPrefix(docx.Data, []byte("PK")) || docx.Name != "NQ-01-CB-2026-11-03.docx" {
			t.Fatalf("DOCX %q, %d bytes, %v", docx.Name, len(docx.Data), err)
		}
		var list []document.Document
		err = d.Read(ctx, func(q db.Q) (err error) {
			list, err = document.ByOwner(ctx, q, part, "meeting", 77)
			return err
		})
		if err != nil || len(list) != 1 || list[0] != doc {
			t.Errorf("ByOwner = %+v, %v; want %+v", list, err, doc)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE blob SET data = $2 WHERE hash = $1`, doc.PDFHash, []byte("%PDF-altered"))
			return err
		})
		if _, err := s.File(ctx, reader(), doc.Ref, 0, document.PDF); !errors.Is(err, document.ErrDamaged) {
			t.Errorf("an altered file: %v", err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM blob`)
			return err
		})
		if _, err := s.File(ctx, reader(), doc.Ref, 0, document.DOCX); !errors.Is(err, document.ErrDamaged) {
			t.Errorf("a file that is gone: %v", err)
		}
	})
}

// A paper of the history has no files: it is made when opened, always the same.
func TestPast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		look := style(t, s)
		var term office.Term
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if term, err = office.TermOn(ctx, tx, part, cellID, civil.Of(2026, 9, 3)); err != nil {
				return err
			}
			var list []document.Past
			for n, month := range []int{8, 9, 10} {
				symbol := fmt.Sprintf("%02d-NQ/CB", n+1)
				list = append(list, document.Past{
					Ref: ident.Ref{Part: part}, OrgID: cellID, TermID: term.ID, Kind: "NQ", Number: n + 1, Symbol: symbol,
					Subject: "sinh hoạt", On: civil.Of(2026, month, 3), Owner: "meeting", OwnerID: int64(month), At: tx.Now(),
					Content: content(look, symbol),
				})
			}
			return document.AddPast(ctx, tx, list)
		})
		next, err := issue(t, s, issueIn(t, s, "NQ", civil.Of(2026, 11, 3)))
		if err != nil || next.Symbol != "04-NQ/CB" {
			t.Errorf("after the history: %q, %v", next.Symbol, err)
		}
		var list []document.Document
		err = d.Read(ctx, func(q db.Q) (err error) {
			list, err = document.ByOrg(ctx, q, part, cellID, 2)
			return err
		})
		if err != nil || len(list) != 2 || list[0] != next || list[1].Symbol != "03-NQ/CB" {
			t.Fatalf("ByOrg = %+v, %v", list, err)
		}
		old := list[1]
		a, err1 := s.File(ctx, reader(), old.Ref, 0, document.PDF)
		b, err2 := s.File(ctx, reader(), old.Ref, 0, document.PDF)
		if err1 != nil || err2 != nil || a.Frozen || a.Hash != b.Hash || !bytes.HasPrefix(a.Data, []byte("%PDF-")) {
			t.Errorf("made %s and %s, %v, %v", a.Hash, b.Hash, err1, err2)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE document SET model = '{}' WHERE part_id = $1 AND id = $2`, part, old.Ref.ID)
			return err
		})
		if _, err := s.File(ctx, reader(), old.Ref, 0, document.DOCX); !errors.Is(err, document.ErrDamaged) {
			t.Errorf("an altered model: %v", err)
		}
		if _, err := s.Open(ctx, reader(), old.Ref, 0); !errors.Is(err, document.ErrDamaged) {
			t.Errorf("an altered model: %v", err)
		}
	})
}

func TestOpenAndReadMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		doc, err := issue(t, s, issueIn(t, s, "NQ", civil.Of(2026, 11, 3)))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			v, err := s.Open(ctx, reader(), doc.Ref, 0)
			if err != nil || v.Reading.Opened != 1 || v.Term != "2025-2030" || v.Title.Vi != "Nghị quyết" || v.Unit.ID != cellID {
				t.Fatalf("Open = %+v, %v", v, err)
			}
			if v.Content.Watermark != "DỮ LIỆU MẪU" || v.Content.Number != "Số 01-NQ/CB" {
				t.Errorf("content %+v", v.Content)
			}
		}
		other := reader()
		other.PersonID = 32
		if v, err := s.Open(ctx, other, doc.Ref, 0); err != nil || v.Reading.Opened != 2 {
			t.Errorf("a second reader: %d, %v", v.Reading.Opened, err)
		}
		if _, err := s.Open(ctx, reader(), ident.Ref{Part: part, ID: 1}, 0); !errors.Is(err, document.ErrNotFound) {
			t.Errorf("no such paper: %v", err)
		}
	})
}

// The prose of access.go: actor, place, expected.
func TestWhoMayRead(t *testing.T) {
	d := dbtest.New(t)
	ctx, s := context.Background(), desk(t, d)
	doc, err := issue(t, s, issueIn(t, s, "BB", civil.Of(2026, 11, 3)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		g    access.Grant
		ok   bool
	}{
		{"member", access.Grant{Role: access.RoleMember, Path: "1.7.9."}, true},
		{"secretary", access.Grant{Role: access.RoleLead, Path: "1.7.9."}, true},
		{"follower", access.Grant{Role: access.RoleFollower, Path: "1.7.9."}, true},
		{"committee above", access.Grant{Role: access.RoleUpper, Path: "1.7."}, true},
		{"district", access.Grant{Role: access.RoleUpper, Path: "1."}, true},
		{"member of the next cell", access.Grant{Role: access.RoleMember, Path: "1.7.10."}, false},
		{"committee beside", access.Grant{Role: access.RoleUpper, Path: "1.8."}, false},
		{"administrator", access.Grant{Role: access.RoleAdmin, Path: "1."}, false},
	} {
		who := access.Actor{PersonID: 40, Grants: []access.Grant{c.g}}
		_, err1 := s.Open(ctx, who, doc.Ref, 0)
		_, err2 := s.File(ctx, who, doc.Ref, 0, document.PDF)
		for _, err := range []error{err1, err2} {
			if got := err == nil; got != c.ok || err != nil && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestFileName(t *testing.T) {
	on := civil.Of(2026, 11, 3)
	for symbol, want := range map[string]string{
		"05-NQ/CB":   "NQ-05-CB-2026-11-03.pdf",
		"12-CTr/ĐU":  "CTR-12-DU-2026-11-03.pdf",
		"100-ĐA/CB":  "DA-100-CB-2026-11-03.pdf",
		"01-BB/\"\n": "BB-01--2026-11-03.pdf",
	} {
		if got := (document.Document{Symbol: symbol, On: on}).FileName(1, document.PDF); got != want {
			t.Errorf("%q is called %q, want %q", symbol, got, want)
		}
	}
	if got := (document.Document{Symbol: "05-NQ/CB", On: on}).FileName(3, document.DOCX); got != "NQ-05-CB-2026-11-03-ban-3.docx" {
		t.Errorf("the third version is called %q", got)
	}
}
