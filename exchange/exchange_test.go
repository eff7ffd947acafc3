package exchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/exchange"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/seal"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

// world is the district of orgtest with the use cases.
type world struct {
	orgtest.Tree
	db  *db.DB
	svc *exchange.Service
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	tr := orgtest.District(t, d)
	return &world{tr, d, &exchange.Service{DB: d, Book: tr.Book, Keys: seal.Fresh()}}
}

func (w *world) load(t testing.TB, in exchange.LoadIn, csv string) exchange.Report {
	t.Helper()
	if in.Kind == "" {
		in.Kind = exchange.Members
	}
	if in.Into == "" {
		in.Into = fmt.Sprint(w.Town.ID)
	}
	in.Name, in.Source, in.Size = "a.csv", strings.NewReader(csv), int64(len(csv))
	rep, err := w.svc.Load(t.Context(), access.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func short(r exchange.Report) string {
	return fmt.Sprintf("rows %d new %d changed %d unchanged %d skipped %d failed %d", r.Rows, r.New, r.Changed, r.Unchanged, r.Skipped, r.Failed)
}

func issues(r exchange.Report) string {
	var out []string
	for _, i := range r.Issues {
		out = append(out, fmt.Sprintf("%d %s %s", i.Row, i.Field, i.Key))
	}
	return strings.Join(out, "\n")
}

// members gives the people of a cell, a line each.
func (w *world) members(t testing.TB, cell org.Unit) string {
	t.Helper()
	var out []string
	err := w.db.Read(t.Context(), func(q db.Q) error {
		scope := orgtest.Scope(t, cell, access.RegisterImport)
		return member.EachKnown(t.Context(), q, scope, civil.Of(2026, 11, 3), func(k member.Known) error {
			out = append(out, strings.Join([]string{
				k.Person.Name, k.Person.Sex, k.Person.Birth.String(), k.Person.Phone, k.Person.Card,
				k.Membership.AdmittedOn.String(), k.Membership.OfficialOn.String(), k.Spell,
			}, "|"))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

const list = `ĐẢNG BỘ HUYỆN ĐỨC THỌ,,,,,,,,,
DANH SÁCH ĐẢNG VIÊN,,,,,,,,,
STT,Họ và tên,Năm sinh,,Chi bộ,Ngày vào Đảng,Ngày chính thức,Số thẻ,Điện thoại,Ghi chú
,,Nam,Nữ,,,,,,
(1),(2),(3),(4),(5),(6),(7),(8),(9),(10)
1,  NGUYỄN   VĂN AN ,3/2/1950,,Hòa Bình,19-5-75,19/5/1976,038150000001,0912.345.678,
2,Trần Thị Bình,,ngày 5 tháng 6 năm 1980,Chi bộ Tổ dân phố Hòa Bình,3/2/2005,3/2/2006,038180000002,912345679,Miễn sinh hoạt
3,Lê Văn Cường,1999,,TDP HOA BINH,2/9/2026,,038199000003,,dự bị
4,Phan Thị Dung,,1970,CHỢ,5/1990,5/1991,,,"đi làm ăn xa, Bình Dương"
,Tổng cộng: 4 đảng viên,,,,,,,,
,,,,,,"Ngày 3 tháng 11 năm 2026",,,
,NGƯỜI LẬP BIỂU,,,,,,,,
`

func TestImportMembers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		dry := w.load(t, exchange.LoadIn{DryRun: true}, list)
		if w.members(t, w.Town) != "" {
			t.Error("a dry run has written")
		}
		rep := w.load(t, exchange.LoadIn{}, list)
		if want := "rows 8 new 4 changed 0 unchanged 0 skipped 4 failed 0"; short(rep) != want || short(dry) != want {
			t.Errorf("%s\n%s", short(rep), issues(rep))
		}
		want := `Nguyễn Văn An|m|1950-02-03|0912345678|038150000001|1975-05-19|1976-05-19|
Trần Thị Bình|f|1980-06-05|0912345679|038180000002|2005-02-03|2006-02-03|exempt
Lê Văn Cường|m|1999||038199000003|2026-09-02||
Phan Thị Dung|f|1970|||1990-05|1991-05|away`
		if got := w.members(t, w.Town); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		again := w.load(t, exchange.LoadIn{}, list)
		if want := "rows 8 new 0 changed 0 unchanged 4 skipped 4 failed 0"; short(again) != want || !again.Nothing() {
			t.Errorf("the same file twice: %s\n%s\n%+v", short(again), issues(again), again.Changes)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			s, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, w.Town, access.FigureRead))
			if s.Members != 4 || s.Officials != 3 || s.Reserves != 1 || s.Exempt != 1 || s.Away != 1 {
				t.Errorf("figures %+v", s)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if rep.Mapping["birth_f"] != "Năm sinh Nữ" || rep.Mapping["name"] != "Họ và tên" {
			t.Errorf("%v", rep.Mapping)
		}
	})
}

const head = "Họ và tên,Giới tính,Ngày sinh,Chi bộ,Ngày vào Đảng,Ngày chính thức,Số thẻ,CCCD,Điện thoại,Tình trạng\n"

// Each bad value is told at its cell; with one of them nothing is stored.
func TestBadRows(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	for _, c := range []struct{ row, want string }{
		{"An Văn Bình,Nam,31/02/2001,Hòa Bình,,1/1/2021,,,,", "2 birth sheet.err.no_such_day"},
		{"An Văn Bình,Nam,khoảng 1950,Hòa Bình,,1/1/2021,,,,", "2 birth sheet.err.date"},
		{"An Văn Bình,Nam,12/25/1990,Hòa Bình,,1/1/2021,,,,", "2 birth sheet.err.no_such_day"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,,1/1/2021,38150000001,,,", "2 card member.err.card_zero"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,,1/1/2021,,12345,,", "2 idno member.err.idno_length"},
		{"An Văn Bình,Nam,1/1/1990,Thôn 99,,1/1/2021,,,,", "2 cell exchange.err.cell_unknown"},
		{"An Văn Bình,Nam,1/1/1990,Thôn 2,,1/1/2021,,,,", "2 cell exchange.err.cell_unknown"}, // of another commune
		{"An Văn Bình,Nam,1/1/1990,,,1/1/2021,,,,", "2 cell exchange.err.cell_empty"},
		{",Nam,1/1/1990,Hòa Bình,,1/1/2021,,,,", "2 name member.err.name_empty"},
		{"An Văn Bình,?,1/1/1990,Hòa Bình,,1/1/2021,,,,", "2 sex exchange.err.sex"},
		{"An Văn Bình,Nam,1/1/2030,Hòa Bình,,1/1/2021,,,,", "2 birth exchange.err.future"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,1/1/1980,1/1/2021,,,,", "2 admitted exchange.err.before_birth"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,1/1/2020,1/1/2019,,,,", "2 official member.err.official_before_admitted"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,,1/1/2021,,,không có,", "2 phone exchange.err.phone"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,,1/1/2021,,,,chẳng rõ", "2 status exchange.err.status"},
		{"An Văn Bình,Nam,1/1/1990,Hòa Bình,,1/1/2021,,,,dự bị", "2 status exchange.err.both"},
	} {
		rep := w.load(t, exchange.LoadIn{}, head+c.row+"\nNgười Tốt,Nữ,1/1/1980,Hòa Bình,,1/1/2021,,,,\n")
		if got := issues(rep); !strings.HasPrefix(got, c.want) || rep.Failed != 1 || rep.New != 0 {
			t.Errorf("%s:\n%s\n%s", c.row, short(rep), got)
		}
	}
	if got := w.members(t, w.Town); got != "" {
		t.Errorf("something was stored:\n%s", got)
	}
	rep := w.load(t, exchange.LoadIn{Good: true}, head+"An Văn Bình,Nam,31/02/2001,Hòa Bình,,1/1/2021,,,,\nNgười Tốt,Nữ,1/1/1980,Hòa Bình,,1/1/2021,,,,\n")
	if rep.New != 1 || rep.Failed != 1 || !strings.HasPrefix(w.members(t, w.Town), "Người Tốt") {
		t.Errorf("the good rows: %s\n%s", short(rep), w.members(t, w.Town))
	}
}

// The same person twice with two spellings is asked about; in two cells it is refused.
func TestWhoIsWho(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	base := head + "Nguyễn Thị Thủy,Nữ,3/2/1960,Hòa Bình,3/2/1985,3/2/1986,038160000001,,0912345678,\nTrần Văn Đức,Nam,1/1/1955,Hòa Bình,,1/1/1980,,,,\n"
	if rep := w.load(t, exchange.LoadIn{}, base); rep.New != 2 {
		t.Fatalf("%s\n%s", short(rep), issues(rep))
	}
	for _, c := range []struct{ name, rows, want string }{
		{"old tone placement is the same", "Nguyễn Thị Thuỷ,Nữ,3/2/1960,Hòa Bình,,,,,,", "rows 1 new 0 changed 0 unchanged 1 skipped 0 failed 0"},
		{"a year agrees with a day in it", "Trần Văn Đức,Nam,1955,Hòa Bình,,,,,,", "rows 1 new 0 changed 0 unchanged 1 skipped 0 failed 0"},
		{"another spelling, same birth", "Nguyễn Thị Thúy,Nữ,3/2/1960,Hòa Bình,,,,,,", "2 name exchange.ask.spelling"},
		{"almost the name, same birth", "Nguyễn Thị Thủyy,Nữ,3/2/1960,Hòa Bình,,,,,,", "2 name exchange.ask.spelling"},
		{"a slip in the birth", "Trần Văn Đức,Nam,1/1/1956,Hòa Bình,,,,,,", "2 name exchange.ask.spelling"},
		{"the same in another cell", "Trần Văn Đức,Nam,1/1/1955,Chợ,,,,,,", "2 name exchange.ask.other_cell"},
		{"the card in another cell", "Nguyễn Thị Thủy,Nữ,3/2/1960,Chợ,,,038160000001,,,", "2 cell exchange.err.two_cells"},
		{"somebody else's card", "Phạm Văn Khác,Nam,3/2/1970,Hòa Bình,,,038160000001,,,", "2 card exchange.ask.number"},
		{"two spellings in one file", "Lê Văn Sỹ,Nam,5/5/1971,Hòa Bình,,,,,,\nLê Văn Sĩ,Nam,5/5/1971,Hòa Bình,,,,,,", "3 name exchange.ask.spelling_file"},
		{"one row twice", "Lê Văn Sỹ,Nam,5/5/1971,Hòa Bình,,,,,,\nLê Văn Sỹ,Nam,5/5/1971,Hòa Bình,,,,,,", "3 name exchange.warn.twice"},
		{"one card in two cells of a file", "Lê Văn Sỹ,Nam,5/5/1971,Hòa Bình,,,038171000009,,,\nLê Văn Sỹ,Nam,5/5/1971,Chợ,,,038171000009,,,", "3 cell exchange.err.two_cells_file"},
		{"one card for two people", "Lê Văn Sỹ,Nam,5/5/1971,Hòa Bình,,,038171000009,,,\nMai Thị Hoa,Nữ,6/6/1981,Hòa Bình,,,038171000009,,,", "3 card exchange.err.number_twice"},
		{"same name, other birth: somebody else", "Trần Văn Đức,Nam,7/8/1990,Hòa Bình,,,,,,", "rows 1 new 1 changed 0 unchanged 0 skipped 0 failed 0"},
	} {
		rep := w.load(t, exchange.LoadIn{DryRun: true}, head+c.rows+"\n")
		if got := short(rep) + "\n" + issues(rep); !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s\nwant %s", c.name, got, c.want)
		}
	}
	// A member of another commune with the card: it is found, and not named.
	rep := w.load(t, exchange.LoadIn{Into: fmt.Sprint(w.Commune.ID), DryRun: true}, head+"Nguyễn Thị Thủy,Nữ,3/2/1960,Thôn 2,,,038160000001,,,\n")
	if got := issues(rep); got != "2 card exchange.err.elsewhere" {
		t.Errorf("elsewhere: %s", got)
	}
}

func TestChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.load(t, exchange.LoadIn{}, head+"Nguyễn Thị Thủy,Nữ,1960,Hòa Bình,,,038160000001,,,\nTrần Văn Đức,Nam,1/1/1955,Hòa Bình,,1/1/1980,,,,Miễn sinh hoạt\n")
		rows := head + "Nguyễn Thị Thúy,Nữ,3/2/1960,Hòa Bình,3/2/1985,3/2/1986,038160000001,038160000011,0912345678,\nTrần Văn Đức,Nam,1/1/1955,Hòa Bình,,,,,,Tạm thời\n"
		rep := w.load(t, exchange.LoadIn{}, rows)
		var got []string
		for _, c := range rep.Changes {
			got = append(got, fmt.Sprintf("%d %s %s>%s", c.Row, c.Field, c.Old, c.New))
		}
		want := "2 name Nguyễn Thị Thủy>Nguyễn Thị Thúy\n2 birth 1960>03/02/1960\n2 phone >0912345678\n2 idno >••••••••• 011\n2 admitted >03/02/1985\n2 official >03/02/1986\n3 status exempt>temp_out"
		if strings.Join(got, "\n") != want || rep.Changed != 2 {
			t.Errorf("%s\n%s\n%s", short(rep), strings.Join(got, "\n"), issues(rep))
		}
		if again := w.load(t, exchange.LoadIn{}, rows); again.Unchanged != 2 {
			t.Errorf("again: %s %+v", short(again), again.Changes)
		}
		if got := w.members(t, w.HoaBinh); got != "Nguyễn Thị Thúy|f|1960-02-03|0912345678|038160000001|1985-02-03|1986-02-03|\nTrần Văn Đức|m|1955-01-01|||||temp_out" &&
			!strings.Contains(got, "1980-01-01|temp_out") {
			t.Errorf("%s", got)
		}
		// The identity number alone finds the person.
		if rep := w.load(t, exchange.LoadIn{DryRun: true}, head+"Nguyễn Thị Thúy,Nữ,,Hòa Bình,,,,038160000011,,\n"); rep.Unchanged != 1 {
			t.Errorf("by number: %s %s", short(rep), issues(rep))
		}
	})
}

func TestSizesAreWarnedAbout(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	rep := w.load(t, exchange.LoadIn{DryRun: true}, head+"Nguyễn Thị Thủy,Nữ,1960,Hòa Bình,,1/1/1980,,,,\n")
	i := rep.Issues[len(rep.Issues)-1]
	if i.Key != "exchange.size.cell_small" || i.Level != exchange.Warning || !strings.Contains(i.Source, "1.18") || rep.New != 1 {
		t.Errorf("%+v", rep.Issues)
	}
	rep = w.load(t, exchange.LoadIn{DryRun: true}, head+"Nguyễn Thị Thủy,Nữ,1/1/1960,Hòa Bình,1/1/1972,1/1/1973,,,,\n")
	if i := rep.Issues[0]; i.Key != "exchange.warn.young" && rep.New == 1 {
		t.Logf("no rule of 1972: %+v", i)
	}
}

// A title over the rows names their cell, and a workbook's numbers lost their zeros.
func TestGroupsOfRows(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	rep := w.load(t, exchange.LoadIn{}, "TT,Họ và tên,Năm sinh,Nữ,Đảng viên chính thức,Đảng viên dự bị\nI,Chi bộ Tổ dân phố Hòa Bình,,,,\n1,Nguyễn Văn An,1950,,x,\n2,Trần Thị Bình,1960,x,,x\nII,Chi bộ Chợ,,,,\n1,Lê Văn Cường,1970,,x,\n")
	if want := "rows 5 new 3 changed 0 unchanged 0 skipped 2 failed 0"; short(rep) != want {
		t.Fatalf("%s\n%s", short(rep), issues(rep))
	}
	if got := w.members(t, w.Market); got != "Lê Văn Cường|m|1970||||2026-11-03|" {
		t.Errorf("%s", got)
	}
	if got := w.members(t, w.HoaBinh); got != "Nguyễn Văn An|m|1950||||2026-11-03|\nTrần Thị Bình|f|1960|||||" {
		t.Errorf("%s", got)
	}
}

func TestImportUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := exchange.LoadIn{Kind: exchange.Units, Into: fmt.Sprint(w.District.ID)}
		rows := "Mã,Tên tổ chức đảng,Cấp trên,Loại hình tổ chức,Ngày thành lập\n" +
			"38.168.099.001.002,Chi bộ Thôn Mới,Đảng bộ xã Tân Lập,,1/1/2020\n" + // before the one above it
			"38.168.099,Đảng bộ xã Tân Lập,,Đảng bộ cơ sở,1/1/2016\n" +
			",Chi bộ Trường học,38.168.099,,1/1/2020\n" +
			",Chi bộ Thôn 02,Đảng bộ xã Yên Hồ,,\n" // is there
		rep := w.load(t, in, rows)
		if want := "rows 4 new 3 changed 0 unchanged 1 skipped 0 failed 0"; short(rep) != want {
			t.Fatalf("%s\n%s", short(rep), issues(rep))
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			u, err := org.ByCode(t.Context(), q, "38.168.099.001.002")
			if err != nil {
				return err
			}
			up, err := org.ByID(t.Context(), q, u.ParentID)
			if u.Kind != org.KindCell || up.Name != "Đảng bộ xã Tân Lập" {
				t.Errorf("%+v under %+v", u, up)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if again := w.load(t, in, rows); again.Unchanged != 4 {
			t.Errorf("again: %s\n%s", short(again), issues(again))
		}
		for _, c := range []struct{ rows, want string }{
			{"Tên,Cấp trên\nĐảng bộ A,Đảng bộ B\nĐảng bộ B,Đảng bộ A\n", "exchange.err.cycle"},
			{"Tên,Cấp trên\nĐảng bộ A,Đảng bộ A\n", "exchange.err.cycle"},
			{"Tên,Cấp trên\nChi bộ A,Đảng bộ xã Không Có\n", "2 parent exchange.err.parent_unknown"},
			{"Tên,Cấp trên\nChi bộ A,Chi bộ Thôn 2\n", "exchange.err.unit_kind"},
			{"Mã,Tên\n1,Chi bộ A\n1,Chi bộ B\n", "3 code exchange.err.code_twice"},
		} {
			rep := w.load(t, in, c.rows)
			if got := issues(rep); !strings.Contains(got, c.want) || rep.New != 0 || rep.Failed == 0 {
				t.Errorf("%s\n%s\n%s", c.rows, short(rep), got)
			}
		}
	})
}

// A list changes what units that are there are called and where they are, from its day
// on; the check shows it first, the same list again changes nothing, and what a list
// may not do it says.
func TestImportChangesUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := exchange.LoadIn{Kind: exchange.Units, Into: fmt.Sprint(w.District.ID)}
		w.load(t, in, "Mã,Tên tổ chức đảng,Cấp trên\n38.168.099,Chi bộ Thôn 2,Đảng bộ xã Yên Hồ\n")
		now := func() (u org.Unit) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				u, err = org.ByID(t.Context(), q, w.Village2.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		if u := now(); u.Code != "38.168.099" || u.Name != "Chi bộ Thôn 2" {
			t.Fatalf("the code: %+v", u)
		}
		rows := "Mã,Tên tổ chức đảng,Tên gọi tắt,Cấp trên,Nơi họp,Loại hình\n" +
			"38.168.099,Chi bộ thôn Sông La,Sông La,Đảng bộ xã Yên Hồ,Nhà văn hóa Sông La,\n" +
			",Chi bộ Thôn 10,,Chi bộ thôn Sông La,,\n"
		dry := in
		dry.DryRun = true
		rep := w.load(t, dry, rows)
		if rep.Changed != 1 || len(rep.Changes) < 3 || rep.Changes[0].Field != "name" || rep.Changes[0].Old != "Chi bộ Thôn 2" || rep.Changes[0].New != "Chi bộ thôn Sông La" {
			t.Errorf("the check: %s %+v\n%s", short(rep), rep.Changes, issues(rep))
		}
		if u := now(); u.Name != "Chi bộ Thôn 2" {
			t.Fatal("the check has written")
		}
		first := rows[:strings.LastIndex(rows, ",Chi bộ Thôn 10")]
		if rep = w.load(t, in, first); rep.Changed != 1 || rep.Failed != 0 {
			t.Fatalf("%s\n%s", short(rep), issues(rep))
		}
		u := now()
		if u.Name != "Chi bộ thôn Sông La" || u.Short != "Sông La" || u.Hall != "Nhà văn hóa Sông La" || u.PaperName != "CHI BỘ THÔN SÔNG LA" || u.Code != "38.168.099" {
			t.Errorf("%+v", u)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			was, err := org.OnDay(t.Context(), q, w.Village2.ID, civil.Of(2026, 1, 1))
			if was.Name != "Chi bộ Thôn 2" {
				t.Errorf("the name of before: %q", was.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := notes(t, d, w.Village2.ID); n != 2 { // the code, then the names and the place
			t.Errorf("%d lines of the audit tell of the unit, want 2", n)
		}
		if again := w.load(t, in, first); again.Unchanged != 1 || again.Changed != 0 {
			t.Errorf("again: %s\n%s", short(again), issues(again))
		}
		for _, c := range []struct{ rows, want string }{
			{"Mã,Tên,Cấp trên\n38.168.099,Chi bộ thôn Sông La,Đảng bộ thị trấn Đức Thọ\n", "exchange.warn.unit_parent"},
			{"Mã,Tên,Cấp trên\nabc,Chi bộ Thôn 10,Đảng bộ xã Yên Hồ\n", "2 code org.err.code_form"},
		} {
			rep := w.load(t, in, c.rows)
			if got := issues(rep); !strings.Contains(got, c.want) || rep.Changed != 0 {
				t.Errorf("%s\n%s\n%s", c.rows, short(rep), got)
			}
		}
	})
}

// notes counts the lines of the audit that tell of a changed unit.
func notes(t *testing.T, d *db.DB, unit int64) (n int) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit WHERE action = 'org.edit' AND target_id = $1`, unit).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportOffices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.load(t, exchange.LoadIn{}, head+"Nguyễn Thị Thủy,Nữ,1960,Hòa Bình,,1/1/1980,,,,\nTrần Văn Đức,Nam,1/1/1955,Hòa Bình,,1/1/1980,,,,\nLê Văn Mới,Nam,1/1/2000,Hòa Bình,,,,,,\n")
		in := exchange.LoadIn{Kind: exchange.Offices}
		rows := "Họ và tên,Đơn vị,Chức vụ,Từ ngày,Đến ngày\n" +
			"Trần Văn Đức,Hòa Bình,Bí thư chi bộ,20/5/2020,19/5/2025\n" +
			"Nguyễn Thị Thủy,Hòa Bình,Bí thư,20/5/2025,\n" +
			"Lê Văn Mới,Hòa Bình,Phó Bí thư,20/5/2025,\n" +
			"Nguyễn Thị Thủy,Đảng bộ thị trấn Đức Thọ,Đảng ủy viên,1/6/2025,\n"
		rep := w.load(t, in, rows)
		if want := "rows 4 new 4 changed 0 unchanged 0 skipped 0 failed 0"; short(rep) != want || !strings.Contains(issues(rep), "4 name exchange.warn.reserve_post") {
			t.Fatalf("%s\n%s", short(rep), issues(rep))
		}
		if again := w.load(t, in, rows); again.Unchanged != 4 {
			t.Errorf("again: %s\n%s", short(again), issues(again))
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			h, err := office.HolderOf(t.Context(), q, w.HoaBinh.PartID, w.HoaBinh.ID, office.Secretary, civil.Of(2026, 11, 3))
			if h.Name != "Nguyễn Thị Thủy" || h.MembershipID == 0 {
				t.Errorf("%+v", h)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ended := w.load(t, in, "Họ và tên,Đơn vị,Chức vụ,Từ ngày,Đến ngày\nLê Văn Mới,Hòa Bình,Phó Bí thư,20/5/2025,30/10/2026\n")
		if ended.Changed != 1 || ended.Changes[0].New != "30/10/2026" {
			t.Errorf("an end: %s %+v", short(ended), ended.Changes)
		}
		for _, c := range []struct{ row, want string }{
			{"Trần Văn Đức,Hòa Bình,Bí thư,1/1/2026,", "2 title exchange.err.two_at_once"},
			{"Nguyễn Thị Thủy,Hòa Bình,Bí thư,1/1/2026,", "2 from exchange.err.term_overlaps"},
			{"Nguyễn Văn Không,Hòa Bình,Bí thư,1/1/2018,", "2 name exchange.err.person_unknown"},
			{"Trần Văn Đức,Hòa Bình,Thủ quỹ,1/1/2018,", "2 title exchange.err.title"},
			{"Trần Văn Đức,Hòa Bình,Bí thư,2018,", "2 from exchange.err.day_needed"},
			{"Trần Văn Đức,Thôn 99,Bí thư,1/1/2018,", "2 unit exchange.err.unit_unknown"},
			{"Trần Văn Đức,Hòa Bình,Bí thư,1/1/2018,1/1/2017", "2 to office.err.to_before_from"},
		} {
			rep := w.load(t, in, "Họ và tên,Đơn vị,Chức vụ,Từ ngày,Đến ngày\n"+c.row+"\n")
			if got := issues(rep); got != c.want {
				t.Errorf("%s:\n%s", c.row, got)
			}
		}
	})
}

func TestNoHeading(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	const rows = "Nguyễn Văn An,1950\nTrần Thị Bình,1960\n"
	_, err := w.svc.Load(t.Context(), access.System(), exchange.LoadIn{
		Kind: exchange.Members, Into: fmt.Sprint(w.Town.ID), Name: "a.csv", Source: strings.NewReader(rows), Size: int64(len(rows)),
	})
	if err == nil || !strings.Contains(err.Error(), "exchange.err.no_heading") {
		t.Errorf("%v", err)
	}
	const half = "Họ và tên,Chi bộ\nTrần Thị Bình,Hòa Bình\n"
	_, err = w.svc.Load(t.Context(), access.System(), exchange.LoadIn{
		Kind: exchange.Members, Into: fmt.Sprint(w.Town.ID), Name: "a.csv", Source: strings.NewReader(half), Size: int64(len(half)),
	})
	if err == nil || !strings.Contains(err.Error(), "exchange.need.sex") || !strings.Contains(err.Error(), "exchange.need.official") {
		t.Errorf("%v", err)
	}
}

// Who may import what where, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	for _, c := range []struct {
		role          string
		at, into      org.Unit
		members, tree bool
	}{
		{access.RoleKeeper, w.Town, w.Town, true, true},
		{access.RoleKeeper, w.District, w.HoaBinh, true, true},
		{access.RoleKeeper, w.Town, w.Commune, false, false},
		{access.RoleKeeper, w.Town, w.District, false, false},
		{access.RoleAdmin, w.District, w.Town, true, true},
		{access.RoleUpper, w.District, w.Town, false, false},
		{access.RoleLead, w.HoaBinh, w.HoaBinh, false, false},
		{access.RoleMember, w.HoaBinh, w.HoaBinh, false, false},
	} {
		for k, want := range map[exchange.Kind]bool{exchange.Members: c.members, exchange.Units: c.tree, exchange.Offices: c.tree} {
			if _, err := exchange.MayImport(orgtest.Actor(c.role, c.at), k, c.into); (err == nil) != want {
				t.Errorf("%s of %s imports %s into %s: %v", c.role, c.at.Name, k, c.into.Name, err)
			}
		}
	}
	// An administrator sees nothing of who is there: neither name nor old value.
	w.load(t, exchange.LoadIn{}, head+"Nguyễn Thị Thủy,Nữ,3/2/1960,Hòa Bình,,1/1/1980,038160000001,,0912345678,\n")
	const rows = head + "Nguyễn Thị Thúy,Nữ,3/2/1960,Hòa Bình,,,,,,\nNguyễn Thị Thủy,Nữ,4/3/1960,Hòa Bình,,,038160000001,,0987654321,\n"
	rep, err := w.svc.Load(t.Context(), orgtest.Actor(access.RoleAdmin, w.District), exchange.LoadIn{
		Kind: exchange.Members, Into: fmt.Sprint(w.Town.ID), Name: "a.csv", Source: strings.NewReader(rows), Size: int64(len(rows)), DryRun: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(struct{ A, B any }{rep.Issues[0].Args, rep.Changes})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("Thủy\",\"Birth")) || bytes.Contains(text, []byte("03/02/1960")) || bytes.Contains(text, []byte("0912345678")) || rep.Issues[0].Key != "exchange.ask.spelling_hidden" {
		t.Errorf("%s", text)
	}
}
