package document_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/office"
	"chibo/office/officetest"
)

// A paper of a guarded act is read by whom its feature lets read, on every way to it, and
// stands in no list, search or reading duty; without a guard nobody reads it.
func TestGuardedPapers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := &document.Service{DB: d, Book: w.Book}
		in := issueIn(t, s, "NQ", civil.Of(2026, 11, 3))
		in.Unit, in.Owner, in.OwnerID = w.HoaBinh, "dossier:cell", 41
		in.Build = func(symbol string) (paper.Document, error) {
			c := content(style(t, s), symbol)
			c.Blocks = []paper.Block{paper.Paragraph(paper.Text("Đề nghị kết nạp quần chúng Đoàn Thị Mận."))}
			return c, nil
		}
		var ref ident.Ref
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := office.AddTerm(ctx, tx, office.Term{Part: w.Town.ID, OrgID: w.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2025, 5, 20)}); err != nil {
				return err
			}
			doc, err := s.Issue(ctx, tx, in)
			ref = doc.Ref
			return err
		})
		ways := map[string]func(access.Actor) error{
			"open":    func(a access.Actor) error { _, err := s.Open(t.Context(), a, ref, 0); return err },
			"file":    func(a access.Actor) error { _, err := s.File(t.Context(), a, ref, 0, document.PDF); return err },
			"confirm": func(a access.Actor) error { return s.Confirm(t.Context(), a, ref, 1) },
		}
		for way, f := range ways {
			w.Only(t, way+" without a guard", f)
		}
		s.Guards = map[string]document.Guard{"dossier": func(_ context.Context, _ db.Q, who access.Actor, d document.Document) error {
			return officetest.May(who.Name == officetest.Deputy && d.OwnerID == 41)
		}}
		for _, way := range []string{"open", "file"} {
			w.Only(t, way, ways[way], officetest.Deputy)
		}
		w.Only(t, "confirm: nobody is asked to", ways["confirm"])
		for _, who := range []string{officetest.Secretary, officetest.Deputy, officetest.DistrictStaff} {
			found, err := s.Find(t.Context(), w.Actor(t, who), w.HoaBinh.ID, "Mận")
			if err != nil || len(found.Hits) != 0 {
				t.Errorf("%s finds %d, %v", who, len(found.Hits), err)
			}
			if latest, err := s.Latest(t.Context(), w.Actor(t, who), w.HoaBinh.ID); err != nil || len(latest.Hits) != 0 {
				t.Errorf("%s is shown %d, %v", who, len(latest.Hits), err)
			}
		}
		if indexHas(t, d, "man") {
			t.Error("its words are in the index")
		}
		if err := document.RebuildFind(t.Context(), d, nil); err != nil || indexHas(t, d, "man") {
			t.Errorf("its words are in the index made anew, %v", err)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			if missing, err := document.FindMissing(t.Context(), q); missing || err != nil {
				t.Errorf("a guarded paper alone is no index that is missing: %v, %v", missing, err)
			}
			list, err := document.ToRead(t.Context(), q, w.Book.At(civil.Of(2026, 11, 3), w.HoaBinh.Path), w.HoaBinh, w.People[officetest.Member].Ref.ID, civil.Of(2026, 11, 4))
			if len(list) != 0 {
				t.Errorf("%d to read", len(list))
			}
			mine, err2 := document.ByGuarded(t.Context(), q, ref.Part, "dossier", 41)
			if err2 != nil || len(mine) != 1 || !mine[0].Guarded() {
				t.Errorf("of the act: %+v, %v", mine, err2)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

var errLook = errors.New("only looked")

// indexHas says whether the index itself holds a word, read past every query of the search.
func indexHas(t *testing.T, d *db.DB, word string) bool {
	t.Helper()
	n := 0
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		query := `SELECT COUNT(*) FROM document WHERE ' ' || words || ' ' LIKE '% ' || $1 || ' %'`
		if d.Dialect() == db.SQLite {
			if _, err := tx.Exec(t.Context(), `CREATE VIRTUAL TABLE looked USING fts5vocab(document_fts, 'row')`); err != nil {
				return err
			}
			query = `SELECT COUNT(*) FROM looked WHERE term = $1`
		}
		return errors.Join(tx.QueryRow(t.Context(), query, word).Scan(&n), errLook)
	})
	if !errors.Is(err, errLook) || strings.Contains(err.Error(), "\n") {
		t.Fatal(err)
	}
	return n > 0
}

// What an earlier version of the program put into the index is taken out by the migration;
// other papers stay found.
func TestGuardedWordsLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := desk(t, d)
		plain := told(t, s, civil.Of(2026, 9, 3), "Vận động hiến đất mở đường.")
		in := issueIn(t, s, "NQ", civil.Of(2026, 11, 3))
		in.Owner, in.OwnerID = "dossier:cell", 41
		guarded, err := issue(t, s, in)
		if err != nil {
			t.Fatal(err)
		}
		engine, put := "postgres", `UPDATE document SET words = $2 WHERE id = $1`
		if d.Dialect() == db.SQLite {
			engine, put = "sqlite", `INSERT INTO document_fts (rowid, words) VALUES ($1, $2)`
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, put, guarded.Ref.ID, "zu9 quan chung man")
			return err
		})
		if !indexHas(t, d, "man") {
			t.Fatal("nothing to take out")
		}
		text, err := fs.ReadFile(db.MigrationFiles(), "0145_guarded_words."+engine+".sql")
		if err != nil {
			t.Fatal(err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for statement := range strings.SplitSeq(string(text), ";") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		if indexHas(t, d, "man") || indexHas(t, d, "chung") {
			t.Error("its words are in the index")
		}
		if f, err := s.Find(t.Context(), reader(), cellID, "hien dat"); err != nil || symbols(f) != plain.Symbol {
			t.Errorf("another paper: %q, %v", symbols(f), err)
		}
	})
}
