package meetingweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

// An election on paper: opened, given out, closed, counted by two who must agree; the
// numbers of a small body stand on no page.
func TestSecretElectionOnPaper(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	present := []int{inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird, inFourth}
	w.here(ref, present...)
	list := href(ref) + "/secret"
	form := w.page(list + "/new?kind=candidates").Form(list)
	if form.Value("purpose") != secret.Election || form.Value("way") != "paper" {
		t.Errorf("the form: purpose %q, way %q", form.Value("purpose"), form.Value("way"))
	}
	in := url.Values{
		"kind": {"candidates"}, "purpose": {"election"}, "subject": {"Bầu chi ủy"}, "seats": {"2"}, "max": {"2"}, "min": {"0"}, "round": {"1"}, "way": {"paper"}, "show": {"guarded"},
		"people": {num(w.ids[inSecretary]), num(w.ids[inDeputy]), num(w.ids[inCommittee])}, "team1": {num(w.ids[inFirst])}, "team2": {num(w.ids[inFirst])},
	}
	rec := webtest.Post(t, w.kit, list, in)
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "những người khác nhau") {
		t.Fatalf("one person twice in the team: %d", rec.Code)
	}
	in.Set("team2", num(w.ids[inSecond]))
	in.Set("seats", "hai")
	rec = webtest.Post(t, w.kit, list, in)
	if again := webtest.Doc(t, rec.Body.String()).Form(list); rec.Code != http.StatusUnprocessableEntity || again.Value("subject") != "Bầu chi ủy" || again.Value("seats") != "hai" {
		t.Fatalf("a number in letters: %d, subject %q, seats %q", rec.Code, again.Value("subject"), again.Value("seats"))
	}
	in.Set("seats", "2")
	w.be(inFirst)
	if rec := webtest.Post(t, w.kit, list, in); rec.Code != http.StatusForbidden {
		t.Errorf("a member opens a vote: %d", rec.Code)
	}
	w.be(inSecretary)
	if rec = webtest.Post(t, w.kit, list, in); rec.Code != http.StatusSeeOther {
		t.Fatalf("opened: %d %s", rec.Code, fold(rec.Body.String()))
	}
	at := rec.Header().Get("Location")
	if rec := webtest.Post(t, w.kit, list, in); rec.Code != http.StatusConflict {
		t.Errorf("a second one at once: %d", rec.Code)
	}

	w.be(inFirst)
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "bỏ phiếu giấy") {
		t.Errorf("a member sees %q", got)
	}
	if w.page(at).ID("turnout").OK() {
		t.Error("a member sees who has voted")
	}
	w.fails(403, at+"/paper", "rest", "true")
	w.fails(403, at+"/close", "version", "1")
	if got := w.page(href(ref) + "/checkin").ID("checkin"); !got.Link("Đến phiếu kín").OK() {
		t.Error("who has checked in is not led to the vote")
	}

	w.be(inSecretary)
	w.ok(at, at+"/paper", "rest", "true")
	if got := w.page(at).ID("turnout").Text(); !strings.Contains(got, "7/7") {
		t.Errorf("turnout: %q", got)
	}
	w.ok(at, at+"/close", "version", "1")
	if err := w.svc.Adjourn(w.ctx(), w.act(inSecretary), ref, w.full(ref).Version); err == nil {
		t.Error("the meeting was closed over a vote that is not counted")
	}
	entry := func(seat string, votes ...string) url.Values {
		return url.Values{"seat": {seat}, "issued": {"7"}, "returned": {"7"}, "invalid": {"0"}, "votes": votes}
	}
	rec = webtest.Post(t, w.kit, at+"/entry", entry("1", "9", "1", "1"))
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `value="9"`) {
		t.Errorf("more votes than ballots: %d, and what was typed is kept", rec.Code)
	}
	for seat, votes := range map[string][]string{"1": {"7", "6", "1"}, "2": {"7", "5", "2"}} {
		webtest.Post(t, w.kit, at+"/entry", entry(seat, votes...))
	}
	w.fails(409, at+"/count")
	w.be(inThird)
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "đang làm việc") || w.page(at).Form(at+"/entry").OK() {
		t.Errorf("who is not in the team sees %q", got)
	}
	w.be(inSecond)
	if own := w.page(at).Form(at + "/entry"); !own.OK() || own.Value("seat") != "2" {
		t.Errorf("who counts cannot type: seat %q", own.Value("seat"))
	}
	if rec := webtest.Post(t, w.kit, at+"/entry", entry("2", "7", "6", "1")); rec.Code != http.StatusSeeOther {
		t.Fatalf("who counts types: %d %s", rec.Code, fold(rec.Body.String()))
	}
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "Hai lần đếm như nhau") || w.page(at).Form(at+"/count").OK() {
		t.Errorf("after it: %q", got)
	}
	w.be(inSecretary)
	if got := w.page(at).ID("turnout").Text(); strings.Contains(got, "do cùng một người nhập") {
		t.Error("two hands are taken for one")
	}
	webtest.Post(t, w.kit, at+"/entry", entry("2", "7", "6", "1"))
	if got := w.page(at).ID("turnout").Text(); !strings.Contains(got, "do cùng một người nhập") {
		t.Errorf("one hand typed both: %q", got)
	}
	w.ok(at, at+"/count")
	got := w.page(at).ID("vote").Text()
	if !strings.Contains(got, "Trúng cử 2/2") || strings.Contains(got, "7/1") || strings.Contains(got, "phát ra") {
		t.Errorf("the result of a guarded vote: %q", got)
	}
	if got := w.page(href(ref)).ID("secrets").Text(); !strings.Contains(got, "Trúng cử 2/2") {
		t.Errorf("the meeting's page: %q", got)
	}
}

// A vote that was given up is held again from a form that has it all.
func TestSecretVoteGivenUpIsHeldAgain(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird, inFourth)
	list := href(ref) + "/secret"
	forms := w.page(list + "/new?kind=ladder").Form(list)
	in := url.Values{
		"kind": {"ladder"}, "purpose": {"discipline"}, "subject": {"Xem xét kỷ luật"}, "seats": {"1"}, "min": {"0"}, "round": {"1"}, "way": {"paper"}, "show": {"guarded"},
		"forms": {"warning"}, "team1": {num(w.ids[inFirst])}, "team2": {num(w.ids[inSecond])},
	}
	rec := webtest.Post(t, w.kit, list, in)
	at := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !forms.OK() {
		t.Fatalf("opened: %d", rec.Code)
	}
	w.ok(at, at+"/void", "version", "1")
	w.be(inFirst)
	if w.page(at).ID("vote").Link("Mở lại cuộc bỏ phiếu này").OK() {
		t.Error("a member is led to open a vote")
	}
	w.be(inSecretary)
	again := w.page(at).ID("vote").Link("Mở lại cuộc bỏ phiếu này")
	form := w.page(again.Attr("href")).Form(list)
	if !again.OK() || form.Value("subject") != "Xem xét kỷ luật" || form.Value("team2") != num(w.ids[inSecond]) {
		t.Errorf("the form again: subject %q, team %q", form.Value("subject"), form.Value("team2"))
	}
	var ticked []string
	for _, box := range form.Tags("input") {
		if box.Attr("name") == "forms" && box.HasAttr("checked") {
			ticked = append(ticked, box.Attr("value"))
		}
	}
	if len(ticked) != 1 || ticked[0] != "warning" {
		t.Errorf("forms of discipline: %v", ticked)
	}
}

// A vote on phones: codes shown once, sealed ballots, receipts, a count with two codes.
func TestSecretVoteOnPhones(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	voters := []int{inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird}
	w.here(ref, voters...)
	w.signIn(append([]int{inReserve}, voters...)...)
	list := href(ref) + "/secret"
	in := url.Values{
		"kind": {"question"}, "purpose": {"recognition"}, "subject": {"Đề nghị công nhận"}, "way": {"phones"}, "show": {"guarded"},
		"team1": {num(w.ids[inDeputy])}, "team2": {num(w.ids[inFirst])}, "team3": {num(w.ids[inSecond])},
	}
	if rec := webtest.Post(t, w.kit, list, in); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Chưa có quyết định của cấp trên") {
		t.Fatalf("phones without a decision: %d", rec.Code)
	}
	w.allowed()
	rec := webtest.Post(t, w.kit, list, in)
	doc := webtest.Doc(t, rec.Body.String())
	slips := doc.Class("code-slip")
	if rec.Code != http.StatusOK || len(slips) != 3 || rec.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d, %d slips", rec.Code, len(slips))
	}
	if strings.Contains(rec.Body.String(), "data-back") || !strings.Contains(slips[2].Text(), "Đề nghị công nhận") {
		t.Error("a way back loses codes that are shown once, or a slip does not say which vote it is of")
	}
	var codes []string
	for _, s := range slips {
		codes = append(codes, s.Tag("h2").Text())
	}
	f := w.full(ref)
	at := href(ref) + "/secret/" + num(f.Secrets[0].Ref.ID)
	if strings.Contains(w.get(at).Body.String(), codes[0]) {
		t.Error("a code is shown twice")
	}

	for i, who := range voters {
		w.be(who)
		page := w.page(at)
		lengths := map[int]bool{}
		for _, c := range page.ID("f-marks").Tags("input") {
			lengths[len(url.Values{"choice": {c.Attr("value")}}.Encode())] = true
		}
		if len(lengths) != 1 {
			t.Errorf("the length of a request tells the choice: %v", lengths)
		}
		w.fails(422, at+"/cast", "op", "x") // nothing marked
		w.ok(at, at+"/cast", "choice", "01", "op", fmt.Sprint("op", i))
		w.ok(at, at+"/cast", "choice", "02", "op", fmt.Sprint("op", i)) // the same request again
		w.fails(409, at+"/cast", "choice", "02", "op", "another")
		if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "Mã phiếu:") {
			t.Errorf("after the cast: %q", got)
		}
	}
	w.be(inReserve)
	w.fails(403, at+"/cast", "choice", "01", "op", "r")

	w.be(inSecretary)
	w.ok(at, at+"/close", "version", "1")
	w.fails(422, at+"/count", "code1", codes[0], "code2", "1234")
	w.fails(422, at+"/count", "code1", codes[0], "code2", codes[2]) // in the wrong field
	w.ok(at, at+"/count", "code1", codes[0], "code3", codes[2])
	got := w.page(at).ID("vote").Text()
	if !strings.Contains(got, "6 mã phiếu") || !strings.Contains(got, "xé bỏ ba mã") {
		t.Errorf("after the count: %q", got)
	}
	w.silent(t, codes)
}

// silent wants neither codes nor choices in what is kept beside the vote.
func (w *hallOf) silent(t *testing.T, codes []string) {
	t.Helper()
	w.write(func(ctx context.Context, tx *db.Tx) error {
		list, err := db.List(ctx, tx, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) },
			`SELECT action || ' ' || detail FROM audit WHERE action LIKE 'meeting.secret%'`)
		if len(list) < 9 {
			t.Errorf("%d lines of the audit", len(list))
		}
		for _, l := range list {
			for _, word := range []string{"choice", "marks", "print", "fingerprint", "op"} {
				if strings.Contains(strings.TrimPrefix(l, "meeting.secret.open"), `"`+word) {
					t.Errorf("the audit says too much: %s", l)
				}
			}
			for _, c := range codes {
				if strings.Contains(l, c) || strings.Contains(l, strings.ReplaceAll(c, " ", "")) {
					t.Errorf("a code in the audit: %s", l)
				}
			}
		}
		return err
	})
}

// Who may open and keep a secret vote, and who only sees that there is one.
func TestSecretRights(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inCommittee, inFirst, inSecond)
	in := meeting.SecretIn{
		Subject: "Xem xét kỷ luật", Purpose: secret.Discipline, Kind: secret.Ladder, Forms: []string{"warning", "reprimand"},
		Team: []int64{w.ids[inFirst], w.ids[inSecond]}, Guarded: true,
	}
	for who, may := range map[int]bool{inSecretary: true, inDeputy: true, inCommittee: false, inFirst: false} {
		vote, _, err := w.svc.OpenSecret(w.ctx(), w.act(who), ref, in)
		if (err == nil) != may {
			t.Errorf("%d opens: %v", who, err)
		}
		if err != nil {
			continue
		}
		v, err := w.svc.Secret(w.ctx(), w.act(inCommittee), ref, vote.ID)
		w.must(err)
		if !v.Clerk || len(v.People) != 12 {
			t.Errorf("a committee member keeps the vote: %v, %d people", v.Clerk, len(v.People))
		}
		if len(v.Options) != 3 || v.Options[0].RuleKey != rulebook.VoteDiscipline || v.Options[2].RuleKey != "" {
			t.Errorf("the ladder: %+v", v.Options)
		}
		w.must(w.svc.VoidSecret(w.ctx(), w.act(inCommittee), ref, vote.ID, v.Version))
	}
	vote, _, err := w.svc.OpenSecret(w.ctx(), w.act(inSecretary), ref, in)
	w.must(err)
	upper := access.Actor{AccountID: 8, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	v, err := w.svc.Secret(w.ctx(), upper, ref, vote.ID)
	if err != nil || v.Clerk || len(v.People) != 0 || v.Mine != nil {
		t.Errorf("an officer above sees %+v, %v", v, err)
	}
	admin := access.Actor{AccountID: 7, Grants: []access.Grant{{Role: access.RoleAdmin, OrgID: w.town.ID, Path: w.town.Path}}}
	if _, err := w.svc.Secret(w.ctx(), admin, ref, vote.ID); err == nil {
		t.Error("an administrator sees the vote")
	}
	for _, who := range []access.Actor{admin, w.act(inSecretary), upper} {
		if err := secret.Allow(w.ctx(), w.d, who, w.cell.ID, "Tự cho phép", civil.From(w.clk.Now())); err == nil {
			t.Errorf("account %d allows phones", who.AccountID)
		}
	}
}
