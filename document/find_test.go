package document_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/rulebook"
)

// told issues a resolution with the text.
func told(t *testing.T, s *document.Service, on civil.Date, text string) document.Document {
	t.Helper()
	in := issueIn(t, s, "NQ", on)
	in.Build = func(symbol string) (paper.Document, error) {
		c := content(style(t, s), symbol)
		c.Blocks = []paper.Block{paper.Paragraph(paper.Text(text))}
		return c, nil
	}
	d, err := issue(t, s, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func symbols(f document.Found) string {
	var out []string
	for _, h := range f.Hits {
		out = append(out, h.Symbol)
	}
	return strings.Join(out, " ")
}

func passageOf(h document.Hit) string {
	var b strings.Builder
	for _, p := range h.Passage {
		if p.Hit {
			b.WriteString("[" + p.Text + "] ")
		} else {
			b.WriteString(p.Text + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

// People type words with or without marks, in any order, and find the papers of their own
// subtree only, the newest first; where the marks as typed stand nowhere, papers with other
// marks are shown and it is said.
func TestFindPapers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		told(t, s, civil.Of(2026, 9, 3), "Vận động 12 hộ hiến đất mở rộng đường ngõ 5.")
		told(t, s, civil.Of(2026, 10, 3), "Đồng chí Ngô Văn Hiền phụ trách đất công.")
		told(t, s, civil.Of(2026, 11, 3), "Sửa đèn chiếu sáng ngõ 3.")
		other := issueIn(t, s, "NQ", civil.Of(2026, 11, 3))
		other.Unit = cell()
		other.Unit.ID, other.Unit.Path = 10, "1.7.10."
		otherTerm(t, d)
		if _, err := issue(t, s, other); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, text, want string
			loose, begun     bool
		}{
			{"without marks", "hien dat", "02-NQ/CB 01-NQ/CB", false, false},
			{"with marks", "hiến đất", "01-NQ/CB", false, false},
			{"in another order, capitals", "ĐẤT hiến ngõ", "01-NQ/CB", false, false},
			{"marks that stand nowhere", "hiển đất", "02-NQ/CB 01-NQ/CB", true, false},
			{"a number", "ngo 5", "01-NQ/CB", false, false},
			{"a symbol", "03-NQ/CB", "03-NQ/CB", false, false},
			{"the beginning of a word", "chieu sa", "03-NQ/CB", false, true},
			{"nothing", "hiến máu", "", false, true},
			{"signs only", "%_*\"'", "", false, false},
			{"the language of the engine", `w* OR "x" | !ngo :*`, "", false, true},
		} {
			f, err := s.Find(t.Context(), reader(), cellID, c.text)
			if err != nil || symbols(f) != c.want || f.Loose != c.loose || f.Begun != c.begun {
				t.Errorf("%s: %q, loose %v, begun %v, %v; want %q", c.name, symbols(f), f.Loose, f.Begun, err, c.want)
			}
		}
		f, err := s.Find(t.Context(), reader(), cellID, "hien dat mo")
		if err != nil || len(f.Hits) != 1 || passageOf(f.Hits[0]) != "Vận động 12 hộ [hiến đất mở] rộng đường ngõ 5." {
			t.Errorf("the passage: %v, %v", f.Hits, err)
		}
		if _, err := s.Find(t.Context(), reader(), 10, "ngo"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("another cell's papers: %v", err)
		}
		above := access.Actor{AccountID: 4, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: 7, Path: "1.7."}}}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO org (id, path, depth, part_id, kind, name, short, paper_name, fold, valid_from)
VALUES (7, '1.7.', 2, 7, 'grassroots_party', 'Đảng bộ', 'Đảng bộ', 'ĐẢNG BỘ', 'dang bo', '2020-01-01')`)
			return err
		})
		if f, err := s.Find(t.Context(), above, 7, "ngo 3"); err != nil || len(f.Hits) != 2 {
			t.Errorf("the committee above finds %q, %v", symbols(f), err)
		}
	})
}

// otherTerm gives the second cell its term.
func otherTerm(t *testing.T, d *db.DB) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO term (part_id, id, org_id, name, from_day, to_day) SELECT part_id, id + 500, 10, name, from_day, to_day FROM term WHERE org_id = $1`, cellID)
		return err
	})
}

// A corrected paper is found by its new words and no more by those that were taken out; a
// unit's papers are found after it went to another part; the index is made anew.
func TestFindFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		doc := told(t, s, civil.Of(2026, 11, 3), "Trồng cây xanh dọc đường liên thôn.")
		lead := access.Actor{AccountID: 5, PersonID: 32, PartID: part, Name: "Võ Đình Khải", Grants: []access.Grant{{Role: access.RoleLead, OrgID: cellID, Path: "1.7.9."}}}
		find := func(text string) string {
			t.Helper()
			f, err := s.Find(t.Context(), reader(), cellID, text)
			if err != nil {
				t.Fatal(err)
			}
			return symbols(f)
		}
		err := s.Correct(t.Context(), lead, doc.Ref, document.CorrectIn{
			From: 1, Texts: map[string]string{"b0": "Trồng hoa dọc đường liên thôn."}, Reason: "ghi nhầm", Op: ident.NewDevice(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if find("trong hoa") != doc.Symbol || find("cay xanh") != "" {
			t.Errorf("after the correction: %q, %q", find("trong hoa"), find("cay xanh"))
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return document.Rehome(ctx, tx, cellID, part, 70) })
		if find("trong hoa") != doc.Symbol {
			t.Error("not found after the unit went to another part")
		}
		n := 0
		if err := document.RebuildFind(t.Context(), d, func(papers int) { n = papers }); err != nil || n != 1 || find("trong hoa") != doc.Symbol || find("cay xanh") != "" {
			t.Errorf("made anew of %d papers: %q, %v", n, find("trong hoa"), err)
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			missing, err := document.FindMissing(t.Context(), q)
			if missing {
				t.Error("an index that is there is missing")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The papers with the marks as typed may all be older than a page of others: they are
// found, the newest first, and a full page says that there are more.
func TestFindReadsOnForTheMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		past(t, d, s.Book, 1, 33, civil.Of(2024, 1, 1), 1, "hiến đất")
		past(t, d, s.Book, 101, 45, civil.Of(2025, 1, 1), 1, "hiền đất")
		for text, want := range map[string]struct {
			first, last string
			more, loose bool
		}{
			"hiến đất": {"33-NQ/CB", "04-NQ/CB", true, false},
			"hiền đất": {"45-NQ/CB", "16-NQ/CB", true, false},
			"hiển đất": {"45-NQ/CB", "16-NQ/CB", true, true},
		} {
			f, err := s.Find(t.Context(), reader(), cellID, text)
			if err != nil || len(f.Hits) != 30 || f.Hits[0].Symbol != want.first || f.Hits[29].Symbol != want.last || f.More != want.more || f.Loose != want.loose {
				t.Errorf("%s: %d, %s, more %v, loose %v, %v", text, len(f.Hits), symbols(f), f.More, f.Loose, err)
			}
		}
	})
}

// past puts n papers, numbered from first, of a day each into the archive.
func past(t testing.TB, d *db.DB, book *rulebook.Book, first, n int, from civil.Date, paragraphs int, words string) {
	t.Helper()
	var look paper.Style
	if err := book.At(civil.Of(2026, 1, 1), "").PaperStyle(&look); err != nil {
		t.Fatal(err)
	}
	var list []document.Past
	for i := range n {
		var blocks []paper.Block
		for range paragraphs {
			blocks = append(blocks, paper.Paragraph(paper.Text("Chi bộ thống nhất vận động các hộ dân "+words+" mở rộng đường ngõ, giữ gìn vệ sinh, bảo vệ môi trường khu dân cư.")))
		}
		list = append(list, document.Past{
			Ref: ident.Ref{Part: part}, OrgID: cellID, Kind: "NQ", Number: first + i, Symbol: fmt.Sprintf("%02d-NQ/CB", i+1), On: from.AddDays(i),
			Content: paper.Document{Style: look, Kind: "NGHỊ QUYẾT", Subject: "thử", Blocks: blocks},
		})
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return document.AddPast(t.Context(), tx, list) }); err != nil {
		t.Fatal(err)
	}
}

// The commonest search, with its marks as they stand, and the one that opens all the papers
// that are compared at most.
func BenchmarkFind(b *testing.B) {
	d := dbtest.New(b)
	book, err := rulebook.New()
	if err != nil {
		b.Fatal(err)
	}
	s := &document.Service{DB: d, Book: book}
	err = d.Write(b.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(b.Context(), `INSERT INTO org (id, path, depth, part_id, kind, name, short, paper_name, fold, valid_from)
VALUES ($1, '1.7.9.', 3, 7, 'cell', 'Chi bộ', 'TDP', 'CHI BỘ', 'chi bo', '2020-01-01')`, cellID)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	past(b, d, book, 1, 400, civil.Of(2024, 1, 1), 40, "hiến đất")
	for name, text := range map[string]string{"as it stands": "hiến đất", "with other marks": "hiển đất"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if f, err := s.Find(b.Context(), reader(), cellID, text); err != nil || len(f.Hits) != 30 {
					b.Fatal(len(f.Hits), err)
				}
			}
		})
	}
}
