package app

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/admission"
	"chibo/agenda"
	"chibo/ballot"
	"chibo/campaign"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/question"
	"chibo/secret"
	"chibo/task"
	"chibo/visit"
	"chibo/workplan"
)

const sweepPassword = "một câu để thử"

// What the cell Hòa Bình writes: nobody beside may read it anywhere.
const (
	sweepOpinion = "Đề nghị sửa đường ngõ số ba"
	sweepDraft   = "Giữ vững nề nếp sinh hoạt"
	sweepTask    = "Vận động hiến đất mở rộng ngõ"
	sweepAsked   = "Vì sao đèn đường chưa sáng"
	sweepPerson  = "Đoàn Thị Mận"
	sweepRemark  = "Nên mời đồng chí trẻ nói trước"
	sweepSecret  = "Bỏ phiếu về việc riêng của chi bộ"
)

// sweep is the whole program over the people of officetest, with a meeting under way
// in Hòa Bình.
type sweep struct {
	t      *testing.T
	w      *officetest.World
	app    *App
	report string              // a report of a campaign
	ids    map[string][]string // what a wildcard may be, all of them real and Hòa Bình's
}

func newSweep(t *testing.T) *sweep {
	t.Helper()
	d := dbtest.New(t)
	w := officetest.New(t, d)
	bundle, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Config{DB: d, Clock: d.Clock(), Log: slog.New(slog.DiscardHandler), Bundle: bundle})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	s := &sweep{t: t, w: w, app: a, ids: map[string][]string{}}
	s.accounts()
	s.fill()
	return s
}

func (s *sweep) accounts() {
	s.t.Helper()
	hash, err := s.app.Accounts.Hash(s.t.Context(), sweepPassword)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, p := range s.w.People {
		s.w.Write(s.t, func(ctx context.Context, tx *db.Tx) error {
			a, err := s.app.Accounts.Create(ctx, tx, account.NewAccount{Login: loginFor(name), Hash: hash, PersonID: p.Ref.ID, PartID: p.Ref.Part, Name: name})
			if p.Cell.ID == s.w.HoaBinh.ID {
				s.ids["id"] = append(s.ids["id"], fmt.Sprint(a.ID))
			}
			return err
		})
	}
}

func loginFor(name string) string {
	return fmt.Sprintf("x%x", sha256.Sum256([]byte(name)))[:12]
}

func (s *sweep) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// fill lets Hòa Bình hold a meeting with everything in it.
func (s *sweep) fill() {
	s.t.Helper()
	ctx, w, m := s.t.Context(), s.w, s.app.Meetings
	lead, member := w.Actor(s.t, officetest.Secretary), w.Actor(s.t, officetest.Member)
	today := civil.From(w.DB.Clock().Now())
	var tasks []int64
	w.Write(s.t, func(ctx context.Context, tx *db.Tx) (err error) {
		_, err = office.AddTerm(ctx, tx, office.Term{Part: w.Town.ID, OrgID: w.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2025, 5, 20)})
		if err != nil {
			return err
		}
		tasks, err = task.Assign(ctx, tx, w.Town.ID, w.HoaBinh.ID, []task.NewTask{{
			Title: sweepTask, AssigneeID: w.People[officetest.Member].Member.ID, StartOn: today.AddDays(-20), Due: today.AddDays(20),
		}})
		return err
	})
	ref, err := m.Convene(ctx, lead, meeting.ConveneIn{CellID: w.HoaBinh.ID, Kind: meeting.Regular, Day: today, Hour: 19, Minute: 30, Place: "Nhà văn hóa"})
	s.must(err)
	_, err = m.SaveText(ctx, lead, ref, "direction", sweepDraft, nil)
	s.must(err)
	_, err = m.Agree(ctx, lead, ref, meeting.AgreeIn{Hour: 8, PresentIDs: []int64{
		w.People[officetest.Secretary].Member.ID, w.People[officetest.Deputy].Member.ID, w.People[officetest.Committee].Member.ID,
	}})
	s.must(err)
	decision, err := m.AddDecision(ctx, lead, ref, meeting.Decision{Title: sweepTask, AssigneeID: w.People[officetest.Member].Member.ID, Due: today.AddDays(20)})
	s.must(err)
	s.must(m.Invite(ctx, lead, ref))
	doc, err := m.IssuePaper(ctx, lead, ref, meeting.PaperIn{Kind: meeting.PaperProgramme, Op: "sweep"})
	s.must(err)
	opinion, err := m.AddOpinion(ctx, member, ref, meeting.OpinionIn{Text: sweepOpinion})
	s.must(err)
	s.must(m.OpenMeeting(ctx, lead, ref))
	for _, name := range []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member} {
		s.must(m.Mark(ctx, lead, ref, w.People[name].Member.ID, meeting.Present, ""))
	}
	vote, err := m.OpenVote(ctx, lead, ref, "Thông qua nghị quyết", "resolution")
	s.must(err)
	_, err = m.Cast(ctx, member, ref, vote.ID, ballot.Yes)
	s.must(err)
	members := func(names ...string) (ids []int64) {
		for _, name := range names {
			ids = append(ids, w.People[name].Member.ID)
		}
		return ids
	}
	ballots, _, err := m.OpenSecret(ctx, lead, ref, meeting.SecretIn{
		Subject: sweepSecret, Purpose: secret.AnyOther, Kind: secret.Question, Team: members(officetest.Secretary, officetest.Deputy), Guarded: true,
	})
	s.must(err)
	s.must(m.GiveSecretPaper(ctx, lead, ref, ballots.ID, members(officetest.Member)[0], true))
	keeper := access.Actor{AccountID: 1, Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: w.Town.ID, Path: w.Town.Path}}}
	s.must(secret.Allow(ctx, s.app.Meetings.DB, keeper, w.HoaBinh.ID, "Quyết định thử", today))
	var warrants []secret.Warrant
	w.Write(s.t, func(ctx context.Context, tx *db.Tx) (err error) {
		warrants, err = secret.Warrants(ctx, tx, w.HoaBinh)
		return err
	})
	f, err := m.Get(ctx, lead, ref)
	s.must(err)
	asked, err := s.app.Questions.Ask(ctx, member, question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: sweepAsked})
	s.must(err)
	standin, err := s.app.Offices.GiveStandin(ctx, lead, office.StandinIn{
		Post: w.People[officetest.Secretary].Office, Person: w.People[officetest.Deputy].Ref, Duties: []string{office.DutyConvene}, From: today, To: today, Reason: "Đi vắng",
	})
	s.must(err)
	direct, err := s.app.Accounts.Give(ctx, w.Actor(s.t, officetest.AdminPerson), account.DirectIn{
		Person: account.Person{ID: w.People[officetest.Committee].Ref.ID, Name: officetest.Committee}, Role: "keeper", OrgID: w.HoaBinh.ID, From: today, Reason: "Thử",
	})
	s.must(err)
	s.ids["id"] = append(s.ids["id"], fmt.Sprint(w.HoaBinh.ID), fmt.Sprint(w.Town.ID), fmt.Sprint(vote.ID), fmt.Sprint(opinion), fmt.Sprint(f.Items[0].ID), fmt.Sprint(standin), fmt.Sprint(direct), fmt.Sprint(ballots.ID))
	s.ids["warrant"] = []string{fmt.Sprint(warrants[0].ID)}
	s.guided(lead, today)
	card, err := s.app.Visits.Leave(ctx, w.Actor(s.t, officetest.TownSecretary), visit.LeaveIn{CellID: w.HoaBinh.ID, Day: today, Remarks: map[string]string{"mend": sweepRemark}})
	s.must(err)
	s.campaigned(today)
	s.ids["ref"] = []string{
		ref.String(), w.People[officetest.Member].Member.String(), w.People[officetest.Member].Ref.String(),
		ident.Ref{Part: w.Town.ID, ID: tasks[0]}.String(), asked.String(), w.People[officetest.Secretary].Office.String(),
	}
	s.ids["ref"] = append(s.ids["ref"], card.String(), doc.Ref.String(), ident.Ref{Part: ref.Part, ID: decision}.String())
	s.ids["ref"] = append(s.ids["ref"], s.report)
	s.worked(lead, today)
	dossier, err := s.app.Admissions.Track(ctx, lead, admission.TrackIn{
		CellID: w.HoaBinh.ID, On: today, Person: admission.Person{Name: sweepPerson, Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true},
	})
	s.must(err)
	s.ids["ref"] = append(s.ids["ref"], dossier.String())
	s.ids["file"] = []string{ref.String(), ref.String() + ".pdf", doc.Ref.String(), doc.Ref.String() + ".v1.pdf"}
	s.ids["form"] = []string{"application", "introduction", "cell", "decision", "helper"}
	s.ids["membership"] = []string{fmt.Sprint(w.People[officetest.Member].Member.ID)}
	s.ids["task"] = []string{fmt.Sprint(tasks[0])}
	s.ids["a"], s.ids["b"] = []string{w.People[officetest.Member].Ref.String()}, []string{w.People[officetest.Committee].Ref.String()}
	s.ids["kind"], s.ids["step"] = []string{"members", "units", "offices"}, []string{"1"}
	s.ids["secret"] = []string{"AAAAAAAAAAAAAAAAAAAAAAAAAA"}
	s.ids["code"], s.ids["act"] = []string{"A1"}, []string{"block", "unblock", "close", "reopen", "sessions"}
}

// campaigned lets Hòa Bình report in a campaign of the town, and somebody plan a visit there.
func (s *sweep) campaigned(today civil.Date) {
	s.t.Helper()
	ctx, upper := s.t.Context(), s.w.Actor(s.t, officetest.TownSecretary)
	id, err := s.app.Campaigns.Begin(ctx, upper, campaign.BeginIn{
		OrgID: s.w.Town.ID, Title: "Kiểm điểm cuối năm", Kinds: []string{org.KindCell}, Op: "sweep-campaign", Steps: []campaign.StepIn{{Title: "Họp", Due: today}},
	})
	s.must(err)
	lead := s.w.Actor(s.t, officetest.Secretary)
	c, err := s.app.Campaigns.Show(ctx, lead, id, s.w.HoaBinh.ID)
	s.must(err)
	s.must(s.app.Campaigns.Report(ctx, lead, campaign.ReportIn{Campaign: id, Step: c.Steps[0].ID, OrgID: s.w.HoaBinh.ID, Note: sweepDraft, Op: "sweep-report"}))
	c, err = s.app.Campaigns.Show(ctx, lead, id, s.w.HoaBinh.ID)
	s.must(err)
	acts := &home.Service{DB: s.w.DB, Book: s.app.Book}
	s.must(acts.Do(ctx, upper, home.ActIn{
		UnitID: s.w.HoaBinh.ID, Kind: home.NoAdmission, Act: home.Visit, On: today, Visitor: s.w.People[officetest.Follower].Ref.ID, Text: sweepDraft, Op: "sweep-visit",
	}))
	s.report = c.Reports[c.Steps[0].ID].Ref.String()
	s.ids["id"] = append(s.ids["id"], fmt.Sprint(id))
	s.ids["part"] = []string{fmt.Sprint(c.Steps[0].ID)}
	s.ids["what"] = []string{"not_met", "no_admission"}
}

// guided lets Hòa Bình give out a guidance of its own.
func (s *sweep) guided(lead access.Actor, today civil.Date) {
	s.t.Helper()
	s.must(s.app.Agendas.Publish(s.t.Context(), lead, agenda.PublishIn{
		OrgID: s.w.HoaBinh.ID, Title: sweepDraft, Content: "policy", Minutes: 5, From: today, Op: "sweep-guidance",
	}))
	given, err := s.app.Agendas.Guidances(s.t.Context(), lead, s.w.HoaBinh.ID, 0)
	s.must(err)
	s.ids["id"] = append(s.ids["id"], fmt.Sprint(given.Own[0].ID))
}

// addresses gives a route with every real thing of Hòa Bình in its wildcards.
func (s *sweep) addresses(pattern string) (method string, out []string) {
	method, path, _ := strings.Cut(pattern, " ")
	out = []string{strings.TrimSuffix(path, "{$}")}
	for _, wild := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
		values := s.ids[wild[1]]
		if len(values) == 0 {
			s.t.Errorf("%s: the sweep has nothing for %s", pattern, wild[0])
		}
		var next []string
		for _, p := range out {
			for _, v := range values {
				next = append(next, strings.Replace(p, wild[0], v, 1))
			}
		}
		out = next
	}
	return method, out
}

// queries narrow what a list without an id shows to Hòa Bình.
func (s *sweep) queries() []string {
	w := s.w
	return []string{
		"", fmt.Sprintf("?unit=%d", w.HoaBinh.ID), fmt.Sprintf("?cell=%d", w.HoaBinh.ID), fmt.Sprintf("?unit=%d", w.Town.ID), fmt.Sprintf("?unit=%d", w.District.ID),
		"?person=" + w.People[officetest.Member].Ref.String(), "?post=" + w.People[officetest.Secretary].Office.String(), "?from=2011-01-01&to=2026-12-31",
	}
}

// browser signs a person in and gives the cookie.
func (s *sweep) browser(name string) *http.Cookie {
	s.t.Helper()
	if name == "" {
		return nil
	}
	res := s.do(nil, "POST", "/signin", url.Values{"login": {loginFor(name)}, "password": {sweepPassword}})
	for _, c := range res.Result().Cookies() {
		if c.Name == "session" {
			return c
		}
	}
	s.t.Fatalf("%s is not signed in: %d", name, res.Code)
	return nil
}

func (s *sweep) do(c *http.Cookie, method, path string, form url.Values) *httptest.ResponseRecorder {
	// The stream of a meeting under way would not end by itself.
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	if strings.HasSuffix(path, "/live") {
		cancel()
	}
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if c != nil {
		r.AddCookie(c)
	}
	out := httptest.NewRecorder()
	s.app.Handler().ServeHTTP(out, r)
	return out
}

// secrets are the names and words that only Hòa Bình and those above it read.
func (s *sweep) secrets() []string {
	return []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member, sweepOpinion, sweepDraft, sweepTask, sweepAsked, sweepPerson, sweepRemark, sweepSecret, "09120000", "09123456"}
}

// Every page, asked for with real ids by nobody, by people of other cells and by a
// neighbour committee: nothing of Hòa Bình is in any answer.
func TestNoPageShowsForeignNames(t *testing.T) {
	s := newSweep(t)
	asked, good := 0, 0
	for _, who := range []string{"", officetest.Stranger, officetest.Neighbour, officetest.OtherUpper} {
		c := s.browser(who)
		for _, pattern := range s.app.Routes() {
			method, paths := s.addresses(pattern)
			if method != "GET" {
				continue
			}
			if !strings.Contains(pattern, "{") {
				for _, q := range s.queries()[1:] {
					paths = append(paths, paths[0]+q)
				}
			}
			for _, path := range paths {
				asked++
				res := s.do(c, method, path, nil)
				if res.Code == http.StatusOK {
					good++
				}
				if res.Code >= 500 {
					t.Errorf("%q at %s: %d", who, path, res.Code)
				}
				s.clean(who, path, res)
			}
		}
	}
	// The sweep sees what it looks for: a member of the cell does read these words.
	c := s.browser(officetest.Member)
	body := s.do(c, "GET", "/meetings/"+s.ids["ref"][0], nil).Body.String()
	for _, word := range []string{officetest.Secretary, sweepOpinion, sweepDraft, sweepSecret} {
		if !strings.Contains(body, word) {
			t.Errorf("a member of the cell does not read %q: the sweep proves nothing", word)
		}
	}
	if asked < 400 || good < 30 {
		t.Errorf("%d pages asked for, %d shown: the walk is broken", asked, good)
	}
}

func (s *sweep) clean(who, path string, res *httptest.ResponseRecorder) {
	s.t.Helper()
	body, err := io.ReadAll(res.Body)
	s.must(err)
	for _, word := range s.secrets() {
		if strings.Contains(string(body), word) {
			s.t.Errorf("%q reads %q at %s (%d)", who, word, path, res.Code)
		}
	}
}

// The administrator manages units and accounts and reads no meeting, no paper, no task
// and no record.
func TestAdministratorReadsNoContent(t *testing.T) {
	s := newSweep(t)
	c := s.browser(officetest.AdminPerson)
	for _, pattern := range s.app.Routes() {
		method, paths := s.addresses(pattern)
		if method != "GET" {
			continue
		}
		for _, path := range paths {
			body := s.do(c, method, path, nil).Body.String()
			for _, word := range []string{sweepOpinion, sweepDraft, sweepTask, sweepAsked, sweepPerson, sweepRemark, sweepSecret, "09120000", "09123456"} {
				if strings.Contains(body, word) {
					t.Errorf("the administrator reads %q at %s", word, path)
				}
			}
		}
	}
}

// own are the acts that concern only whoever does them.
func own(pattern string) bool {
	return slices.Contains([]string{
		"POST /prefs", "POST /signin", "POST /signout", "POST /setup", "POST /notices/read", "POST /account/password", "POST /account/first",
		"POST /account/sessions/end", "POST /account/sessions/end-others", "POST /find", "POST /calendar/new", "POST /calendar/end",
	}, pattern)
}

// Every act, tried with real ids by the same people: none is done, and nothing of Hòa
// Bình comes back.
func TestNoActFromBeside(t *testing.T) {
	s := newSweep(t)
	form := url.Values{
		"unit": {fmt.Sprint(s.w.HoaBinh.ID)}, "cell": {fmt.Sprint(s.w.HoaBinh.ID)}, "person": {s.w.People[officetest.Member].Ref.String()},
		"post": {s.w.People[officetest.Secretary].Office.String()}, "reason": {"thử"}, "text": {"thử"}, "kind": {"tasks"}, "on": {"true"}, "all": {"true"},
		"address": {"x.vn"}, "role": {"admin"}, "from": {"03/11/2026"}, "duty": {"convene"}, "day": {"05/11/2026"}, "hour": {"19:30"}, "q": {"Thơm"},
		"choice": {"yes"}, "answer": {"yes"}, "presence": {"present"}, "code": {"123456"}, "title": {"thử"}, "subject": {"thử"}, "version": {"1"},
	}
	tried := 0
	for _, who := range []string{"", officetest.Stranger, officetest.Neighbour, officetest.OtherUpper} {
		c := s.browser(who)
		before := s.digest()
		for _, pattern := range s.app.Routes() {
			method, paths := s.addresses(pattern)
			if method != "POST" || own(pattern) {
				continue
			}
			for _, path := range paths {
				tried++
				res := s.do(c, method, path, form)
				if res.Code < 300 || res.Code >= 500 {
					t.Errorf("%q at %s: %d", who, path, res.Code)
				}
				s.clean(who, path, res)
			}
		}
		for table, sum := range s.digest() {
			if before[table] != sum {
				t.Errorf("%q changed %s", who, table)
			}
		}
	}
	// The digest sees an act: the secretary's own is done.
	before := s.digest()
	res := s.do(s.browser(officetest.Secretary), "POST", fmt.Sprintf("/units/%d/kept", s.w.HoaBinh.ID), form)
	if after := s.digest(); res.Code != http.StatusSeeOther || before["kept"] == after["kept"] {
		t.Errorf("the secretary's act: %d, and the digest proves nothing", res.Code)
	}
	if tried < 400 {
		t.Errorf("%d acts tried: the walk is broken", tried)
	}
}

// digest sums up every table that an act could change.
func (s *sweep) digest() map[string]string {
	s.t.Helper()
	out := map[string]string{}
	err := s.w.DB.Read(s.t.Context(), func(q db.Q) error {
		tables, err := db.List(s.t.Context(), q, func(r db.Scanner) (n string, err error) { err = r.Scan(&n); return n, err },
			`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('session', 'audit', 'ident_node', 'notice') ORDER BY name`)
		for _, table := range tables {
			rows, err := q.Query(s.t.Context(), "SELECT * FROM "+table) //nolint:gosec // the database's own names
			if err != nil {
				return err
			}
			h := sha256.New()
			columns, err := rows.Columns()
			for rows.Next() && err == nil {
				row := make([]any, len(columns))
				for i := range row {
					row[i] = new(any)
				}
				err = rows.Scan(row...)
				for _, v := range row {
					fmt.Fprintf(h, "%v|", *v.(*any))
				}
			}
			rows.Close()
			if err != nil {
				return err
			}
			out[table] = fmt.Sprintf("%x", h.Sum(nil))
		}
		return err
	})
	s.must(err)
	return out
}

// worked gives the cell an item of a plan of the year that was approved.
func (s *sweep) worked(lead access.Actor, today civil.Date) {
	ref, err := s.app.Works.Add(s.t.Context(), lead, workplan.ItemIn{
		CellID: s.w.HoaBinh.ID, Year: today.Year(), From: today.Month(), To: today.Month(), Title: "Thăm đảng viên cao tuổi",
		WhoID: s.w.People[officetest.Member].Member.ID,
	})
	s.must(err)
	v, err := s.app.Works.Open(s.t.Context(), lead, s.w.HoaBinh.ID, today.Year())
	s.must(err)
	s.must(s.app.Works.Approve(s.t.Context(), lead, workplan.ApproveIn{CellID: s.w.HoaBinh.ID, Year: today.Year(), Day: today, Version: v.Plan.Version}))
	s.ids["ref"] = append(s.ids["ref"], ref.String())
}
