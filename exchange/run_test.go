package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/job"
	"chibo/internal/sheet"
	"chibo/org/orgtest"
)

const mixed = head + "Nguyễn Văn Tốt,Nam,3/2/1950,Hòa Bình,,19/5/1976,,,,\nTrần Thị Sai,Nữ,31/02/1960,Hòa Bình,,1/1/1990,,,,\nMai Văn Sỹ,Nam,5/5/1971,Hòa Bình,,1/1/1996,,,,\nMai Văn Sĩ,Nam,5/5/1971,Hòa Bình,,1/1/1996,,,,\n"

type flow struct {
	*world
	who access.Actor
	run *job.Runner
}

func newFlow(t *testing.T, d *db.DB) *flow {
	w := newWorld(t, d)
	f := &flow{w, orgtest.Actor(access.RoleKeeper, w.Town), &job.Runner{DB: d}}
	w.svc.Jobs(f.run)
	return f
}

func (f *flow) begin(t *testing.T, csv string) ident.Ref {
	t.Helper()
	ref, err := f.svc.Begin(t.Context(), f.who, exchange.BeginIn{
		Kind: exchange.Members, OrgID: f.Town.ID, Name: "danh sách.csv", Source: strings.NewReader(csv), Size: int64(len(csv)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (f *flow) view(t *testing.T, ref ident.Ref) exchange.Run {
	t.Helper()
	r, err := f.svc.View(t.Context(), f.who, ref)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (f *flow) jobs(t *testing.T) {
	t.Helper()
	if _, err := f.run.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (f *flow) check(t *testing.T, ref ident.Ref) exchange.Run {
	t.Helper()
	if err := f.svc.Map(t.Context(), f.who, ref, f.view(t, ref).Mapping.Columns); err != nil {
		t.Fatal(err)
	}
	f.jobs(t)
	return f.view(t, ref)
}

// count counts the rows of a table of this feature, and looks for clear names in them.
func (f *flow) rest(t *testing.T) (n int) {
	t.Helper()
	err := f.db.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM import_chunk) + (SELECT COUNT(*) FROM import_row) + (SELECT COUNT(*) FROM import_said)`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARunFromFileToRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFlow(t, d)
		ref := f.begin(t, mixed)
		f.sealed(t)
		r := f.check(t, ref)
		if r.State != exchange.Checked || r.Report.New != 2 || r.Report.Failed != 2 || r.Report.Asked != 1 {
			t.Fatalf("%s %+v", r.State, r.Report)
		}
		if err := f.svc.Store(t.Context(), f.who, ref, exchange.All); fault.KindOf(err) != fault.Invalid {
			t.Errorf("all with errors: %v", err)
		}
		rows, err := f.svc.Rows(t.Context(), f.who, ref, int(exchange.Error), 0, 10)
		if err != nil || len(rows) != 1 || rows[0].Values["birth"] != "31/02/1960" || rows[0].Issues[0].Key != "sheet.err.no_such_day" {
			t.Fatalf("%+v, %v", rows, err)
		}
		// The sheet of what is not good: two rows, their reasons, ready to come again.
		var out bytes.Buffer
		if err := f.svc.ErrorSheet(t.Context(), f.who, ref, &out, func(key string, _ ...any) string { return key }); err != nil {
			t.Fatal(err)
		}
		bad, err := sheet.Open("x.xlsx", bytes.NewReader(out.Bytes()), int64(out.Len()), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		h, err := bad.Inspect(t.Context(), 0)
		if err != nil || h.Rows != 3 || h.Top[0].Cell(10).Text != "exchange.errors.reason" || !strings.Contains(h.Top[1].Cell(10).Text, "no_such_day") {
			t.Fatalf("%+v, %v", h.Top, err)
		}
		// Corrected in place and answered, all is good.
		err = f.svc.Correct(t.Context(), f.who, ref, []exchange.Said{{Row: 3, Cells: map[string]string{"birth": "28/02/1960"}}, {Row: 5, Answer: exchange.AnswerOther}})
		if err != nil {
			t.Fatal(err)
		}
		f.jobs(t)
		if r = f.view(t, ref); r.Report.New != 4 || r.Report.Failed != 0 {
			t.Fatalf("%+v", r.Report)
		}
		if err := f.svc.Store(t.Context(), f.who, ref, exchange.All); err != nil {
			t.Fatal(err)
		}
		f.jobs(t)
		if r = f.view(t, ref); r.State != exchange.Done || r.Report.New != 4 || strings.Count(f.members(t, f.Town), "\n") != 3 {
			t.Errorf("%s %+v\n%s", r.State, r.Report, f.members(t, f.Town))
		}
		if n := f.rest(t); n != 0 {
			t.Errorf("%d pieces of the file are left", n)
		}
		// What the headings meant is remembered for the next sheet.
		const odd = "Tên người,Giới tính,Ngày sinh,Chi bộ,Ngày chính thức\nNgô Văn Lạ,Nam,1/1/1970,Hòa Bình,1/1/1999\n"
		ref = f.begin(t, odd)
		columns := f.view(t, ref).Mapping.Columns
		columns["name"] = 0
		if err := f.svc.Map(t.Context(), f.who, ref, columns); err != nil {
			t.Fatal(err)
		}
		f.jobs(t)
		if err := f.svc.Store(t.Context(), f.who, ref, exchange.All); err != nil {
			t.Fatal(err)
		}
		f.jobs(t)
		if got := f.view(t, f.begin(t, odd)).Mapping.Columns["name"]; got != 0 || f.view(t, ref).State != exchange.Done {
			t.Errorf("not remembered: %d", got)
		}
	})
}

// sealed looks for clear text in what is kept.
func (f *flow) sealed(t *testing.T) {
	t.Helper()
	err := f.db.Read(t.Context(), func(q db.Q) error {
		texts, err := db.List(t.Context(), q, func(s db.Scanner) (string, error) {
			var a string
			err := s.Scan(&a)
			return a, err
		}, `SELECT data FROM import_chunk UNION ALL SELECT file || mapping || head FROM import_run`)
		for _, s := range texts {
			if s == "" || strings.Contains(s, "Sai") || strings.Contains(s, "danh") {
				t.Errorf("in clear: %.80s", s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyTheGoodRows(t *testing.T) {
	f := newFlow(t, dbtest.New(t))
	ref := f.begin(t, mixed)
	f.check(t, ref)
	if err := f.svc.Store(t.Context(), f.who, ref, exchange.Good); err != nil {
		t.Fatal(err)
	}
	f.jobs(t)
	if r := f.view(t, ref); r.State != exchange.Done || r.Report.New != 2 || r.Report.Failed != 2 {
		t.Errorf("%s %+v", r.State, r.Report)
	}
}

// Whoever began an import sees it, nobody else; and a right that is gone is gone.
func TestARunIsItsOwners(t *testing.T) {
	f := newFlow(t, dbtest.New(t))
	ref := f.begin(t, mixed)
	other := f.who
	other.AccountID = 99
	if _, err := f.svc.View(t.Context(), other, ref); !errors.Is(err, exchange.ErrNoRun) {
		t.Errorf("another keeper: %v", err)
	}
	lost := f.who
	lost.Grants = nil
	if _, err := f.svc.View(t.Context(), lost, ref); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
	_, err := f.svc.Begin(t.Context(), orgtest.Actor(access.RoleLead, f.HoaBinh), exchange.BeginIn{
		Kind: exchange.Members, OrgID: f.HoaBinh.ID, Name: "a.csv", Source: strings.NewReader(mixed), Size: int64(len(mixed)),
	})
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a cell's lead: %v", err)
	}
}

func TestGivenUpAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFlow(t, d)
		ref := f.begin(t, mixed)
		f.check(t, ref)
		if err := f.svc.GiveUp(t.Context(), f.who, ref); err != nil {
			t.Fatal(err)
		}
		if n := f.rest(t); n != 0 {
			t.Errorf("given up: %d left", n)
		}
		ref = f.begin(t, mixed)
		f.check(t, ref)
		dbtest.Clock(d).Advance(25 * time.Hour)
		f.jobs(t)
		if _, err := f.svc.View(t.Context(), f.who, ref); !errors.Is(err, exchange.ErrNoRun) || f.rest(t) != 0 {
			t.Errorf("a day old: %v, %d left", err, f.rest(t))
		}
	})
}

// An end in the middle leaves nothing, and the work can be done again.
func TestEndedInTheMiddle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		csv := manyRows(3000)
		ctx, cancel := context.WithCancel(t.Context())
		in := exchange.LoadIn{
			Kind: exchange.Members, Into: fmt.Sprint(w.Town.ID), Name: "a.csv", Source: strings.NewReader(csv), Size: int64(len(csv)),
			Told: func(share float64) {
				if share > 0.6 { // two batches are written
					cancel()
				}
			},
		}
		if _, err := w.svc.Load(ctx, access.System(), in); err == nil {
			t.Fatal("it was not ended")
		}
		if got := w.members(t, w.Town); got != "" {
			t.Errorf("something stayed: %.200s", got)
		}
		in.Told = nil
		rep, err := w.svc.Load(t.Context(), access.System(), in)
		if err != nil || rep.New != 3000 {
			t.Errorf("again: %s, %v", short(rep), err)
		}
	})
}

func TestExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.load(t, exchange.LoadIn{}, head+"Nguyễn Thị Thủy,Nữ,3/2/1960,Hòa Bình,3/2/1985,3/2/1986,038160000001,,0912345678,\nTrần Văn Đức,Nam,1/1/1955,Chợ,,,,,,\n")
		words := func(key string, _ ...any) string { return key }
		take := func(who access.Actor, in exchange.ExportIn) (string, error) {
			var out bytes.Buffer
			in.Text = true
			err := w.svc.Export(t.Context(), who, in, &out, words)
			return out.String(), err
		}
		in := exchange.ExportIn{Kind: exchange.Members, OrgID: w.Town.ID, Numbers: true, Reason: "Đại hội"}
		keeper, err := take(orgtest.Actor(access.RoleKeeper, w.Town), in)
		if err != nil || !strings.Contains(keeper, "038160000001") || !strings.Contains(keeper, "03/02/1960") || !strings.Contains(keeper, "09•• ••• 678") {
			t.Errorf("%v %s", err, keeper)
		}
		upper, err := take(orgtest.Actor(access.RoleUpper, w.District), in)
		if err != nil || strings.Contains(upper, "038160000001") || !strings.Contains(upper, "••••••••• 001") {
			t.Errorf("%v %s", err, upper)
		}
		in.OrgID = w.HoaBinh.ID
		committee, err := take(orgtest.Actor(access.RoleCommittee, w.HoaBinh), in)
		if err != nil || strings.Contains(committee, "1960") || strings.Contains(committee, "Trần Văn Đức") || !strings.Contains(committee, "Thủy") {
			t.Errorf("%v %s", err, committee)
		}
		if _, err := take(orgtest.Actor(access.RoleMember, w.HoaBinh), in); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a member: %v", err)
		}
		in.Reason = "  "
		if _, err := take(orgtest.Actor(access.RoleCommittee, w.HoaBinh), in); fault.FieldsOf(err) == nil {
			t.Errorf("without a reason: %v", err)
		}
		for _, k := range []exchange.Kind{exchange.Units, exchange.Offices} {
			if got, err := take(orgtest.Actor(access.RoleUpper, w.District), exchange.ExportIn{Kind: k, OrgID: w.District.ID, Reason: "x"}); err != nil || k == exchange.Units && !strings.Contains(got, "Chi bộ Thôn 10") {
				t.Errorf("%s: %v %s", k, err, got)
			}
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			var lines, rows int
			err := q.QueryRow(t.Context(), `SELECT COUNT(*), COALESCE(MAX(rows), 0) FROM read_log WHERE what = 'export' AND reason <> ''`).Scan(&lines, &rows)
			if lines != 5 || rows != 9 {
				t.Errorf("%d lines of the reading log, the longest of %d", lines, rows)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A template that is filled in reads back: its headings are known, its example is a row.
func TestTemplates(t *testing.T) {
	texts := vietnamese(t)
	words := func(key string, _ ...any) string { return texts[key] }
	for _, k := range exchange.Kinds() {
		var out bytes.Buffer
		if err := exchange.Template(&out, k, words); err != nil {
			t.Fatal(err)
		}
		f, err := sheet.Open("mau.xlsx", bytes.NewReader(out.Bytes()), int64(out.Len()), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		h, err := f.Inspect(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		m, err := exchange.Suggest(k, h, 0, nil)
		if err != nil || m.Check(k) != nil || len(m.Columns) != len(m.Texts)-1 {
			t.Errorf("%s: %v, %v, %d of %d columns known: %v", k, err, m.Check(k), len(m.Columns), len(m.Texts), m.Columns)
		}
	}
}

// vietnamese gives the texts of the pages.
func vietnamese(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("exchangeweb/i18n/vi.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// manyRows is a list of so many members of one cell.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		fmt.Fprintf(&b, "Người Số %s,Nam,%d/%d/%d,Hòa Bình,,1/1/2000,,,,\n", strings.Repeat("I", i%9+1)+fmt.Sprint(i), i%28+1, i%12+1, 1940+i%50)
	}
	return b.String()
}
