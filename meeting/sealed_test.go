package meeting_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

const (
	litTables = `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	pgTables  = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
)

// contents gives every row of every table as text.
func (w *world) contents() map[string][]string {
	w.t.Helper()
	out := map[string][]string{}
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		list := litTables
		if w.d.Dialect() == db.Postgres {
			list = pgTables
		}
		tables, err := db.List(ctx(), q, func(s db.Scanner) (n string, err error) { return n, s.Scan(&n) }, list)
		if err != nil {
			return err
		}
		for _, table := range tables {
			rows, err := q.Query(ctx(), `SELECT * FROM `+table) //nolint:gosec // the database's own names
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			for rows.Next() && err == nil {
				row := make([]any, len(columns))
				for i := range row {
					row[i] = new(any)
				}
				err = rows.Scan(row...)
				text := ""
				for _, v := range row {
					text += fmt.Sprintf("%v|", *v.(*any))
				}
				out[table] = append(out[table], text)
			}
			rows.Close()
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return out
}

func (w *world) sealed(ref ident.Ref, who access.Actor, text, op string) {
	w.t.Helper()
	_, err := w.s.AddOpinion(ctx(), who, ref, meeting.OpinionIn{Text: text, Op: op, Sealed: true})
	w.must(err)
}

// Nothing that is stored joins the writer and the text: no other table changes, the row
// names nobody, knows only a day, and neither its key nor its place follows the order in
// which the texts came. No event and no audit entry tells that somebody wrote.
func TestSealedJoinsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.invited(civil.Of(2026, 11, 10))
		w.told = nil
		before := w.contents()
		const n = 9
		for i := range n {
			w.clk.Advance(7 * time.Minute)
			w.sealed(ref, w.act(member1+i%3), fmt.Sprintf("Ý kiến kín số %d", i), fmt.Sprintf("dev%d", i))
		}
		after := w.contents()
		for table, rows := range after {
			if table != "sealed_opinion" && !slices.Equal(rows, before[table]) {
				t.Errorf("%s tells that somebody wrote:\n%v\n%v", table, before[table], rows)
			}
		}
		if len(w.told) != 0 {
			t.Errorf("screens were told %v", w.told)
		}
		rows := after["sealed_opinion"]
		if len(rows) != n {
			t.Fatalf("%d rows", len(rows))
		}
		for _, row := range rows {
			for i := range n {
				if strings.Contains(row, fmt.Sprintf("dev%d", i)) {
					t.Errorf("the row holds the device's id: %s", row)
				}
			}
			for _, p := range w.people {
				for _, id := range []int64{p.id, p.actor.PersonID, p.actor.AccountID} {
					if slices.Contains(strings.Split(row, "|"), fmt.Sprint(id)) {
						t.Errorf("the row holds an id of %s: %s", p.name, row)
					}
				}
			}
		}
		w.noOrder(ref, n)
	})
}

// noOrder looks at what the engine itself keeps of a row: its place, and who wrote it.
func (w *world) noOrder(ref ident.Ref, n int) {
	t := w.t
	var texts, marks []string
	err := w.d.Read(ctx(), func(q db.Q) (err error) {
		if w.d.Dialect() != db.Postgres {
			if err := q.QueryRow(ctx(), `SELECT rowid FROM sealed_opinion LIMIT 1`).Scan(new(int64)); err == nil {
				t.Error("SQLite numbers the rows in the order in which they came")
			}
			texts, err = db.List(ctx(), q, func(s db.Scanner) (x string, err error) { return x, s.Scan(&x) }, `SELECT id FROM sealed_opinion`)
			return err
		}
		texts, err = db.List(ctx(), q, func(s db.Scanner) (x string, err error) { return x, s.Scan(&x) }, `SELECT id FROM sealed_opinion ORDER BY ctid`)
		if err != nil {
			return err
		}
		marks, err = db.List(ctx(), q, func(s db.Scanner) (x string, err error) { return x, s.Scan(&x) }, `SELECT DISTINCT CAST(xmin AS text) FROM sealed_opinion`)
		return err
	})
	w.must(err)
	if len(texts) != n || !slices.IsSorted(texts) {
		t.Errorf("%s: rows do not lie in the order of their random keys", ref)
	}
	if w.d.Dialect() == db.Postgres && len(marks) != 1 {
		t.Errorf("PostgreSQL tells the transactions apart: %v", marks)
	}
}

// Who reads a sealed opinion, and from when on: members of the cell, from the next day or
// the opening; nobody above, whatever the cell keeps or does not keep.
func TestWhoReadsSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.invited(civil.Of(2026, 11, 10))
		const text = "Nên công khai thu chi quỹ"
		w.sealed(ref, w.act(member1), text, "a")
		w.sealed(ref, w.act(member1), text, "a") // sent twice, kept once
		upper := access.Actor{AccountID: 900, PersonID: 9002, PartID: w.town.PartID, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
		follower := access.Actor{AccountID: 901, PersonID: 9001, PartID: w.town.PartID, Grants: []access.Grant{{Role: access.RoleFollower, OrgID: w.cell.ID, Path: w.cell.Path}}}
		reads := func(who access.Actor) int {
			f, err := w.s.Get(ctx(), who, ref)
			w.must(err)
			for _, o := range f.Sealed {
				if o.Text != text {
					t.Errorf("text %q", o.Text)
				}
			}
			return len(f.Sealed)
		}
		for _, who := range []access.Actor{w.act(secretary), w.act(member1), w.act(member2), upper, follower} {
			if n := reads(who); n != 0 {
				t.Errorf("read on the day it was written: %d", n)
			}
		}
		w.clk.Set(civil.From(w.clk.Now()).AddDays(1).Time(6, 0))
		for _, who := range []access.Actor{w.act(secretary), w.act(member1), w.act(member2)} {
			if n := reads(who); n != 1 {
				t.Errorf("the cell reads %d the next day", n)
			}
		}
		w.clk.Set(civil.Of(2026, 11, 10).Time(18, 0))
		w.sealed(ref, w.act(member2), text, "b")
		w.clk.Set(civil.Of(2026, 11, 10).Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		if n := reads(w.act(member3)); n != 2 {
			t.Errorf("the open meeting reads %d", n)
		}
		for _, who := range []access.Actor{upper, follower} {
			if n := reads(who); n != 0 {
				t.Errorf("somebody above reads %d", n)
			}
		}
		_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: text, Sealed: true})
		is(t, err, meeting.ErrState)
	})
}

// A sealed opinion needs words, a seat on the roll and an item that is there; a person
// sends a few a day, counted where nothing is stored; it is in no minutes.
func TestSealedLimits(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.invited(civil.Of(2026, 11, 10))
	add := func(who access.Actor, in meeting.OpinionIn) error {
		in.Sealed = true
		_, err := w.s.AddOpinion(ctx(), who, ref, in)
		return err
	}
	field(t, add(w.act(member1), meeting.OpinionIn{Text: "  "}), "text", "meeting.err.text")
	field(t, add(w.act(member1), meeting.OpinionIn{Text: strings.Repeat("ữ", 2001)}), "text", "meeting.err.too_long")
	field(t, add(w.act(member1), meeting.OpinionIn{Text: "x", ItemID: 7}), "item", "meeting.err.no_item")
	stranger := access.Actor{AccountID: 77, PersonID: 77, PartID: w.cell.PartID}
	is(t, add(stranger, meeting.OpinionIn{Text: "x"}), meeting.ErrStranger)
	for i := range 3 {
		w.must(add(w.act(member1), meeting.OpinionIn{Text: fmt.Sprint("Ý kiến riêng ", i)}))
	}
	field(t, add(w.act(member1), meeting.OpinionIn{Text: "thứ tư"}), "text", "meeting.err.sealed_many")
	w.must(add(w.act(member2), meeting.OpinionIn{Text: "Ý kiến riêng khác"}))
	w.clk.Set(civil.Of(2026, 11, 10).Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	w.callAll(ref)
	w.decide(ref)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	if text := w.record(ref); strings.Contains(text, "Ý kiến riêng") {
		t.Errorf("sealed words stand in the minutes:\n%s", text)
	}
}
