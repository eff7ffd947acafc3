package app

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// A database whose persons are not in the index finds them after the command.
func TestReindex(t *testing.T) {
	url := filepath.Join(t.TempDir(), "old.db")
	ctx := context.Background()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(2020, 1, 1)
	open := func() *db.DB {
		d, err := db.Open(ctx, db.Options{URL: url, Clock: clock.System()})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := open()
	err = d.Write(ctx, func(tx *db.Tx) error {
		top, err := org.Add(ctx, tx, org.NewUnit{Set: book.At(day, ""), Kind: org.KindDistrict, Name: "Đảng bộ huyện", ValidFrom: day})
		if err != nil {
			return err
		}
		var cell org.Unit
		for range 15 { // more parts than are compared name by name
			if cell, err = org.Add(ctx, tx, org.NewUnit{Set: book.At(day, ""), ParentID: top.ID, Kind: org.KindGrassrootsCell, Name: "Chi bộ", ValidFrom: day}); err != nil {
				return err
			}
		}
		id, err := member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: "Nguyễn Thị Hòa", Sex: "f"})
		if err != nil {
			return err
		}
		if _, err := member.AddMembership(ctx, tx, member.Membership{Part: cell.PartID, PersonID: id, CellID: cell.ID, Name: "Nguyễn Thị Hòa", From: day}); err != nil {
			return err
		}
		for _, forget := range []string{`DELETE FROM name_word`, `DELETE FROM person_fts`} {
			if _, err := tx.Exec(ctx, forget); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	hits := func(d *db.DB) int {
		var found member.Found
		err := d.Read(ctx, func(q db.Q) error {
			scope, err := access.For(access.System(), access.MemberList, access.Unit{})
			if err == nil {
				found, err = member.Find(ctx, q, scope, member.Query{Text: "hoa nguyen", Day: civil.Of(2026, 1, 1)})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(found.Hits)
	}
	if n := hits(d); n != 0 {
		t.Fatalf("%d found without an index", n)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := Main([]string{"reindex", "--db", url}, &out, &errs); code != 0 || !strings.Contains(out.String(), "1") {
		t.Fatalf("exit %d: %s%s", code, out.String(), errs.String())
	}
	d = open()
	defer d.Close()
	if n := hits(d); n != 1 {
		t.Errorf("%d found afterwards", n)
	}
}
