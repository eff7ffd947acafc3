package meetingweb_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
)

// withAccounts gives the hall pages that can make calendar addresses, and the first
// member an account.
func (w *hallOf) withAccounts() {
	w.t.Helper()
	accounts, err := account.New(account.Config{DB: w.d, Clock: w.clk, Book: w.svc.Book})
	w.must(err)
	hash, err := accounts.Hash(w.ctx(), "một câu để thử")
	w.must(err)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		who := w.actors[inFirst]
		a, err := accounts.Create(ctx, tx, account.NewAccount{Login: "khanh", Hash: hash, PersonID: who.PersonID, PartID: who.PartID, Name: who.Name})
		w.actors[inFirst].AccountID = a.ID
		return err
	})
	w.kit = webtest.Kit(w.t, web.Config{Clock: w.clk, Frame: w.frame, Session: w.session},
		meetingweb.Catalogue, os.DirFS("../../ballot/ballotweb/i18n"), os.DirFS("../../task/taskweb/i18n"), os.DirFS("../../account/accountweb/i18n"))
	if _, err := meetingweb.New(meetingweb.Config{Kit: w.kit, Meetings: w.svc, Hub: w.hub, Accounts: accounts}); err != nil {
		w.t.Fatal(err)
	}
}

// unfolded gives the lines of a calendar file by their names; a line that stands several
// times is joined.
func unfolded(t *testing.T, body string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, l := range strings.Split(strings.ReplaceAll(body, "\r\n ", ""), "\r\n") {
		name, v, _ := strings.Cut(l, ":")
		out[name] += v + "|"
	}
	return out
}

// noNames wants nothing of the cell, its people or the content in a calendar.
func (w *hallOf) noNames(body string) {
	w.t.Helper()
	body = strings.ReplaceAll(body, "\r\n ", "")
	for _, word := range append(hallNames(), w.cell.Name, "hiến đất", "Thăm") {
		if strings.Contains(body, word) {
			w.t.Errorf("the calendar holds %q:\n%s", word, body)
		}
	}
}

// One meeting as a file: for who is on the roll or leads, with a UID that stays and a
// sequence that rises when it is put off and called off.
func TestCalendarFile(t *testing.T) {
	w := newHall(t)
	day := civil.From(w.clk.Now()).AddDays(5)
	lead := w.act(inSecretary)
	ref, err := w.svc.Convene(w.ctx(), lead, meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Regular, Day: day, Hour: 19, Minute: 30, Place: "Nhà văn hóa, ngõ 3; tổ 5"})
	w.must(err)
	w.be(inFirst)
	if got := w.get(href(ref) + "/calendar.ics").Code; got != 403 {
		t.Errorf("before the invitation: %d", got)
	}
	_, err = w.svc.Agree(w.ctx(), lead, ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids[:3]})
	w.must(err)
	w.must(w.svc.Invite(w.ctx(), lead, ref))
	get := func() map[string]string {
		t.Helper()
		rec := w.get(href(ref) + "/calendar.ics")
		if rec.Code != 200 || rec.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(rec.Header().Get("Content-Disposition"), ".ics") {
			t.Fatalf("%d %v", rec.Code, rec.Header())
		}
		w.noNames(rec.Body.String())
		return unfolded(t, rec.Body.String())
	}
	first := get()
	if first["LOCATION"] != `Nhà văn hóa\, ngõ 3\; tổ 5|` || first["STATUS"] != "CONFIRMED|" || first["DTSTART"] != day.Time(19, 30).UTC().Format("20060102T150405Z")+"|" {
		t.Errorf("file %v", first)
	}
	w.must(w.svc.Postpone(w.ctx(), lead, ref, meeting.PostponeIn{Day: day.AddDays(1), Hour: 19, Minute: 30, Reason: "Bão", Version: w.full(ref).Version}))
	moved := get()
	if moved["UID"] != first["UID"] || moved["SEQUENCE"] <= first["SEQUENCE"] || moved["DTSTART"] == first["DTSTART"] {
		t.Errorf("put off: %v, was %v", moved, first)
	}
	w.must(w.svc.CallOff(w.ctx(), lead, ref, w.full(ref).Version, "Bão"))
	off := get()
	if off["UID"] != first["UID"] || off["SEQUENCE"] <= moved["SEQUENCE"] || off["STATUS"] != "CANCELLED|" || off["METHOD"] != "CANCEL|" {
		t.Errorf("called off: %v", off)
	}
	w.who = access.Actor{AccountID: 900, PersonID: 900, PartID: w.cell.PartID, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	if got := w.get(href(ref) + "/calendar.ics").Code; got != 403 {
		t.Errorf("an officer above, who is not invited: %d", got)
	}
}

// The own address: shown once, opens without signing in, shows time, place and kind only,
// and ends when it is replaced, taken back, or the account is blocked.
func TestCalendarAddress(t *testing.T) {
	w := newHall(t)
	w.withAccounts()
	meetingweb.CheckCalendarPage(t, w.kit)
	ref := w.invited()
	w.be(inFirst)
	if got := w.page("/calendar").ID("own").Text(); !strings.Contains(got, "Sinh hoạt thường kỳ") {
		t.Errorf("own meetings %q", got)
	}
	make1 := func() string {
		t.Helper()
		rec := w.post("/calendar/new")
		found := regexp.MustCompile(`/calendar/([A-Z2-7]{26})"`).FindStringSubmatch(rec.Body.String())
		if rec.Code != 200 || found == nil {
			t.Fatalf("no address: %d", rec.Code)
		}
		if strings.Contains(w.get("/calendar").Body.String(), found[1]) {
			t.Error("the address is shown again")
		}
		return "/calendar/" + found[1]
	}
	read := func(path string) *httptest.ResponseRecorder {
		who := w.who
		w.who = access.Actor{} // nobody is signed in
		defer func() { w.who = who }()
		return w.get(path)
	}
	old := make1()
	rec := read(old)
	if rec.Code != 200 || unfolded(t, rec.Body.String())["UID"] != "meeting-"+ref.String()+"@chibo|" {
		t.Fatalf("the address gives %d\n%s", rec.Code, rec.Body)
	}
	w.noNames(rec.Body.String())
	if n := w.count(`SELECT COUNT(*) FROM calendar_feed WHERE token = $1`, strings.TrimPrefix(old, "/calendar/")); n != 0 {
		t.Error("the secret itself is stored")
	}
	fresh := make1()
	if read(old).Code != 404 || read(fresh).Code != 200 {
		t.Error("the old address still opens, or the new one does not")
	}
	w.ok("/calendar", "/calendar/end")
	if read(fresh).Code != 404 {
		t.Error("an address taken back still opens")
	}
	last := make1()
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE account SET state = 'blocked' WHERE id = $1`, w.who.AccountID)
		return err
	})
	if read(last).Code != 404 || read("/calendar/"+url.PathEscape("' OR 1=1 --")).Code != 404 {
		t.Error("the address of a blocked account opens, or anything does")
	}
	w.who = access.Actor{}
	if got := w.get("/calendar").Code; got == 200 {
		t.Error("the page opens without signing in")
	}
}

func (w *hallOf) count(query string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.d.Read(w.ctx(), func(q db.Q) error { return q.QueryRow(w.ctx(), query, args...).Scan(&n) }))
	return n
}
