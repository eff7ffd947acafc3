package meetingweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/live"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/task"
)

// hallOf is a cell that meets: twelve members with a committee of three, three tasks of
// last month, and pages in which everybody is who the test says.
type hallOf struct {
	t      testing.TB
	d      *db.DB
	clk    *clock.Fake
	svc    *meeting.Service
	hub    *live.Hub
	kit    *web.Kit
	who    access.Actor // of the next requests
	cell   org.Unit
	town   org.Unit
	other  org.Unit // another cell of the town
	actors []access.Actor
	ids    []int64 // memberships
}

// The people of the hall by their place in it.
const (
	inSecretary = iota
	inDeputy
	inCommittee
	inFirst
	inSecond
	inThird
	inFourth
	inFifth
	inSixth
	inReserve
	inExempt
	inTempOut
)

func hallNames() []string {
	return []string{
		"Võ Đình Khải", "Trần Thị Hòa", "Lê Văn Thủy", "Phạm Quốc Khánh", "Đặng Thị Ước", "Hoàng Văn Đoàn",
		"Ngô Xuân Ánh", "Bùi Đức Lợi", "Đinh Thị Mận", "Cao Thị Na", "Phan Văn Tự", "Hồ Sỹ Quế",
	}
}

func newHall(t testing.TB, names ...string) *hallOf {
	t.Helper()
	return newHallOn(t, dbtest.New(t), web.Config{}, names...)
}

// newHallOn is newHall over a database; cfg may have a log and a clock for the requests.
func newHallOn(t testing.TB, d *db.DB, cfg web.Config, names ...string) *hallOf {
	t.Helper()
	tree := orgtest.District(t, d)
	w := &hallOf{t: t, d: d, clk: dbtest.Clock(d), hub: live.NewHub(), cell: tree.HoaBinh, town: tree.Town, other: tree.Village2}
	w.svc = &meeting.Service{DB: d, Book: tree.Book, Documents: &document.Service{DB: d, Book: tree.Book}}
	w.svc.Live = func(topic, name string) { w.hub.Publish(topic, live.Event{Name: name}) }
	if len(names) == 0 {
		names = hallNames()
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for i, name := range names {
			if err := w.join(ctx, tx, i, name); err != nil {
				return err
			}
		}
		return w.appoint(ctx, tx, names)
	})
	if cfg.Clock == nil {
		cfg.Clock = w.clk
	}
	cfg.Frame, cfg.Session = w.frame, w.session
	w.kit = webtest.Kit(t, cfg,
		meetingweb.Catalogue, os.DirFS("../../ballot/ballotweb/i18n"), os.DirFS("../../task/taskweb/i18n"), accessTexts())
	if _, err := meetingweb.New(meetingweb.Config{Kit: w.kit, Meetings: w.svc, Hub: w.hub}); err != nil {
		t.Fatal(err)
	}
	w.be(inSecretary)
	return w
}

func (w *hallOf) frame(*http.Request) web.Frame {
	return web.Frame{UnitName: w.cell.Name, UpperName: w.town.Name, UserName: w.who.Name, SignedIn: true, Demo: true, Nav: []web.NavItem{
		{Href: "/", Label: "meeting.run.crumb", Icon: "home", Active: true}, {Href: "/tasks", Label: "meeting.run.tasks", Icon: "tasks"},
	}}
}

func (w *hallOf) session(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.who.AccountID != 0 {
			r = r.WithContext(access.With(r.Context(), w.who))
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *hallOf) join(ctx context.Context, tx *db.Tx, i int, name string) error {
	from := civil.Of(2020, 5, 19)
	pid, err := member.AddPerson(ctx, tx, member.Person{Part: w.cell.PartID, Name: name, Sex: "f"})
	if err != nil {
		return err
	}
	m := member.Membership{Part: w.cell.PartID, PersonID: pid, CellID: w.cell.ID, Name: name, From: from, AdmittedOn: from, OfficialOn: from.AddMonths(12)}
	if i == inReserve {
		m.From, m.AdmittedOn, m.OfficialOn = civil.Of(2026, 5, 19), civil.Of(2026, 5, 19), civil.Date{}
	}
	mid, err := member.AddMembership(ctx, tx, m)
	if err != nil {
		return err
	}
	for kind, at := range map[string]int{member.SpellExempt: inExempt, member.SpellTempOut: inTempOut} {
		if at != i {
			continue
		}
		if _, err := member.AddSpell(ctx, tx, member.Spell{Part: w.cell.PartID, MembershipID: mid, Kind: kind, From: civil.Of(2026, 1, 1)}); err != nil {
			return err
		}
	}
	w.ids = append(w.ids, mid)
	w.actors = append(w.actors, access.Actor{
		AccountID: int64(100 + i), PersonID: pid, PartID: w.cell.PartID, Name: name,
		Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.cell.ID, Path: w.cell.Path}},
	})
	return nil
}

func (w *hallOf) appoint(ctx context.Context, tx *db.Tx, names []string) error {
	from := civil.Of(2025, 3, 1)
	for i, title := range []string{office.Secretary, office.Deputy, office.CommitteeMember} {
		_, err := office.Appoint(ctx, tx, office.NewOffice{
			Unit: w.cell, PersonID: w.actors[i].PersonID, MembershipID: w.ids[i], Name: names[i], Title: title, Body: office.BodyCellCommittee, From: from,
		})
		if err != nil {
			return err
		}
		role := access.RoleLead
		if title == office.CommitteeMember {
			role = access.RoleCommittee
		}
		w.actors[i].Grants = append(w.actors[i].Grants, access.Grant{Role: role, OrgID: w.cell.ID, Path: w.cell.Path})
	}
	if _, err := office.AddTerm(ctx, tx, office.Term{Part: w.cell.PartID, OrgID: w.cell.ID, Name: "2025-2027", From: from}); err != nil {
		return err
	}
	_, err := task.Assign(ctx, tx, w.cell.PartID, w.cell.ID, []task.NewTask{
		{Title: "Vận động hiến đất mở rộng ngõ 3", AssigneeID: w.ids[inDeputy], StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 10, 25)},
		{Title: "Thăm, tặng quà 4 hộ nghèo", AssigneeID: w.ids[inFirst], StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 10, 30)},
		{Title: "Bồi dưỡng quần chúng ưu tú", AssigneeID: w.ids[inCommittee], StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 12, 30)},
	})
	return err
}

func (w *hallOf) write(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *hallOf) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// be makes the next requests those of a person.
func (w *hallOf) be(i int) { w.who = w.actors[i] }

func (w *hallOf) act(i int) access.Actor { return w.actors[i] }

func (w *hallOf) ctx() context.Context { return context.Background() }

// signIn gives people sessions, each on a phone of its own; sign them in on one phone with
// signInOn.
func (w *hallOf) signIn(people ...int) {
	w.t.Helper()
	for _, i := range people {
		w.signInOn(fmt.Sprintf("phone %d", i), i)
	}
}

func (w *hallOf) signInOn(phone string, i int) {
	w.t.Helper()
	token := fmt.Sprintf("%s of %d", phone, i)
	until := w.clk.Now().Add(30 * 24 * time.Hour)
	data, err := account.Codec{}.Encode(until, map[string]any{account.AccountKey: w.actors[i].AccountID})
	w.must(err)
	w.must(account.NewSessions(w.d).CommitCtx(account.WithDevice(w.ctx(), phone), token, data, until))
	w.actors[i].Session = account.TokenHash(token)
}

// invited brings this day's meeting to the invitation.
func (w *hallOf) invited() ident.Ref {
	w.t.Helper()
	day := civil.From(w.clk.Now())
	lead := w.act(inSecretary)
	ref, err := w.svc.Convene(w.ctx(), lead, meeting.ConveneIn{
		CellID: w.cell.ID, Kind: meeting.Regular, Day: day, Hour: 19, Minute: 30, Place: "Nhà văn hóa Tổ dân phố Hòa Bình",
	})
	w.must(err)
	_, err = w.svc.Agree(w.ctx(), lead, ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids[:3]})
	w.must(err)
	w.must(w.svc.Invite(w.ctx(), lead, ref))
	w.clk.Set(day.Time(19, 25))
	return ref
}

func (w *hallOf) opened() ident.Ref {
	w.t.Helper()
	ref := w.invited()
	w.must(w.svc.OpenMeeting(w.ctx(), w.act(inSecretary), ref))
	return ref
}

// here notes people as present.
func (w *hallOf) here(ref ident.Ref, people ...int) {
	w.t.Helper()
	for _, i := range people {
		w.must(w.svc.Mark(w.ctx(), w.act(inSecretary), ref, w.ids[i], meeting.Present, ""))
	}
}

func (w *hallOf) full(ref ident.Ref) meeting.Full {
	w.t.Helper()
	f, err := w.svc.Get(w.ctx(), w.act(inSecretary), ref)
	w.must(err)
	return f
}

// adopt opens the vote on the resolution and closes it with all hands.
func (w *hallOf) adopt(ref ident.Ref) {
	w.t.Helper()
	v, err := w.svc.OpenVote(w.ctx(), w.act(inSecretary), ref, "", meeting.PurposeResolution)
	w.must(err)
	for _, x := range w.full(ref).Votes {
		if x.Ref == v {
			_, err = w.svc.CloseByHands(w.ctx(), w.act(inSecretary), ref, v.ID, ballot.Hands{Yes: x.Left()}, x.Version)
			w.must(err)
		}
	}
}

func (w *hallOf) page(path string) *webtest.Document {
	w.t.Helper()
	doc := webtest.Get(w.t, w.kit, path)
	webtest.A11y(w.t, doc)
	return doc
}

func (w *hallOf) get(path string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.kit.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec
}

// post sends a form given as name, value pairs.
func (w *hallOf) post(path string, pairs ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return webtest.Post(w.t, w.kit, path, form)
}

// ok posts and wants to be led to a page.
func (w *hallOf) ok(to, path string, pairs ...string) {
	w.t.Helper()
	rec := w.post(path, pairs...)
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		w.t.Fatalf("POST %s %v: %d to %q, want %q\n%s", path, pairs, rec.Code, rec.Header().Get("Location"), to, fold(rec.Body.String()))
	}
}

// fails posts, wants a status and gives the page that tells.
func (w *hallOf) fails(status int, path string, pairs ...string) *webtest.Document {
	w.t.Helper()
	rec := w.post(path, pairs...)
	if rec.Code != status {
		w.t.Fatalf("POST %s %v: %d, want %d\n%s", path, pairs, rec.Code, status, fold(rec.Body.String()))
	}
	doc := webtest.Doc(w.t, rec.Body.String())
	webtest.A11y(w.t, doc)
	return doc
}

func fold(s string) string { return s[:min(len(s), 3000)] }

func num[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// accessTexts stands for the catalogue of the sign-in pages.
func accessTexts() fstest.MapFS {
	return fstest.MapFS{
		"vi.json": {Data: []byte(`{"access.err.forbidden": "Không có quyền.", "access.err.signed_out": "Cần đăng nhập."}`)},
		"en.json": {Data: []byte(`{"access.err.forbidden": "Not allowed.", "access.err.signed_out": "Sign in."}`)},
	}
}

func (w *hallOf) firstCriticism(ref ident.Ref) int64 {
	w.t.Helper()
	v, err := w.svc.Criticisms(w.ctx(), w.who, ref)
	w.must(err)
	if len(v.List) == 0 {
		w.t.Fatal("no entry")
	}
	return v.List[0].ID
}
