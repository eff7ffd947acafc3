package meetingweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/secret"
)

// polled is a secret vote on phones in a hall.
type polled struct {
	*hallOf
	ref   ident.Ref
	at    string
	codes []string
}

// poll opens a secret vote on phones in which these people are in the room.
func poll(t *testing.T, d *db.DB, people ...int) *polled {
	t.Helper()
	names := hallNames()
	for len(names) < 24 {
		names = append(names, fmt.Sprintf("Nguyễn Thị Mới %d", len(names)))
	}
	p := &polled{hallOf: newHallOn(t, d, web.Config{}, names...)}
	p.ref = p.opened()
	p.here(p.ref, people...)
	p.signIn(people...)
	p.allowed()
	in := url.Values{
		"kind": {"question"}, "purpose": {"other"}, "subject": {"Việc cần phiếu kín"}, "way": {"phones"}, "show": {"guarded"},
		"team1": {num(p.ids[inDeputy])}, "team2": {num(p.ids[inFirst])}, "team3": {num(p.ids[inSecond])},
	}
	p.be(inSecretary)
	rec := webtest.Post(t, p.kit, href(p.ref)+"/secret", in)
	if rec.Code != http.StatusOK {
		t.Fatalf("opened: %d %s", rec.Code, fold(rec.Body.String()))
	}
	for _, s := range webtest.Doc(t, rec.Body.String()).Class("code-slip") {
		p.codes = append(p.codes, s.Tag("h2").Text())
	}
	p.at = href(p.ref) + "/secret/" + num(p.vote().Ref.ID)
	return p
}

// allowed records the decision of the committee above.
func (w *hallOf) allowed() {
	w.t.Helper()
	keeper := access.Actor{AccountID: 9, Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: w.town.ID, Path: w.town.Path}}}
	w.must(secret.Allow(w.ctx(), w.d, keeper, w.town.ID, "Quyết định số 12-QĐ/ĐU", civil.From(w.clk.Now())))
}

func (p *polled) vote() secret.Vote {
	p.t.Helper()
	var list []secret.Vote
	p.must(p.d.Read(p.ctx(), func(q db.Q) (err error) {
		list, err = secret.ByOwner(p.ctx(), q, p.ref.Part, "meeting", p.ref.ID)
		return err
	}))
	return list[len(list)-1]
}

// cast sends a ballot as a person and gives the answer.
func (p *polled) cast(who int, choice, op string) *httptest.ResponseRecorder {
	p.t.Helper()
	p.be(who)
	return p.post(p.at+"/cast", "choice", choice, "op", op)
}

func (p *polled) casts(people ...int) {
	p.t.Helper()
	for _, i := range people {
		if rec := p.cast(i, "01", fmt.Sprint("op", i)); rec.Code != http.StatusSeeOther {
			p.t.Fatalf("person %d: %d %s", i, rec.Code, fold(rec.Body.String()))
		}
	}
}

func (p *polled) close() {
	p.t.Helper()
	p.be(inSecretary)
	p.ok(p.at, p.at+"/close", "version", num(p.vote().Version))
}

// says wants an answer with a status and words in it.
func (p *polled) says(rec *httptest.ResponseRecorder, status int, words string) {
	p.t.Helper()
	if rec.Code != status || !strings.Contains(rec.Body.String(), words) {
		p.t.Errorf("answered %d without %q, want %d\n%s", rec.Code, words, status, fold(webtest.Doc(p.t, rec.Body.String()).Tag("main").Text()))
	}
}

func room() []int {
	return []int{inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird, inFourth, inFifth}
}

// Whoever may not be the person of the account votes on paper: a phone with two people, a password given
// in person, a presence that somebody else noted, a session that is not known.
func TestSecretBallotOnlyFromTheOwnHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := poll(t, d, room()...)
		p.signInOn("one phone", inFirst)
		p.signInOn("one phone", inSecond)
		p.actors[inFourth].Session = ""
		p.actors[inFifth].Session = p.actors[inThird].Session
		_, err := p.svc.Help(p.ctx(), p.act(inSecretary), p.ref, meeting.HelpIn{MembershipID: p.ids[inSixth], Known: meeting.KnownRoom})
		p.must(err)
		p.signIn(inSixth)
		p.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO account_first (id, account_id, how, reason, by_account, by_name, at) VALUES (1, $1, 'person', '', 9, 'x', $2)`,
				p.actors[inCommittee].AccountID, tx.NowMS())
			return err
		})
		for who, words := range map[int]string{
			inFirst: "có người khác đã đăng nhập trên máy này", inSecond: "có người khác đã đăng nhập trên máy này", inFourth: "Chưa biết chắc", inFifth: "Chưa biết chắc",
			inSixth: "người khác điểm danh giúp", inCommittee: "người khác cấp lại mật khẩu",
		} {
			p.says(p.cast(who, "01", "op"), http.StatusConflict, words)
			page := p.page(p.at)
			if page.ID("f-marks").OK() || !strings.Contains(page.ID("vote").Text(), "Mời đồng chí bỏ phiếu giấy") || !strings.Contains(page.ID("vote").Text(), words) {
				t.Errorf("person %d sees %q", who, page.ID("vote").Text())
			}
		}
		if v := p.vote(); v.Sealed != 0 {
			t.Errorf("%d ballots are in the box", v.Sealed)
		}
		p.casts(inThird)
		p.be(inSecretary)
		p.ok(p.at, p.at+"/paper", "who", num(p.ids[inFirst]))
		if v := p.vote(); v.Sealed != 1 || v.Paper != 1 {
			t.Errorf("turnout: %d, %d", v.Sealed, v.Paper)
		}
	})
}

// What goes wrong on phones: the button pressed many times at once, another ballot, another
// person's name on it, a person with paper, a ballot that comes too late.
func TestSecretBallotsThatAreNotTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := poll(t, d, room()...)
		p.be(inSecretary)
		atOnce := func(op func(i int) string) (taken, refused int) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			for i := range 12 {
				wg.Go(func() {
					rec := p.post(p.at+"/cast", "choice", fmt.Sprintf("%02d", 1+i%3), "op", op(i))
					mu.Lock()
					defer mu.Unlock()
					switch rec.Code {
					case http.StatusSeeOther:
						taken++
					case http.StatusConflict:
						refused++
					default:
						t.Errorf("answered %d", rec.Code)
					}
				})
			}
			wg.Wait()
			return taken, refused
		}
		if taken, _ := atOnce(func(int) string { return "same" }); taken != 12 || p.vote().Sealed != 1 {
			t.Errorf("pressed twelve times: %d answers, %d ballots", taken, p.vote().Sealed)
		}
		receipt := p.page(p.at).Class("mono")[0].Text()
		p.be(inDeputy)
		if taken, refused := atOnce(func(i int) string { return fmt.Sprint("op", i) }); taken != 1 || refused != 11 || p.vote().Sealed != 2 {
			t.Errorf("twelve ballots of one person: %d taken, %d refused, %d in the box", taken, refused, p.vote().Sealed)
		}
		p.be(inSecretary) // the same request again much later
		p.clk.Advance(20 * time.Minute)
		p.ok(p.at, p.at+"/cast", "choice", "03", "op", "same")
		if got := p.page(p.at).Class("mono")[0].Text(); got != receipt {
			t.Errorf("the receipt was %s and is %s", receipt, got)
		}
		// Somebody else's request under one's own session is one's own ballot, whoever's name is on it.
		p.be(inThird)
		p.ok(p.at, p.at+"/cast", "choice", "01", "op", "same", "who", num(p.ids[inFourth]), "membership", num(p.ids[inFourth]))
		p.be(inFourth)
		if !p.page(p.at).ID("f-marks").OK() {
			t.Error("somebody voted for another")
		}
		p.says(p.cast(inFourth, "04", "op"), http.StatusUnprocessableEntity, "Hãy chọn một dòng")
		p.says(p.cast(inFourth, "", ""), http.StatusUnprocessableEntity, "Hãy chọn một dòng")
		p.says(p.cast(inSixth, "01", "op"), http.StatusForbidden, "") // not in the room

		p.be(inSecretary)
		p.ok(p.at, p.at+"/paper", "who", num(p.ids[inFourth]))
		p.says(p.cast(inFourth, "01", "op"), http.StatusConflict, "đã nhận phiếu giấy")
		p.be(inSecretary)
		p.fails(409, p.at+"/paper", "who", num(p.ids[inThird])) // who has voted on a phone gets no paper
		p.ok(p.at, p.at+"/paper", "who", num(p.ids[inFourth]), "back", "true")
		p.casts(inFourth, inFirst)
		p.close()
		p.says(p.cast(inFifth, "01", "op"), http.StatusConflict, "không được nhận")
		p.be(inThird)
		p.ok(p.at, p.at+"/cast", "choice", "01", "op", "same") // taken before the closing: the same answer
		if v := p.vote(); v.Sealed != 5 {
			t.Errorf("%d ballots after the closing", v.Sealed)
		}
	})
}

// The vote is closed while many are casting: whoever was told that the ballot is in the box is counted,
// and whoever was not is told so.
func TestSecretClosedAmongBallots(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := append(room(), 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
		p := poll(t, d, people...)
		p.casts(room()[:6]...)
		version, vote := p.vote().Version, p.vote().Ref.ID
		fill := func(v secret.Vote) secret.Marks { return secret.Marks{true, false, false} }
		var wg sync.WaitGroup
		var mu sync.Mutex
		receipts, late := map[string]bool{}, 0
		begin := make(chan struct{})
		for _, i := range people[6:] {
			wg.Go(func() {
				<-begin
				r, err := p.svc.CastSecret(p.ctx(), p.act(i), p.ref, vote, fill, fmt.Sprint(i))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					receipts[r.Fingerprint] = true
				case strings.Contains(err.Error(), secret.ErrTooLate.Error()):
					late++
				default:
					t.Errorf("person %d: %v", i, err)
				}
			})
		}
		wg.Go(func() {
			<-begin
			if err := p.svc.CloseSecret(p.ctx(), p.act(inSecretary), p.ref, vote, version); err != nil {
				t.Error(err)
			}
		})
		close(begin)
		wg.Wait()
		if len(receipts)+late != len(people)-6 {
			t.Errorf("%d taken, %d too late of %d", len(receipts), late, len(people)-6)
		}
		p.be(inSecretary)
		p.ok(p.at, p.at+"/count", "code1", p.codes[0], "code2", p.codes[1])
		v := p.vote()
		if v.Sealed != 6+len(receipts) || v.Options[0].Votes != v.Sealed {
			t.Errorf("%d were taken, %d counted", 6+len(receipts), v.Options[0].Votes)
		}
		for r := range receipts {
			if !slices.Contains(v.Prints, r) {
				t.Errorf("ballot %s was acknowledged and is not counted", r)
			}
		}
		t.Logf("%d taken, %d too late", len(receipts), late)
	})
}

// What a counting team mistypes: more ballots than were given out, codes that are wrong, repeated,
// in the wrong place; tries are limited and stand in the audit without the codes.
func TestSecretCountingTeamErrs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := poll(t, d, append(room(), 12, 13)...)
		p.casts(room()[:5]...)
		p.be(inSecretary)
		p.ok(p.at, p.at+"/paper", "rest", "true")
		p.close()
		entry := func(issued, returned, invalid string, votes ...string) url.Values {
			return url.Values{"seat": {"1"}, "issued": {issued}, "returned": {returned}, "invalid": {invalid}, "votes": votes}
		}
		for words, in := range map[string]url.Values{
			"Số phát ra phải bằng": entry("6", "5", "0", "5", "0", "0"), "Số thu về không được hơn": entry("5", "6", "0", "5", "0", "0"),
			"Số không hợp lệ không được hơn": entry("5", "5", "6", "0", "0", "0"), "Mỗi dòng không được hơn": entry("5", "5", "0", "6", "0", "0"),
			"Cộng các dòng được": entry("5", "5", "0", "5", "1", "0"), "chưa đúng": entry("năm", "5", "0", "5", "0", "0"),
		} {
			rec := webtest.Post(t, p.kit, p.at+"/entry", in)
			if rec.Code != http.StatusUnprocessableEntity || words != "chưa đúng" && !strings.Contains(rec.Body.String(), words) {
				t.Errorf("%v: %d\n%s", in, rec.Code, fold(webtest.Doc(t, rec.Body.String()).ID("turnout").Text()))
			}
		}
		p.fails(409, p.at+"/count", "code1", p.codes[0], "code2", p.codes[1]) // nobody has counted the paper
		for _, seat := range []string{"1", "2"} {
			in := entry("5", "5", "1", "3", "1", "0")
			in.Set("seat", seat)
			webtest.Post(t, p.kit, p.at+"/entry", in)
		}
		p.clk.Advance(2 * time.Minute)
		p.write(func(ctx context.Context, tx *db.Tx) error { // the try above was one of the free ones
			_, err := tx.Exec(ctx, `UPDATE secret_vote SET tries = 0`)
			return err
		})
		wrong := [][]string{
			{"code1", p.codes[0], "code2", p.codes[0]}, {"code1", p.codes[1], "code2", p.codes[0]}, {"code2", p.codes[0], "code3", p.codes[0]}, {"code1", p.codes[0]}, {},
		}
		p.fails(422, p.at+"/count", "code1", p.codes[0][:18]+"x", "code2", p.codes[1]) // no code at all: not a try
		for _, in := range wrong {
			doc := p.fails(422, p.at+"/count", in...)
			for _, c := range p.codes {
				if strings.Contains(doc.Tag("body").Text(), c) || doc.Tag("main").Value("code1") != "" {
					t.Error("a code came back on the page")
				}
			}
		}
		p.says(p.post(p.at+"/count", "code1", p.codes[0], "code2", p.codes[1]), http.StatusConflict, "Hãy đợi")
		p.clk.Advance(-3 * time.Hour) // a clock that is set back locks nobody out for hours
		p.fails(422, p.at+"/count", "code1", p.codes[2], "code2", p.codes[0])
		p.says(p.post(p.at+"/count", "code1", p.codes[0], "code2", p.codes[1]), http.StatusConflict, "Hãy đợi")
		p.clk.Advance(61 * time.Second)
		p.ok(p.at, p.at+"/count", "code1", p.codes[0], "code3", p.codes[2])
		v := p.vote()
		if v.Options[0].Votes != 5+3 || v.Options[1].Votes != 1 || v.Valid() != 9 {
			t.Errorf("counted: %+v", v.Options)
		}
		p.silent(t, p.codes)
		p.write(func(ctx context.Context, tx *db.Tx) error {
			n := 0
			err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM audit WHERE action = 'meeting.secret.codes_refused'`).Scan(&n)
			if n != len(wrong)+3 {
				t.Errorf("%d refusals of codes are recorded, want %d", n, len(wrong)+3)
			}
			return err
		})
	})
}

// A clock that is set back in the middle changes nothing: ballots, closing and count go on.
func TestSecretClockSetBack(t *testing.T) {
	p := poll(t, dbtest.New(t), room()...)
	p.casts(room()[:3]...)
	p.clk.Advance(-90 * time.Minute)
	p.casts(room()[3:6]...)
	p.be(inSecretary)
	p.ok(p.at, p.at+"/cast", "choice", "02", "op", fmt.Sprint("op", inSecretary)) // the same request is answered the same
	p.clk.Advance(-time.Minute)
	p.close()
	p.clk.Advance(-time.Minute)
	p.ok(p.at, p.at+"/count", "code2", p.codes[1], "code3", p.codes[2])
	if v := p.vote(); v.Options[0].Votes != 6 || v.Sealed != 6 {
		t.Errorf("counted: %+v", v)
	}
}
