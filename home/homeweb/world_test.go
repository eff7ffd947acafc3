package homeweb_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/document"
	"chibo/figure"
	"chibo/home/homeweb"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
	"chibo/task"
)

func today() civil.Date { return civil.Of(2026, 11, 22) }

// world is the district of orgtest with two members in the cell Hòa Bình.
type world struct {
	orgtest.Tree
	d       *db.DB
	cfg     homeweb.Config
	na, man access.Actor // members
	naID    int64        // her membership
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldIn(t, dbtest.New(t))
}

func newWorldIn(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Tree: orgtest.District(t, d), d: d}
	w.cfg = homeweb.Config{
		DB: d, Clock: clock.Fixed(today().Time(8, 0)), Book: w.Book,
		Meetings: &meeting.Service{DB: d, Book: w.Book, Documents: &document.Service{DB: d, Book: w.Book}},
	}
	w.na, w.naID = w.join(t, "Cao Thị Na")
	w.man, _ = w.join(t, "Thái Thị Mận")
	return w
}

func (w *world) write(t *testing.T, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := w.d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) join(t *testing.T, name string) (access.Actor, int64) {
	t.Helper()
	var person, id int64
	cell := w.HoaBinh
	w.write(t, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: name, Sex: "f"}); err != nil {
			return err
		}
		id, err = member.AddMembership(ctx, tx, member.Membership{
			Part: cell.PartID, PersonID: person, CellID: cell.ID, Name: name, From: civil.Of(2026, 5, 19),
			Origin: member.OriginAdmission, AdmittedOn: civil.Of(2026, 5, 19),
		})
		return err
	})
	return with(access.Actor{AccountID: person, PersonID: person, PartID: cell.PartID, Name: name}, access.RoleMember, cell), id
}

// with gives an actor one more right.
func with(a access.Actor, role string, u org.Unit) access.Actor {
	a.Grants = append(a.Grants[:len(a.Grants):len(a.Grants)], access.Grant{Role: role, OrgID: u.ID, Path: u.Path})
	return a
}

// figures tells what the cells consist of (8.701 members in all) and did: Hòa Bình two
// good months, the others nothing.
func (w *world) figures(t *testing.T) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		var states []figure.CellState
		for i, c := range w.Cells {
			n := 1740
			if i == 0 {
				n = 1741
			}
			states = append(states, figure.CellState{Part: c.PartID, CellID: c.ID, State: figure.State{Cells: 1, Members: n, Officials: n, LastAdmitted: civil.Of(2026, 5, 19)}})
		}
		if err := figure.PutStates(ctx, tx, states); err != nil {
			return err
		}
		for _, m := range []civil.Month{202610, 202611} {
			k := figure.Key{Part: w.HoaBinh.PartID, Month: m, CellID: w.HoaBinh.ID}
			day := m.First().AddDays(2)
			if err := figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: day, Due: 20, Present: 17, Minutes: 95}); err != nil {
				return err
			}
			if err := figure.PutScore(ctx, tx, k, 912, figure.GradeGood); err != nil {
				return err
			}
			if m == 202611 {
				continue
			}
			if err := figure.PutSent(ctx, tx, k, day.AddDays(1), 0); err != nil {
				return err
			}
		}
		_, err := office.Appoint(ctx, tx, office.NewOffice{Unit: w.HoaBinh, PersonID: 900, Name: "Lưu Đình Khải", Title: office.Secretary, From: civil.Of(2025, 5, 20)})
		return err
	})
}

// meet puts a meeting into Hòa Bình with a roll that has Na, and gives its address.
func (w *world) meet(t *testing.T, day civil.Date, state string, row meeting.RollRow, done ...string) string {
	t.Helper()
	var ref ident.Ref
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		ref = ident.Ref{Part: w.HoaBinh.PartID, ID: tx.ID()}
		h := meeting.HistoryMeeting{Meeting: meeting.Meeting{
			Ref: ref, OrgID: w.HoaBinh.ID, Kind: meeting.Regular, Month: day.Month(), Day: day, StartsAt: day.Time(19, 30),
			Place: "Nhà văn hóa tổ dân phố", State: state, FeePaid: -1,
		}}
		for _, r := range w.Book.At(day, w.HoaBinh.Path).MonthPath() {
			s := meeting.Step{Step: r.Code, Due: r.Due(day)}
			for _, code := range done {
				if code == r.Code {
					s.DoneOn = s.Due
				}
			}
			h.Steps = append(h.Steps, s)
		}
		if state != meeting.Preparing && state != meeting.Agreed {
			row.MembershipID, row.Standing = w.naID, "official"
			h.Roll = []meeting.RollRow{row}
		}
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{h})
	})
	return "/meetings/" + ref.String()
}

func (w *world) task(t *testing.T, in task.Task) {
	t.Helper()
	in.Ref.Part, in.CellID, in.StartOn, in.AssigneeID = w.HoaBinh.PartID, w.HoaBinh.ID, civil.Of(2026, 9, 1), w.naID
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return task.AddAll(ctx, tx, task.Batch{Tasks: []task.Task{in}})
	})
}

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "app.nav.home": "Trang chủ"}`)}}
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.cfg.Clock,
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, homeweb.Catalogue, texts())
	cfg := w.cfg
	cfg.Kit = k
	if _, err := homeweb.New(cfg); err != nil {
		t.Fatal(err)
	}
	return k
}

// get gives the first page, or another address of it, as this person sees it. Every
// link to a place on the page must find it.
func (w *world) get(t *testing.T, who access.Actor, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, who), path)
	webtest.A11y(t, doc)
	for _, a := range doc.Tag("main").Tags("a") {
		href := a.Attr("href")
		if _, id, ok := strings.Cut(href, "#"); ok && !doc.ID(id).OK() {
			t.Errorf("%q leads to %s, which is not there", a.Text(), href)
		}
	}
	return doc
}

func status(k *web.Kit, path string) (code int, location string) {
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path, nil))
	return rw.Code, rw.Header().Get("Location")
}

func has(t *testing.T, doc *webtest.Document, want ...string) {
	t.Helper()
	text := doc.Tag("main").Text()
	for _, s := range want {
		if !strings.Contains(text, s) {
			t.Errorf("the page lacks %q: %s", s, text)
		}
	}
}

func lacks(t *testing.T, doc *webtest.Document, bad ...string) {
	t.Helper()
	for _, s := range bad {
		if strings.Contains(doc.Raw, s) {
			t.Errorf("the page has %q", s)
		}
	}
}

func leads(t *testing.T, doc *webtest.Document, want ...string) {
	t.Helper()
	for _, href := range want {
		if !doc.With("href", href).OK() {
			t.Errorf("no way to %s", href)
		}
	}
}

func unitPath(u org.Unit) string { return "/units/" + num(u) }

func num(u org.Unit) string { return strconv.FormatInt(u.ID, 10) }

// override gives the district its own shape.
func (w *world) override(t *testing.T) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return w.Book.Override(ctx, tx, 1, rulebook.Override{
			OrgID: w.District.ID, Key: rulebook.ShapeKey, Value: json.RawMessage(`"district"`), ValidFrom: civil.Of(2025, 7, 1), Source: "Quy định 01-QĐ/HU",
		})
	})
}
