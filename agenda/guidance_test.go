package agenda_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/org"
)

func (w *world) publish(t *testing.T, who access.Actor, u org.Unit, title string, from, until civil.Date, types ...string) agenda.Guidance {
	t.Helper()
	err := w.s.Publish(t.Context(), who, agenda.PublishIn{
		OrgID: u.ID, Title: title, Text: "Bàn và kết luận.", Content: "policy", Minutes: 10, From: from, Until: until, Types: types, Op: w.op(),
	})
	if err != nil {
		t.Fatalf("%s: %v", title, err)
	}
	v, err := w.s.Guidances(t.Context(), who, u.ID, 0)
	if err != nil || len(v.Own) == 0 || v.Own[0].Title != title {
		t.Fatalf("%s is not in the list: %v", title, err)
	}
	return v.Own[0].Guidance
}

// open gives the titles of the guidance that a cell has not taken up.
func (w *world) open(t *testing.T, cell org.Unit, day civil.Date) []string {
	t.Helper()
	var out []string
	err := w.DB.Read(t.Context(), func(q db.Q) error {
		list, err := agenda.Open(t.Context(), q, cell, day)
		for _, g := range list {
			out = append(out, g.Title)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// take puts a guidance on the agenda of a cell's meeting and, when dealt, closes it.
func (w *world) take(t *testing.T, g agenda.Guidance, cell org.Unit, meeting int64, dealt bool) {
	t.Helper()
	ref := ident.Ref{Part: cell.PartID, ID: meeting}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		if _, err := agenda.Take(ctx, tx, w.lead, g.ID, cell, ref, meeting+1, today()); err != nil {
			return err
		}
		if !dealt {
			return nil
		}
		return agenda.Dealt(ctx, tx, ref, today(), []int64{meeting + 1})
	})
}

// Guidance reaches the cells below of the types it names, between its days (rules.md 2.11).
func TestGuidanceReaches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		end := today().AddDays(20)
		all := w.publish(t, w.district, w.District, "Cho mọi chi bộ", today(), end)
		w.publish(t, w.town, w.Town, "Cho tổ dân phố", today().AddDays(5), civil.Date{}, "residential", "school")
		for _, c := range []struct {
			cell org.Unit
			days int
			want string
		}{
			{w.HoaBinh, -1, ""},
			{w.HoaBinh, 0, "Cho mọi chi bộ"},
			{w.HoaBinh, 5, "Cho mọi chi bộ|Cho tổ dân phố"},
			{w.HoaBinh, 20, "Cho mọi chi bộ|Cho tổ dân phố"},
			{w.HoaBinh, 21, "Cho tổ dân phố"},
			{w.Market, 5, "Cho mọi chi bộ"}, // of another type
			{w.Village2, 5, "Cho mọi chi bộ"},
		} {
			if got := strings.Join(w.open(t, c.cell, today().AddDays(c.days)), "|"); got != c.want {
				t.Errorf("%s, %d days on: %q, want %q", c.cell.Short, c.days, got, c.want)
			}
		}
		if _, err := w.s.Withdraw(t.Context(), w.district, all.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.open(t, w.Village2, today()); len(got) != 0 {
			t.Errorf("withdrawn and still asked: %v", got)
		}
		if _, err := w.s.Withdraw(t.Context(), w.district, all.ID); err != nil {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

// Taken up is what a closed meeting has dealt with; an item taken off, a meeting given up
// or not come to is open again.
func TestTakingUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		g := w.publish(t, w.district, w.District, "Việc chung", today(), civil.Date{})
		count := func() string {
			t.Helper()
			v, err := w.s.Guidance(t.Context(), w.district, g.ID, false, "")
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%d/%d", v.Cells, v.Of)
		}
		ref := ident.Ref{Part: w.HoaBinh.PartID, ID: 500}
		w.take(t, g, w.HoaBinh, 500, false)
		if got := w.open(t, w.HoaBinh, today()); len(got) != 0 || count() != "0/5" {
			t.Errorf("on an agenda: open %v, counted %s", got, count())
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error { return agenda.DropItem(ctx, tx, ref, 501) })
		if got := w.open(t, w.HoaBinh, today()); len(got) != 1 {
			t.Error("taken off the agenda, and not open again")
		}
		w.take(t, g, w.HoaBinh, 500, false)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error { return agenda.DropMeeting(ctx, tx, ref) })
		if got := w.open(t, w.HoaBinh, today()); len(got) != 1 {
			t.Error("the meeting is given up, and it is not open again")
		}
		w.take(t, g, w.HoaBinh, 600, false)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return agenda.Dealt(ctx, tx, ident.Ref{Part: w.HoaBinh.PartID, ID: 600}, today(), nil)
		})
		if got := w.open(t, w.HoaBinh, today()); len(got) != 1 || count() != "0/5" {
			t.Error("the meeting did not come to it, and it is not open again")
		}
		w.take(t, g, w.HoaBinh, 700, true)
		w.take(t, g, w.Village2, 800, true)
		if got := w.open(t, w.HoaBinh, today()); len(got) != 0 || count() != "2/5" {
			t.Errorf("dealt with: open %v, counted %s", got, count())
		}
		err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := agenda.Take(t.Context(), tx, w.lead, g.ID+1, w.HoaBinh, ref, 1, today())
			return err
		})
		wantIs(t, "one that is not there", err, agenda.ErrNotFound)
	})
}

// Who sees the cells that took it up: the committee all, one below the own, a cell's
// member none; nobody sees those beside.
func TestUptakeIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		g := w.publish(t, w.district, w.District, "Việc chung", today(), civil.Date{})
		w.take(t, g, w.HoaBinh, 700, true)
		w.take(t, g, w.Village2, 800, true)
		for _, c := range []struct {
			who        string
			counted    bool
			cells, of  int
			done, open string
		}{
			{officetest.DistrictStaff, true, 2, 5, "Chi bộ Tổ dân phố Hòa Bình|Chi bộ Thôn 2", "Chi bộ Chợ|Chi bộ Thôn 10|Chi bộ Thư viện"},
			{officetest.TownKeeper, true, 1, 2, "Chi bộ Tổ dân phố Hòa Bình", "Chi bộ Chợ"},
			{officetest.OtherUpper, true, 1, 2, "Chi bộ Thôn 2", "Chi bộ Thôn 10"},
			{officetest.Member, false, 0, 0, "", ""},
		} {
			v, err := w.s.Guidance(t.Context(), w.Actor(t, c.who), g.ID, false, "")
			if err != nil {
				t.Fatalf("%s: %v", c.who, err)
			}
			not, err := w.s.Guidance(t.Context(), w.Actor(t, c.who), g.ID, true, "")
			if err != nil {
				t.Fatalf("%s: %v", c.who, err)
			}
			if v.Counted != c.counted || v.Cells != c.cells || v.Of != c.of || cells(v) != sorted(c.done) || cells(not) != sorted(c.open) {
				t.Errorf("%s: %v %d/%d %q, not %q", c.who, v.Counted, v.Cells, v.Of, cells(v), cells(not))
			}
		}
		own := w.publish(t, w.town, w.Town, "Việc thị trấn", today(), civil.Date{})
		_, err := w.s.Guidance(t.Context(), w.neighbor, own.ID, false, "")
		wantIs(t, "a committee beside", err, access.ErrForbidden)
	})
}

func cells(v agenda.Opened) string {
	var out []string
	for _, c := range v.List {
		out = append(out, c.Name)
	}
	return sorted(strings.Join(out, "|"))
}

func sorted(list string) string {
	out := strings.Split(list, "|")
	slices.Sort(out)
	return strings.Join(out, "|")
}

func TestPublishRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	good := agenda.PublishIn{OrgID: w.Town.ID, Title: "Việc", Content: "policy", Minutes: 10, From: today()}
	for name, c := range map[string]struct {
		change func(in *agenda.PublishIn)
		want   string
	}{
		"no title":      {func(in *agenda.PublishIn) { in.Title = "" }, "title"},
		"long title":    {func(in *agenda.PublishIn) { in.Title = strings.Repeat("ữ", 501) }, "title"},
		"long text":     {func(in *agenda.PublishIn) { in.Text = strings.Repeat("chữ ", 10000) }, "text"},
		"script":        {func(in *agenda.PublishIn) { in.Link = "javascript:alert(1)" }, "link"},
		"data":          {func(in *agenda.PublishIn) { in.Link = "data:text/html,x" }, "link"},
		"no scheme":     {func(in *agenda.PublishIn) { in.Link = "//evil.example/x" }, "link"},
		"another page":  {func(in *agenda.PublishIn) { in.Link = "/signout" }, "link"},
		"with password": {func(in *agenda.PublishIn) { in.Link = "https://a:b@x.vn/" }, "link"},
		"content":       {func(in *agenda.PublishIn) { in.Content = "x" }, "content"},
		"minutes":       {func(in *agenda.PublishIn) { in.Minutes = -5 }, "minutes"},
		"past":          {func(in *agenda.PublishIn) { in.From = today().AddDays(-1) }, "from"},
		"ends before":   {func(in *agenda.PublishIn) { in.Until = today().AddDays(-1) }, "until"},
		"types":         {func(in *agenda.PublishIn) { in.Types = []string{"moon", "%"} }, "types"},
		"no op":         {func(in *agenda.PublishIn) { in.Op = "" }, "op"},
	} {
		in := good
		in.Op = w.op()
		c.change(&in)
		if got := fields(w.s.Publish(t.Context(), w.town, in)); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, link := range []string{"", "https://xaydungdang.org.vn/bai?x=1", "/documents/12-34"} {
		in := good
		in.Op, in.Link = w.op(), link
		for range 2 { // sent twice, published once
			if err := w.s.Publish(t.Context(), w.town, in); err != nil {
				t.Errorf("%q: %v", link, err)
			}
		}
	}
	v, err := w.s.Guidances(t.Context(), w.town, w.Town.ID, 0)
	if err != nil || len(v.Own) != 3 {
		t.Errorf("%d published, %v", len(v.Own), err)
	}
	wantIs(t, "for another committee", w.s.Publish(t.Context(), w.neighbor, agenda.PublishIn{OrgID: w.Town.ID, Op: w.op()}), access.ErrForbidden)
	if _, err := w.s.Withdraw(t.Context(), w.neighbor, v.Own[0].ID); err == nil {
		t.Error("a committee beside withdraws it")
	}
}

// The list of a committee has an end, and the next page goes on where it stopped.
func TestGuidancePages(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	for i := range 23 {
		w.publish(t, w.town, w.Town, fmt.Sprintf("Việc %d", i), today(), civil.Date{})
	}
	first, err := w.s.Guidances(t.Context(), w.town, w.Town.ID, 0)
	if err != nil || len(first.Own) != 20 || first.More == 0 {
		t.Fatalf("%d, more %d, %v", len(first.Own), first.More, err)
	}
	second, err := w.s.Guidances(t.Context(), w.town, w.Town.ID, first.More)
	if err != nil || len(second.Own) != 3 || second.More != 0 || second.Own[0].Title != "Việc 2" {
		t.Errorf("%d, more %d, %v", len(second.Own), second.More, err)
	}
}
