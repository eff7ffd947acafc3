package meetingweb_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"chibo/ballot"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

// How many votes the reader watches, and how many where time is short.
const votesWatched, votesWatchedShort = 200, 24

// mostZ is the one-sided bound on what a reader may know beyond turnout and totals: p < 0.001
// over all voters, shared among the seven ways of reading.
const mostZ = 3.7

// surely is the share of the voters whom a reader must find out in a store that is weak on
// purpose.
const surely = 0.9

// watched is a vote as the test knows it: who chose what, in which order.
type watched struct {
	v      secret.Vote
	voters []int64 // in the order in which they vote
	chose  map[int64]int
	totals [3]int
}

// notGuessed is the guess of who knows already: it is not judged.
const notGuessed = -2

// guesser gives what a reader thinks a voter chose: an option, -1 no idea, or notGuessed.
type guesser func(w *watched, id int64) int

// A reader without the codes watches votes of 5, 10 and 30 people who cast over HTTP in a random order
// and choose at random. The reader has every byte of the database's files and of its log as they were
// after every ballot, every row in its physical order, the server's log, the audit, and a backup made
// during the voting, after the closing and after the count; and guesses no better than from the
// turnout list and the published totals. The same reader on a store that is weak on purpose
// finds out nearly everybody by either weakness, or the test is worth nothing.
func TestReaderWithoutTheCodes(t *testing.T) {
	n := votesWatchedShort
	if os.Getenv("CHIBO_TEST_ALL") != "" && !testing.Short() {
		n = votesWatched
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.Postgres && os.Getenv("CHIBO_TEST_PG") == "" && os.Getenv("CHIBO_TEST_ALL") == "" {
			t.Skip("the reader takes backups: it wants the address of a server in CHIBO_TEST_PG")
		}
		a := newArena(t, d)
		var votes []*watched
		for i := range n {
			votes = append(votes, a.vote([]int{5, 10, 30}[i%3]))
			if i%5 == 0 {
				a.r.readLog()
			}
			if i == n/2 {
				a.r.look("during the voting")
			}
		}
		a.r.look("all have voted")
		sealed := allBoxes(t, d)
		for _, w := range votes {
			a.must(a.svc.CloseSecret(a.ctx(), a.act(inSecretary), a.ref, w.v.Ref.ID, w.v.Version))
		}
		if left := a.r.left(sealed); left == 0 {
			t.Error("the reader sees no sealed ballot in the files where they are")
		}
		a.r.look("after the closing")
		for i, w := range votes {
			a.count(w, i)
		}
		dbtest.Forget(t, d)
		a.r.look("after the count")
		if left := a.r.left(sealed); left > 0 {
			t.Errorf("%d of %d sealed texts are still in the files or in a backup after the count", left, len(sealed))
		}
		for name, guess := range a.r.guesses(votes) {
			judge(t, name, votes, guess)
		}
		weak := a.weak()
		for name, guess := range a.r.guesses(weak) {
			share := hits(weak, guess)
			t.Logf("weak store, %s: %.0f %%", name, 100*share)
			if name == byAll {
				share *= 2 // half of the votes are taken as known
			}
			if (name == byLog || name == byOrder || name == byAll) && share < surely {
				t.Errorf("by its %s the reader finds out %.0f %% of a store that is weak on purpose: the reader is worth nothing", name, 100*share)
			}
		}
	})
}

// While something older than a count runs, the engine keeps what the count has erased: the page
// says so, whoever sees it, and says it no longer when the files hold no sealed text any more.
func TestErasingIsToldUntilItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.Postgres && os.Getenv("CHIBO_TEST_PG") == "" && os.Getenv("CHIBO_TEST_ALL") == "" {
			t.Skip("the reader takes backups: it wants the address of a server in CHIBO_TEST_PG")
		}
		a := newArena(t, d)
		w := a.vote(5)
		a.must(a.svc.CloseSecret(a.ctx(), a.act(inSecretary), a.ref, w.v.Ref.ID, w.v.Version))
		sealed, at := allBoxes(t, d), href(a.ref)+"/secret/"+num(w.v.Ref.ID)
		a.must(d.Read(t.Context(), func(q db.Q) error { // an older reader
			var n int
			if err := q.QueryRow(t.Context(), "SELECT count(*) FROM secret_ballot").Scan(&n); err != nil {
				return err
			}
			a.count(w, 0)
			if !a.page(at).ID("erasing").OK() {
				t.Error("the page says nothing of what the engine still keeps")
			}
			a.r.look("while it is read")
			if a.r.left(sealed) == 0 {
				t.Error("the test proves nothing: the engine let go of the ballots")
			}
			return nil
		}))
		dbtest.Forget(t, d)
		if a.page(at).ID("erasing").OK() {
			t.Error("the page says that it is not done")
		}
		a.r.look("after it was read")
		if left := a.r.left(sealed); left > 0 {
			t.Errorf("%d of %d sealed texts are still in the files or in a backup", left, len(sealed))
		}
	})
}

// arena is a cell that votes under the eyes of a reader.
type arena struct {
	*hallOf
	r     *reader
	ref   ident.Ref
	box   *secret.Box
	codes [secret.Slips]secret.Code
	pool  []int // who votes
	rnd   *rand.Rand
}

// logged is the server's log.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write keeps a line.
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newArena(t *testing.T, d *db.DB) *arena {
	names := hallNames()
	for len(names) < 36 {
		names = append(names, fmt.Sprintf("Trần Văn Mới %d", len(names)))
	}
	log := &logged{}
	// The pages have the machine's time, so that the log has true durations.
	cfg := web.Config{Log: slog.New(slog.NewTextHandler(log, nil)), Clock: clock.System()}
	a := &arena{hallOf: newHallOn(t, d, cfg, names...), rnd: rand.New(rand.NewPCG(5, 30))}
	a.ref = a.opened()
	for i := range names {
		if i > inCommittee && i != inReserve && i != inExempt && i != inTempOut {
			a.pool = append(a.pool, i)
		}
	}
	a.here(a.ref, a.pool...)
	a.signIn(a.pool...)
	box, codes, err := secret.NewBox()
	a.must(err)
	a.box, a.codes = &box, codes
	a.r = newReader(t, d, log)
	for _, i := range a.pool {
		a.r.account[a.ids[i]] = a.act(i).AccountID
	}
	return a
}

// tokens are the options of every vote, and how choices are written in the weak store.
func tokens() [3]string { return [3]string{"phuong-an-mot", "phuong-an-hai", "phuong-an-ba"} }

// vote opens a vote among so many people and lets them cast, each from an own phone. All
// boxes have the same key, which the reader does not know either.
func (a *arena) vote(n int) *watched {
	a.t.Helper()
	in := secret.New{
		Part: a.cell.PartID, Owner: "meeting", OwnerID: a.ref.ID, Subject: "Việc cần phiếu kín", Purpose: secret.AnyOther, Kind: secret.Question,
		Options: []secret.Option{{Title: tokens()[0], RuleKey: rulebook.VoteOrdinary}, {Title: tokens()[1]}, {Title: tokens()[2]}},
		Set:     a.svc.Rules(meeting.Meeting{Day: a.full(a.ref).Day}, a.cell), Team: a.ids[:secret.Slips], Box: a.box, Warrant: "Quyết định", Guarded: true,
	}
	for _, id := range a.ids[:secret.Slips] {
		in.Electors = append(in.Electors, ballot.Elector{MembershipID: id, InBase: true, Reason: ballot.ReasonOfficial})
	}
	w := &watched{chose: map[int64]int{}}
	a.rnd.Shuffle(len(a.pool), func(i, j int) { a.pool[i], a.pool[j] = a.pool[j], a.pool[i] })
	for _, i := range a.pool[:n] {
		in.Electors = append(in.Electors, ballot.Elector{MembershipID: a.ids[i], InBase: true, MayCast: true, Reason: ballot.ReasonOfficial})
		w.voters = append(w.voters, a.ids[i])
	}
	a.write(func(ctx context.Context, tx *db.Tx) (err error) {
		w.v, err = secret.Open(ctx, tx, in)
		return err
	})
	a.r.tick() // what the opening wrote
	order := append([]int(nil), a.pool[:n]...)
	a.rnd.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	for k, i := range order {
		w.voters[k] = a.ids[i]
		c := a.rnd.IntN(3)
		w.chose[a.ids[i]], w.totals[c] = c, w.totals[c]+1
		a.be(i)
		at := href(a.ref) + "/secret/" + num(w.v.Ref.ID)
		if rec := a.post(at+"/cast", "choice", fmt.Sprintf("%02d", c+1), "op", ident.NewDevice()); rec.Code != http.StatusSeeOther {
			a.t.Fatalf("cast: %d %s", rec.Code, fold(rec.Body.String()))
		}
		a.r.ticks = append(a.r.ticks, a.r.tick())
		a.r.came = append(a.r.came, key{w.v.Ref.ID, a.ids[i]})
	}
	return w
}

// count opens the box of a vote with two codes, some over HTTP, and wants what was cast.
func (a *arena) count(w *watched, i int) {
	a.t.Helper()
	if i%25 == 0 {
		a.be(inSecretary)
		at := href(a.ref) + "/secret/" + num(w.v.Ref.ID)
		a.ok(at, at+"/count", "code1", a.codes[0].Groups(), "code3", a.codes[2].Groups())
	} else {
		a.must(a.svc.CountSecret(a.ctx(), a.act(inSecretary), a.ref, w.v.Ref.ID, [secret.Slips]secret.Code{a.codes[0], a.codes[1]}))
	}
	a.must(a.d.Read(a.ctx(), func(q db.Q) error {
		v, err := secret.Get(a.ctx(), q, w.v.Ref)
		for i, o := range v.Options {
			if o.Votes != w.totals[i] {
				a.t.Errorf("counted %d of %s, cast were %d", o.Votes, o.Title, w.totals[i])
			}
		}
		return err
	}))
}

// weak is a store as one would make it without thought: who voted in one table, what was
// chosen in another, both in the order in which they came and in one transaction.
func (a *arena) weak() (votes []*watched) {
	a.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "CREATE TABLE weak_mark (vote bigint, voter bigint)"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "CREATE TABLE weak_choice (vote bigint, choice text)")
		return err
	})
	a.r.tick()
	for i := range votesWatchedShort {
		w := &watched{chose: map[int64]int{}}
		w.v.Ref.ID = int64(500_000_000_000_000) + int64(i)*1000
		for j := range 10 {
			id := int64(600_000_000_000_000) + int64(i)*1000 + int64(j)
			c := a.rnd.IntN(3)
			w.voters, w.chose[id], w.totals[c] = append(w.voters, id), c, w.totals[c]+1
			a.write(func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, "INSERT INTO weak_mark VALUES ($1, $2)", w.v.Ref.ID, id); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, "INSERT INTO weak_choice VALUES ($1, $2)", w.v.Ref.ID, tokens()[c])
				return err
			})
			a.r.tick()
		}
		votes = append(votes, w)
		a.r.readLog()
	}
	a.r.look("the weak store")
	return votes
}

// judge compares a reader's guesses with what the totals alone give: everybody chose what
// most chose.
func judge(t *testing.T, name string, votes []*watched, guess guesser) {
	t.Helper()
	n, hit, base, variance := 0, 0, 0.0, 0.0
	for _, w := range votes {
		most := argmax(w.totals)
		for id, c := range w.chose {
			g := guess(w, id)
			if g == notGuessed {
				continue
			}
			if g < 0 {
				g = most
			}
			n++
			if g == c {
				hit++
			}
			p := float64(w.totals[most]) / float64(len(w.chose))
			base += p
			variance += p * (1 - p)
		}
	}
	z := (float64(hit) - base) / math.Sqrt(variance)
	t.Logf("%s: %d of %d, from totals alone %.0f, z %.1f", name, hit, n, base, z)
	if z > mostZ {
		t.Errorf("%s: the reader knows more than the totals", name)
	}
}

func hits(votes []*watched, guess guesser) float64 {
	n, hit := 0, 0
	for _, w := range votes {
		for id, c := range w.chose {
			n++
			if guess(w, id) == c {
				hit++
			}
		}
	}
	return float64(hit) / float64(n)
}

func argmax(n [3]int) int {
	best := 0
	for i := range n {
		if n[i] > n[best] {
			best = i
		}
	}
	return best
}

func allBoxes(t *testing.T, d *db.DB) (out []string) {
	must(t, d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) },
			`SELECT box FROM secret_ballot UNION ALL SELECT key_12 FROM secret_vote UNION ALL SELECT key_13 FROM secret_vote UNION ALL SELECT key_23 FROM secret_vote`)
		return err
	}))
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
