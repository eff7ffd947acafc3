package meeting_test

import (
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/org/orgtest"
)

// A text that must be found nowhere but with its readers.
const marked = "DẤU-KÍN-zqxkvw <b>hay nói chuyện riêng</b> ' ; --"

// Who reads follows the rule at the time of writing; a later, wider rule opens nothing.
func TestCriticismIsReadByThoseTheRuleNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		w.callAll(ref)
		add := func(who, about int, text string) {
			t.Helper()
			_, err := w.s.AddCriticism(ctx(), w.act(who), ref, meeting.CriticismIn{AboutID: w.people[about].id, Text: text})
			w.must(err)
		}
		rule := func(code string) {
			t.Helper()
			w.must(w.s.SetReaders(ctx(), w.act(secretary), ref, code, "Chi bộ thống nhất tại buổi sinh hoạt"))
		}
		add(member1, member2, marked+" phòng")
		rule(meeting.ReadersCommittee)
		add(member3, member3, marked+" chi ủy")
		rule(meeting.ReadersMembers)
		add(member4, member5, marked+" chi bộ")
		for i, want := range map[int]string{
			secretary: "phòng|chi ủy|chi bộ", committee: "phòng|chi ủy|chi bộ", member1: "phòng|chi bộ", member3: "phòng|chi ủy|chi bộ",
			member4: "phòng|chi bộ", member5: "chi bộ", member6: "chi bộ", exempt: "chi bộ",
		} {
			v, err := w.s.Criticisms(ctx(), w.act(i), ref)
			w.must(err)
			var got []string
			for _, c := range v.List {
				got = append(got, strings.TrimPrefix(c.Text, marked+" "))
			}
			if s := strings.Join(got, "|"); s != want || v.Count != 3 {
				t.Errorf("%s reads %q of %d, want %q", w.people[i].name, s, v.Count, want)
			}
		}
		for name, a := range map[string]access.Actor{"the town": orgtest.Actor(access.RoleUpper, w.town), "the follower": orgtest.Actor(access.RoleFollower, w.cell)} {
			v, err := w.s.Criticisms(ctx(), a, ref)
			w.must(err)
			if len(v.List) != 0 || v.Count != 3 || v.Full.Critical != 3 || v.Write {
				t.Errorf("%s: %d of %d", name, len(v.List), v.Count)
			}
		}
		if _, err := w.s.Criticisms(ctx(), access.Actor{AccountID: 999}, ref); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestCriticismRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.invited(civil.Of(2026, 11, 6))
		self := meeting.CriticismIn{Text: "Tôi còn đi muộn", Op: "a1"}
		_, err := w.s.AddCriticism(ctx(), w.act(member1), ref, self)
		is(t, err, meeting.ErrState)
		w.clk.Set(civil.Of(2026, 11, 6).Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		_, err = w.s.AddCriticism(ctx(), w.act(member1), ref, self)
		is(t, err, meeting.ErrNotIn)
		w.callAll(ref)
		first, err := w.s.AddCriticism(ctx(), w.act(member1), ref, self)
		w.must(err)
		again, err := w.s.AddCriticism(ctx(), w.act(member1), ref, self)
		if err != nil || again != first || w.count("SELECT COUNT(*) FROM criticism") != 1 {
			t.Errorf("sent twice: %d and %d, %v", first, again, err)
		}
		_, err = w.s.AddCriticism(ctx(), w.act(member1), ref, meeting.CriticismIn{Text: "  "})
		field(t, err, "text", "meeting.err.text")
		_, err = w.s.AddCriticism(ctx(), w.act(member1), ref, meeting.CriticismIn{Text: strings.Repeat("ớ", 2001)})
		field(t, err, "text", "meeting.err.too_long")
		_, err = w.s.AddCriticism(ctx(), w.act(member1), ref, meeting.CriticismIn{Text: "x", AboutID: 4})
		field(t, err, "about", "meeting.err.person")
		// Only the meeting secretary notes for another, only the lead decides who reads,
		// only who wrote takes back.
		_, err = w.s.AddCriticism(ctx(), w.act(member1), ref, meeting.CriticismIn{SaidByID: w.people[member2].id, Text: "x"})
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member noted for another: %v", err)
		}
		if err := w.s.SetReaders(ctx(), w.act(committee), ref, meeting.ReadersMembers, "x"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a committee member decided who reads: %v", err)
		}
		field(t, w.s.SetReaders(ctx(), w.act(secretary), ref, "everybody", "x"), "readers", "meeting.err.readers")
		field(t, w.s.SetReaders(ctx(), w.act(secretary), ref, meeting.ReadersMembers, " "), "source", "meeting.err.source")
		is(t, w.s.RemoveCriticism(ctx(), w.act(secretary), ref, first), meeting.ErrNotFound)
		w.must(w.s.RemoveCriticism(ctx(), w.act(member1), ref, first))
	})
}

// The text reaches no paper, notice, audit entry, event, index or other table, whole
// rows of the database are looked through; each look at another's is noted.
func TestCriticismLeavesItsPageNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		w.callAll(ref)
		_, err := w.s.AddCriticism(ctx(), w.act(member1), ref, meeting.CriticismIn{AboutID: w.people[member2].id, Text: marked})
		w.must(err)
		_, err = w.s.AddCriticism(ctx(), w.act(committee), ref, meeting.CriticismIn{SaidByID: w.people[member3].id, Text: marked})
		w.must(err)
		w.decide(ref)
		w.adopt(ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		w.must(w.s.Send(ctx(), w.act(secretary), ref))
		for i := range everybody {
			f, err := w.s.Get(ctx(), w.act(i), ref)
			w.must(err)
			if strings.Contains(fmt.Sprintf("%+v", f), "zqxkvw") {
				t.Errorf("the page of %s has the text", w.people[i].name)
			}
		}
		facts, err := w.s.Facts(ctx(), w.act(secretary), ref)
		w.must(err)
		if strings.Contains(fmt.Sprintf("%+v", facts), "zqxkvw") || strings.Contains(strings.Join(w.told, " "), "zqxkvw") {
			t.Error("the hall or an event has the text")
		}
		v, err := w.s.Criticisms(ctx(), w.act(deputy), ref)
		w.must(err)
		if len(v.List) != 2 {
			t.Fatalf("the deputy, who was there, reads %d", len(v.List))
		}
		if n := w.count("SELECT COUNT(*) FROM read_log WHERE what = 'criticism' AND account_id = $1", w.act(deputy).AccountID); n != 2 {
			t.Errorf("%d looks noted, want one for each person concerned", n)
		}
		_, err = w.s.Criticisms(ctx(), w.act(member2), ref)
		w.must(err)
		if n := w.count("SELECT COUNT(*) FROM read_log WHERE what = 'criticism' AND account_id = $1", w.act(member2).AccountID); n != 1 {
			t.Errorf("%d looks of member 2 noted: the own is none", n)
		}
		rows := 0
		for table, text := range dump(t, d) {
			found := strings.Contains(text, "zqxkvw")
			if table == "criticism" {
				rows++
			}
			if found != (table == "criticism") {
				t.Errorf("%s: the text is there: %v", table, found)
			}
		}
		if rows != 1 {
			t.Error("the table of criticism was not looked through")
		}
	})
}

const (
	tablesSQLite   = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	tablesPostgres = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
)

// dump gives every row of every table as text.
func dump(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	list := tablesSQLite
	if d.Dialect() == db.Postgres {
		list = tablesPostgres
	}
	out := map[string]string{}
	err := d.Read(ctx(), func(q db.Q) error {
		names, err := db.List(ctx(), q, func(s db.Scanner) (n string, err error) { return n, s.Scan(&n) }, list)
		if err != nil {
			return err
		}
		for _, name := range names {
			rows, err := q.Query(ctx(), `SELECT * FROM "`+name+`"`)
			if err != nil {
				return err
			}
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			var b strings.Builder
			for rows.Next() {
				row, into := make([]any, len(cols)), make([]any, len(cols))
				for i := range row {
					into[i] = &row[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				for _, v := range row {
					if raw, ok := v.([]byte); ok {
						v = string(raw)
					}
					fmt.Fprint(&b, v, "\n")
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
			out[name] = b.String()
		}
		return rows0(names)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rows0(names []string) error {
	if len(names) < 40 {
		return fmt.Errorf("only %d tables", len(names))
	}
	return nil
}
