package qualityweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/quality/qualityweb"
	"chibo/rulebook"
)

// world is a district with one cell, a meeting whose facts a test may change, and
// people with each right.
type world struct {
	d     *db.DB
	s     *quality.Service
	ref   ident.Ref
	facts *meeting.EvidenceFacts
	path  string // of the score

	lead, committee, member, upper, stranger access.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{d: dbtest.New(t)}
	var top, cell org.Unit
	ctx := context.Background()
	err = w.d.Write(ctx, func(tx *db.Tx) (err error) {
		set := book.At(civil.Of(2020, 1, 1), "")
		from := civil.Of(2010, 1, 1)
		if top, err = org.Add(ctx, tx, org.NewUnit{Set: set, Kind: org.KindDistrict, Name: "Đảng bộ huyện Đức Thọ", ValidFrom: from}); err != nil {
			return err
		}
		cell, err = org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: top.ID, Kind: org.KindGrassrootsCell, Name: "Chi bộ Tổ dân phố Hòa Bình", ValidFrom: from})
		w.ref = ident.Ref{Part: cell.PartID, ID: tx.ID()}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.facts = held(cell)
	at := func(role string, u org.Unit) access.Actor {
		return access.Actor{AccountID: 40, PersonID: 41, Name: "Võ Đình Khải", Grants: []access.Grant{{Role: role, OrgID: u.ID, Path: u.Path}}}
	}
	w.lead, w.committee, w.member = at(access.RoleLead, cell), at(access.RoleCommittee, cell), at(access.RoleMember, cell)
	w.upper, w.stranger = at(access.RoleUpper, top), access.Actor{AccountID: 50}
	w.path = "/meetings/" + w.ref.String() + "/score"
	w.s = &quality.Service{DB: w.d, Book: book, Evidence: func(_ context.Context, _ db.Q, ref ident.Ref) (meeting.EvidenceFacts, error) {
		if ref != w.ref {
			return meeting.EvidenceFacts{}, fault.New(fault.NotFound, "err.not_found")
		}
		return *w.facts, nil
	}}
	return w
}

// held is a meeting of 3/11/2026 with a few points lost.
func held(cell org.Unit) *meeting.EvidenceFacts {
	return &meeting.EvidenceFacts{
		Org: cell, Month: 202611, Day: civil.Of(2026, 11, 3), Kind: meeting.Regular, State: meeting.Closed,
		Minutes: 95, RequiredMinutes: 90, Due: 27, Present: 25, Excused: 2, MaxExcusedRun: 1,
		CommitteeMet: true, InvitedOn: civil.Of(2026, 10, 30), DocsDaysBefore: 3, HasFollower: true, HasFollowerNotice: true,
		ItemsDone: 8, ItemsTotal: 8, ContentMinutes: map[string]int{"ideology": 20, "review": 40},
		FeeAnnounced: true, Drafted: true, Speakers: 11, Officials: 24, Praised: true, VotesHeld: 1, ConclusionWritten: true, DecisionsCount: 4,
		ReviewDue: 10, ReviewDone: 9,
	}
}

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

// rules are the texts of the rulebook's faults.
func rules(t *testing.T) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile("../../rulebook/rulebookweb/i18n/vi.json")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"vi.json": {Data: text}}
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.d.Clock(),
		Frame: func(*http.Request) web.Frame {
			return web.Frame{SignedIn: true, UserName: who.Name, UnitName: "Chi bộ Tổ dân phố Hòa Bình", Demo: true}
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, qualityweb.Catalogue, texts(), rules(t))
	if _, err := qualityweb.New(qualityweb.Config{Kit: k, Scores: w.s}); err != nil {
		t.Fatal(err)
	}
	return k
}

// get gives the page as this person sees it.
func (w *world) get(t *testing.T, who access.Actor) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, who), w.path)
	webtest.A11y(t, doc)
	return doc
}

func (w *world) status(t *testing.T, who access.Actor, path string) int {
	t.Helper()
	rec := httptest.NewRecorder()
	w.as(t, who).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code
}

func (w *world) propose(t *testing.T) quality.Score {
	t.Helper()
	s, err := w.s.Score(context.Background(), w.committee, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// score gives what is stored.
func (w *world) score(t *testing.T) quality.View {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.lead, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// confirmed brings the score to the point where the committee above decides.
func (w *world) confirmed(t *testing.T) quality.View {
	t.Helper()
	w.propose(t)
	form := fields(w.get(t, w.lead), w.path)
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/confirm", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", rec.Code, rec.Body)
	}
	return w.score(t)
}
