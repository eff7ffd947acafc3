package agenda_test

import (
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/office/officetest"
	"chibo/org"
)

// titled gives the first title of a template, and whose it is.
func titled(x agenda.Template) string {
	if x.OrgID == 0 {
		return "root"
	}
	return x.Items[0].Title
}

// The nearest committee wins, of its own the one for the type, of those the latest that
// has begun; an old day keeps what held then (rules.md 1.34).
func TestNearestWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if got := titled(w.holds(t, w.HoaBinh, "regular", today())); got != "root" {
			t.Errorf("without templates: %s", got)
		}
		soon := today().AddDays(10)
		w.save(t, w.district, w.District, "regular", "", today(), "Huyện")
		w.save(t, w.town, w.Town, "regular", "", soon, "Thị trấn")
		w.save(t, w.town, w.Town, "regular", "residential", soon.AddDays(10), "Thị trấn, tổ dân phố")
		w.save(t, w.lead, w.HoaBinh, "regular", "", soon.AddDays(20), "Hòa Bình")
		for _, c := range []struct {
			cell org.Unit
			days int
			want string
		}{
			{w.HoaBinh, -1, "root"},
			{w.HoaBinh, 0, "Huyện"},
			{w.HoaBinh, 9, "Huyện"},
			{w.HoaBinh, 10, "Thị trấn"},
			{w.HoaBinh, 20, "Thị trấn, tổ dân phố"},
			{w.Market, 20, "Thị trấn"}, // another type, below a section of the town
			{w.Village2, 20, "Huyện"},  // another committee
			{w.Office, 20, "Huyện"},    // a grassroots cell right under the district
			{w.HoaBinh, 30, "Hòa Bình"},
		} {
			if got := titled(w.holds(t, c.cell, "regular", today().AddDays(c.days))); got != c.want {
				t.Errorf("%s, %d days on: %s, want %s", c.cell.Short, c.days, got, c.want)
			}
			if got := titled(w.holds(t, c.cell, "thematic", today().AddDays(c.days))); got != "root" {
				t.Errorf("%s: another kind of meeting took %s", c.cell.Short, got)
			}
		}
	})
}

// A unit that goes back to what stands above does so from its day on; a version of the
// same day that was made later takes the place of the one before.
func TestVersionsAndWithdrawing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.save(t, w.district, w.District, "regular", "", today(), "Huyện")
		w.save(t, w.town, w.Town, "regular", "", today(), "Thị trấn 1")
		w.save(t, w.town, w.Town, "regular", "", today(), "Thị trấn 2")
		if got := titled(w.holds(t, w.HoaBinh, "regular", today())); got != "Thị trấn 2" {
			t.Errorf("made later on the same day: %s", got)
		}
		back := agenda.SaveIn{OrgID: w.Town.ID, Kind: "regular", From: today().AddDays(5), Source: "Thôi", Op: w.op(), Seen: w.seen(t, w.town, w.Town, "regular", "")}
		if err := w.s.Save(t.Context(), w.town, back); err != nil {
			t.Fatal(err)
		}
		if got := titled(w.holds(t, w.HoaBinh, "regular", today().AddDays(4))); got != "Thị trấn 2" {
			t.Errorf("before it is withdrawn: %s", got)
		}
		if got := titled(w.holds(t, w.HoaBinh, "regular", today().AddDays(5))); got != "Huyện" {
			t.Errorf("withdrawn: %s", got)
		}
		if err := w.s.Save(t.Context(), w.town, back); err != nil {
			t.Errorf("the same act again: %v", err)
		}
		back.Op, back.Seen = w.op(), w.seen(t, w.town, w.Town, "regular", "")
		wantIs(t, "withdrawn twice", w.s.Save(t.Context(), w.town, back), agenda.ErrNotOwn)
		v, err := w.s.Show(t.Context(), w.town, w.Town.ID, "regular", "", civil.Date{})
		if err != nil || len(v.Own) != 3 || titled(v.Above) != "Huyện" {
			t.Errorf("%d versions, above %s, %v", len(v.Own), titled(v.Above), err)
		}
	})
}

// Of two who make a version at once, the second is told; what was sent twice is made once.
func TestStaleAndRepeated(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	in := agenda.SaveIn{OrgID: w.Town.ID, Kind: "regular", From: today(), Source: "HD 1", Op: w.op(), Items: []agenda.Item{item("Một", "review", 90)}}
	for range 2 {
		if err := w.s.Save(t.Context(), w.town, in); err != nil {
			t.Fatal(err)
		}
	}
	in.Op = w.op()
	wantIs(t, "made from an older one", w.s.Save(t.Context(), w.town, in), agenda.ErrStale)
	v, err := w.s.Show(t.Context(), w.town, w.Town.ID, "regular", "", civil.Date{})
	if err != nil || len(v.Own) != 1 {
		t.Errorf("%d versions, %v", len(v.Own), err)
	}
}

func TestSaveRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	good := agenda.SaveIn{OrgID: w.Town.ID, Kind: "regular", From: today(), Source: "HD", Items: []agenda.Item{item("Một", "review", 90)}}
	long := strings.Repeat("ữ", 501)
	for name, c := range map[string]struct {
		change func(in *agenda.SaveIn)
		want   string
	}{
		"kind":         {func(in *agenda.SaveIn) { in.Kind = "party" }, "kind"},
		"type":         {func(in *agenda.SaveIn) { in.CellType = "moon" }, "type"},
		"past":         {func(in *agenda.SaveIn) { in.From = today().AddDays(-1) }, "from"},
		"no day":       {func(in *agenda.SaveIn) { in.From = civil.Date{} }, "from"},
		"only a month": {func(in *agenda.SaveIn) { in.From, _ = civil.Parse("2027-01") }, "from"},
		"too far":      {func(in *agenda.SaveIn) { in.From = today().AddDays(5000) }, "from"},
		"no source":    {func(in *agenda.SaveIn) { in.Source = " " }, "source"},
		"long source":  {func(in *agenda.SaveIn) { in.Source = long }, "source"},
		"no title":     {func(in *agenda.SaveIn) { in.Items[0].Title = "\t" }, "items.0.title"},
		"long title":   {func(in *agenda.SaveIn) { in.Items[0].Title = long }, "items.0.title"},
		"no minutes":   {func(in *agenda.SaveIn) { in.Items[0].Minutes = 0 }, "items.0.minutes"},
		"many minutes": {func(in *agenda.SaveIn) { in.Items[0].Minutes = 601 }, "items.0.minutes"},
		"content":      {func(in *agenda.SaveIn) { in.Items[0].Content = "<b>" }, "items.0.content"},
		"speaker":      {func(in *agenda.SaveIn) { in.Items[0].Speaker = "" }, "items.0.speaker"},
		"no op":        {func(in *agenda.SaveIn) { in.Op = "x" }, "op"},
		"items":        {func(in *agenda.SaveIn) { in.Items = slices.Repeat(in.Items, 61) }, "items"},
	} {
		in := good
		in.Op, in.Items = w.op(), slices.Clone(good.Items)
		c.change(&in)
		if got := fields(w.s.Save(t.Context(), w.town, in)); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	cell := good
	cell.OrgID, cell.CellType, cell.Op = w.HoaBinh.ID, "residential", w.op()
	if got := fields(w.s.Save(t.Context(), w.lead, cell)); !slices.Equal(got, []string{"type"}) {
		t.Errorf("a cell has one type: %v", got)
	}
}

// Codes stay the same through versions and are unique; parts stay in their order.
func TestCodesAndParts(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	root := w.holds(t, w.HoaBinh, "regular", today())
	items := slices.Clone(root.Items[:3])
	items = append(items, item("Mới", "policy", 5), item("Mới nữa", "other", 5))
	items[3].Code, items[4].Code, items[4].Section = items[0].Code, "<script>", agenda.Opening
	in := agenda.SaveIn{OrgID: w.Town.ID, Kind: "regular", From: today(), Source: "HD", Op: w.op(), Items: items}
	if err := w.s.Save(t.Context(), w.town, in); err != nil {
		t.Fatal(err)
	}
	got := w.holds(t, w.HoaBinh, "regular", today()).Items
	seen := map[string]bool{}
	for i, it := range got {
		if it.Code == "" || seen[it.Code] || strings.Contains(it.Code, "<") {
			t.Errorf("item %d: code %q", i, it.Code)
		}
		seen[it.Code] = true
	}
	if got[0].Code != root.Items[0].Code || got[4].Section != agenda.Main {
		t.Errorf("%+v", got)
	}
}

// Who makes and who reads, as the prose of access.go says.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	for _, c := range []struct {
		who        string
		makes      []org.Unit
		reads      []org.Unit
		readsNever []org.Unit
	}{
		{officetest.DistrictStaff, []org.Unit{w.District}, []org.Unit{w.District, w.Town, w.HoaBinh}, nil},
		{officetest.TownKeeper, []org.Unit{w.Town}, []org.Unit{w.District, w.Town, w.HoaBinh, w.Market}, []org.Unit{w.Commune, w.Village2}},
		{officetest.TownSecretary, []org.Unit{w.Town}, []org.Unit{w.Town, w.HoaBinh}, []org.Unit{w.Commune}},
		{officetest.Secretary, []org.Unit{w.HoaBinh}, []org.Unit{w.District, w.Town, w.HoaBinh}, []org.Unit{w.Market, w.Commune}},
		{officetest.Deputy, []org.Unit{w.HoaBinh}, []org.Unit{w.HoaBinh}, []org.Unit{w.Market}},
		{officetest.Committee, nil, []org.Unit{w.HoaBinh, w.Town}, []org.Unit{w.Market}},
		{officetest.Member, nil, []org.Unit{w.HoaBinh, w.Town, w.District}, []org.Unit{w.Market, w.Village2}},
		{officetest.Stranger, nil, []org.Unit{w.Village2, w.Commune, w.District}, []org.Unit{w.Town, w.HoaBinh}},
	} {
		who := w.Actor(t, c.who)
		for _, u := range []org.Unit{w.District, w.Town, w.Commune, w.HoaBinh, w.Market, w.Village2} {
			want := slices.ContainsFunc(c.makes, func(m org.Unit) bool { return m.ID == u.ID })
			if got := agenda.MayKeep(who, u); got != want {
				t.Errorf("%s makes for %s: %v", c.who, u.Short, got)
			}
		}
		for _, u := range c.reads {
			if _, err := w.s.List(t.Context(), who, u.ID); err != nil {
				t.Errorf("%s reads %s: %v", c.who, u.Short, err)
			}
		}
		for _, u := range c.readsNever {
			_, err := w.s.List(t.Context(), who, u.ID)
			wantIs(t, c.who+" lists "+u.Short, err, access.ErrForbidden)
			_, err = w.s.Show(t.Context(), who, u.ID, "regular", "", civil.Date{})
			wantIs(t, c.who+" opens "+u.Short, err, access.ErrForbidden)
			_, err = w.s.Guidances(t.Context(), who, u.ID, 0)
			wantIs(t, c.who+" reads guidance of "+u.Short, err, access.ErrForbidden)
		}
	}
	for _, u := range []org.Unit{w.District, w.Town} {
		if _, err := w.s.List(t.Context(), w.Actor(t, officetest.AdminPerson), u.ID); u.ID == w.Town.ID && err == nil {
			t.Errorf("the administrator, a member elsewhere, reads %s", u.Short)
		}
	}
	in := agenda.SaveIn{OrgID: w.HoaBinh.ID, Kind: "regular", From: today(), Source: "HD", Op: w.op(), Items: []agenda.Item{item("Một", "review", 90)}}
	wantIs(t, "an officer above, for the cell", w.s.Save(t.Context(), w.town, in), access.ErrForbidden)
}

// What holds at a unit, for each kind of meeting and type of cell.
func TestList(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.save(t, w.town, w.Town, "regular", "residential", today(), "Tổ dân phố")
	w.save(t, w.town, w.Town, "regular", "residential", today().AddDays(30), "Sắp tới")
	v, err := w.s.List(t.Context(), w.town, w.Town.ID)
	if err != nil {
		t.Fatal(err)
	}
	own, next := 0, 0
	for _, l := range v.Lines {
		if l.Template.OrgID == w.Town.ID {
			own++
			next += len(l.Next)
		}
		if len(l.Template.Items) == 0 {
			t.Errorf("%s of %s has no template", l.Kind, l.CellType)
		}
	}
	if own != 1 || next != 1 || !v.Keep {
		t.Errorf("own %d, next %d of %d lines", own, next, len(v.Lines))
	}
	c, err := w.s.List(t.Context(), w.lead, w.HoaBinh.ID)
	if err != nil || len(c.Lines) != len(agenda.Kinds(c.Set)) || titled(c.Lines[0].Template) != "Tổ dân phố" {
		t.Errorf("the cell: %d lines, %v", len(c.Lines), err)
	}
}

// An item goes back to where the template has it; what is new stands before the closing.
func TestPlace(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	root := w.holds(t, w.HoaBinh, "regular", today())
	codes := make([]string, len(root.Items))
	for i, it := range root.Items {
		codes[i] = it.Code
	}
	for i, it := range root.Items {
		without := slices.Delete(slices.Clone(codes), i, i+1)
		if got := root.Place(it.Code, without); got != i {
			t.Errorf("%s goes to %d, not %d", it.Code, got, i)
		}
	}
	closing := slices.IndexFunc(root.Items, func(it agenda.Item) bool { return it.Section == agenda.Closing })
	if got := root.Place("", codes); got != closing {
		t.Errorf("a new one at %d, not %d", got, closing)
	}
	if got := root.Place("", []string{"", ""}); got != 2 {
		t.Errorf("without a closing part: %d", got)
	}
	if got := len(root.Missing(codes, nil)); got != 0 {
		t.Errorf("%d missing of a whole agenda", got)
	}
	if got := len(root.Missing(nil, []string{root.Items[0].Title})); got != len(root.Items)-1 {
		t.Errorf("known by its title: %d missing", got)
	}
}

// The combined meeting is the regular one of the committee, with the theme before its
// closing part (rules.md 2.06).
func TestCombined(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	items := []agenda.Item{item("Chính", "review", 60), {Section: agenda.Closing, Title: "Kết luận", Content: "party_building", Minutes: 5, Speaker: "chair"}}
	in := agenda.SaveIn{OrgID: w.Town.ID, Kind: "regular", From: today(), Source: "HD", Op: w.op(), Items: items}
	if err := w.s.Save(t.Context(), w.town, in); err != nil {
		t.Fatal(err)
	}
	got := w.holds(t, w.HoaBinh, "combined", today()).Items
	if len(got) != 4 || got[0].Title != "Chính" || got[1].Content != "theme" || got[3].Title != "Kết luận" {
		t.Errorf("%+v", got)
	}
}
