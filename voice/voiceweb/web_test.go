package voiceweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/member"
	"chibo/office/officetest"
	"chibo/voice"
	"chibo/voice/voiceweb"
)

type world struct {
	*officetest.World
	s    *voice.Service
	ref  ident.Ref
	also access.Actor // a fifth member
	h    *voiceweb.Web
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: officetest.New(t, dbtest.New(t))}
	w.s = &voice.Service{DB: w.DB, Book: w.Book, Keys: seal.Fresh()}
	day := civil.From(w.DB.Clock().Now())
	m := meeting.Meeting{
		Ref: ident.Ref{Part: w.HoaBinh.PartID, ID: w.DB.IDs().Next()}, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day,
		StartsAt: day.Time(8, 0), OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
	}
	w.ref = m.Ref
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		person, err := member.AddPerson(ctx, tx, member.Person{Part: w.HoaBinh.PartID, Name: "Vũ Thị Hoa", Sex: "f"})
		if err != nil {
			return err
		}
		id, err := member.AddMembership(ctx, tx, member.Membership{Part: w.HoaBinh.PartID, PersonID: person, CellID: w.HoaBinh.ID, Name: "Vũ Thị Hoa", From: civil.Of(2020, 5, 20), AdmittedOn: civil.Of(2019, 5, 20)})
		if err != nil {
			return err
		}
		w.also = access.Actor{AccountID: person, PersonID: person, PartID: w.HoaBinh.PartID, Name: "Vũ Thị Hoa", Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.HoaBinh.ID, Path: w.HoaBinh.Path}}}
		h := meeting.HistoryMeeting{Meeting: m, Roll: []meeting.RollRow{{MembershipID: id, Standing: member.StandingOfficial, Presence: meeting.Present, How: meeting.ByHand}}}
		for _, name := range []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member} {
			h.Roll = append(h.Roll, meeting.RollRow{MembershipID: w.People[name].Member.ID, Standing: member.StandingOfficial, Presence: meeting.Present, How: meeting.ByHand})
		}
		if err := meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{h}); err != nil {
			return err
		}
		return w.s.Closed(ctx, tx, m)
	})
	return w
}

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(r *http.Request) web.Frame {
			f := web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.HoaBinh.Name, Demo: true}
			if panels := w.h.Panels()[r.Pattern]; panels != nil {
				f.Panels, _ = panels(r)
			}
			return f
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, voiceweb.Catalogue, texts())
	var err error
	if w.h, err = voiceweb.New(k, w.s); err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) get(t *testing.T, who access.Actor) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, who), voice.Href(w.ref))
	webtest.A11y(t, doc)
	return doc
}

func answers(level string) url.Values {
	return url.Values{"prepared": {level}, "honest": {level}, "useful": {level}, "heard": {level}}
}

func TestPagesNameRealFields(t *testing.T) {
	w := newWorld(t)
	voiceweb.CheckPages(t, w.as(t, w.also))
}

// A member answers with plain radios; a gap comes back with what was chosen; nothing that
// was chosen is shown again; the sums stand there when the time is over.
func TestOneAnswer(t *testing.T) {
	w := newWorld(t)
	doc := w.get(t, w.also)
	if n := len(doc.All(func(e webtest.Element) bool { return e.Attr("type") == "radio" })); n != 12 || doc.ID("f-heard").Text() == "" {
		t.Errorf("%d radios", n)
	}
	form := answers("no")
	form.Del("heard")
	rec := webtest.Post(t, w.as(t, w.also), voice.Href(w.ref), form)
	back := webtest.Doc(t, rec.Body.String())
	if rec.Code != http.StatusUnprocessableEntity || !back.ID("e-heard").OK() || strings.Count(back.Raw, " checked") != 3 {
		t.Errorf("%d, %d of 3 choices kept", rec.Code, strings.Count(back.Raw, " checked"))
	}
	people := []access.Actor{w.also, w.Actor(t, officetest.Secretary), w.Actor(t, officetest.Deputy), w.Actor(t, officetest.Committee), w.Actor(t, officetest.Member)}
	for _, who := range people {
		if rec := webtest.Post(t, w.as(t, who), voice.Href(w.ref), answers("partly")); rec.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", who.Name, rec.Code, rec.Body)
		}
	}
	doc = w.get(t, w.also)
	if strings.Contains(doc.Raw, " checked") || !strings.Contains(doc.Tag("main").Text(), "Đồng chí đã cho ý kiến") {
		t.Error("the answer is shown again, or its arrival is not told")
	}
	if text := w.get(t, w.Actor(t, officetest.TownSecretary)).Tag("main").Text(); strings.Contains(text, "5") && strings.Contains(text, "đã cho ý kiến") {
		t.Errorf("a number before the time is over: %s", text)
	}
	dbtest.Clock(w.DB).Advance(6 * 24 * time.Hour)
	if _, err := w.s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc = w.get(t, w.Actor(t, officetest.TownSecretary))
	if !strings.Contains(doc.Tag("main").Text(), "5 đảng viên đã cho ý kiến") || len(doc.Class("share")) != 4 {
		t.Errorf("the sums: %s", doc.Tag("main").Text())
	}
}

func TestTooFew(t *testing.T) {
	w := newWorld(t)
	webtest.Post(t, w.as(t, w.also), voice.Href(w.ref), answers("no"))
	dbtest.Clock(w.DB).Advance(6 * 24 * time.Hour)
	if _, err := w.s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doc := w.get(t, w.also); !strings.Contains(doc.Tag("main").Text(), "Chưa đủ ý kiến để giữ kín") || len(doc.Class("share")) != 0 {
		t.Error(doc.Tag("main").Text())
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{officetest.Stranger, officetest.Neighbour, officetest.OtherUpper, officetest.AdminPerson} {
		rec := httptest.NewRecorder()
		w.as(t, w.Actor(t, name)).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, voice.Href(w.ref), nil))
		if rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}
