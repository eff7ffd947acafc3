package evening_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chibo/bench/evening"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/secret"
)

// How many kills of secret votes, and the longest time between two of them.
const (
	allBoxKills  = 120
	pgBoxKills   = 40
	someBoxKills = 5
	perBallots   = 15
	longestBox   = 120 * time.Millisecond // from the beginning of an act to the kill
	patientBox   = 3 * time.Second        // for an act that does not come
)

// aims are acts in whose midst the program is killed, the one as often as it stands here; no
// name is any moment.
func aims() []string {
	return []string{
		"casting", "casting", "casting", "casting again", "receipt", "opening", "paper", "closing", "closing",
		"count of paper", "opening the box", "opening the box", "opening the box", "",
	}
}

// A scene of secret votes: how many rooms, with how many people, who of them votes on a phone,
// and how often each room votes.
const (
	boxRooms, boxMembers, boxPhones = 3, 14, 8
	boxVotes                        = 3
)

// The program is stopped without warning at random points of secret votes: of the opening,
// the casting, the giving out of paper, the closing, the count of paper, the opening of the box and the
// erasing. Every ballot that was acknowledged is in the box with its receipt, and counted exactly
// once; until the count is written the box stays closed and the same codes open it again.
func TestKilledInSecretVotes(t *testing.T) {
	all := os.Getenv("CHIBO_TEST_ALL") != "" && !testing.Short()
	kills := func(n int) int {
		if all {
			return n
		}
		return someBoxKills
	}
	t.Run("sqlite", func(t *testing.T) {
		boxes(t, kills(allBoxKills), func(t *testing.T) string { return filepath.Join(t.TempDir(), "boxes.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		boxes(t, kills(pgBoxKills), func(t *testing.T) string {
			dsn, ok := dbtest.Postgres(t)
			if !ok {
				dbtest.SkipOrFail(t, "PostgreSQL not found")
			}
			return dsn
		})
	})
}

func boxes(t *testing.T, kills int, fresh func(t *testing.T) string) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
	killed, scenes := 0, 0
	at := map[string]int{}
	for killed < kills && !t.Failed() {
		t.Run("votes", func(t *testing.T) {
			notAtMidnight()
			s := newScene(t, fresh(t), boxRooms, boxMembers, func(st *evening.Stager, rooms []*evening.Room) error {
				err := st.Allow(t.Context())
				for _, r := range rooms {
					err = errors.Join(err, st.Gather(t.Context(), r))
				}
				return err
			})
			s.play, s.ends, s.at = (*hall).elections, meeting.Opened, at
			killed += s.run(min(perBallots, kills-killed), func() { s.amid(r) })
			scenes++
		})
	}
	t.Logf("%d kills in %d scenes, seed %d; acts that were under way: %v", killed, scenes, seed, at)
}

// amid waits until an act is under way in some room, and then a little.
func (s *scene) amid(r *rand.Rand) {
	aim := aims()[r.IntN(len(aims()))]
	for end := time.After(patientBox); !s.under(aim); {
		select {
		case <-end:
			return
		case <-s.ctx.Done():
			return
		case <-time.After(time.Millisecond):
		}
	}
	<-time.After(time.Duration(r.Int64N(int64(longestBox))))
}

// under says whether an act is under way in some room.
func (s *scene) under(what string) bool {
	for _, h := range s.halls {
		h.mu.Lock()
		n := h.under[what]
		h.mu.Unlock()
		if n > 0 {
			return true
		}
	}
	return what == ""
}

// elections lets a room vote secretly several times.
func (h *hall) elections(wg *sync.WaitGroup, failed chan<- error) {
	wg.Go(func() {
		for n := range boxVotes {
			if err := h.election(n); err != nil {
				failed <- fmt.Errorf("vote %d of %s: %w", n, h.Cell.Name, err)
				h.s.stop()
				return
			}
		}
	})
}

// election is one secret vote: what was chosen is known to the test alone.
type election struct {
	*hall
	at    string // address
	id    int64
	codes []string

	mu     sync.Mutex
	prints []string // receipts that voters hold
	totals [3]int   // of all ways
	paper  [3]int
}

func (h *hall) election(n int) error {
	e := &election{hall: h}
	if err := h.act("opening", nil, e.open); err != nil {
		return err
	}
	var wg sync.WaitGroup
	failed := make(chan error, len(h.Members))
	for i, who := range h.Members {
		choice := rand.IntN(3) //nolint:gosec // a test
		e.totals[choice]++
		if i >= boxPhones {
			e.paper[choice]++
			continue
		}
		wg.Go(func() {
			<-time.After(time.Duration(rand.Int64N(int64(800 * time.Millisecond)))) //nolint:gosec // a test
			if err := e.cast(who, choice, fmt.Sprintf("%d-%d-%d", e.id, n, i)); err != nil {
				failed <- fmt.Errorf("%s: %w", who.Name, err)
			}
		})
	}
	wg.Wait()
	close(failed)
	if err := <-failed; err != nil {
		return err
	}
	return e.count()
}

var (
	codeSlip  = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)
	voteLink  = regexp.MustCompile(`/secret/(\d+)"`)
	printText = regexp.MustCompile(`class="mono[^"]*">([A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4})<`)
)

// open opens the vote. Where the answer with the codes was lost, nobody holds them: the vote is
// given up and opened again, as the page says.
func (e *election) open(p *evening.Phone) (bool, error) {
	ctx := e.s.ctx
	list, err := p.Get(ctx, e.Chair.Token, e.Href()+"/secret", true)
	if err != nil {
		return false, err
	}
	for _, m := range voteLink.FindAllSubmatch(list.Body, -1) {
		at := e.Href() + "/secret/" + string(m[1])
		a, err := p.Get(ctx, e.Chair.Token, at, true)
		if err != nil {
			return false, err
		}
		if f, err := evening.FormOf(a.Body, at+"/void"); err == nil {
			if _, err := taken(p.Post(ctx, e.Chair.Token, at+"/void", f.Values)); err != nil {
				return false, err
			}
		}
	}
	in := url.Values{"kind": {"question"}, "purpose": {"other"}, "subject": {"Việc cần phiếu kín"}, "way": {"phones"}, "show": {"guarded"}}
	for i := range secret.Slips {
		in.Set(fmt.Sprintf("team%d", i+1), fmt.Sprint(e.Members[i].Membership))
	}
	a, err := p.Post(ctx, e.Chair.Token, e.Href()+"/secret", in)
	if err != nil || a.Status != http.StatusOK {
		return false, errors.Join(err, fmt.Errorf("opened with %d: %s", a.Status, evening.Trouble(a.Body)))
	}
	next := voteLink.FindSubmatch(a.Body)
	e.codes = nil
	for _, c := range codeSlip.FindAll(a.Body, -1) {
		e.codes = append(e.codes, string(c))
	}
	e.codes = slices.Compact(e.codes)
	if next == nil || len(e.codes) != secret.Slips {
		return false, fmt.Errorf("%d codes on the page", len(e.codes))
	}
	e.at = e.Href() + "/secret/" + string(next[1])
	e.id, err = strconv.ParseInt(string(next[1]), 10, 64)
	return err == nil, err
}

// stored gives the vote as it is stored.
func (e *election) stored(v seen) secret.Vote {
	for _, s := range v.secrets {
		if s.Ref.ID == e.id {
			return s
		}
	}
	return secret.Vote{}
}

// in says whether a voter's ballot is in the box, or was counted, with the receipt if
// it is known.
func (e *election) in(v seen, who *evening.Person, receipt string) bool {
	if s := e.stored(v); s.State == secret.StateCounted {
		return receipt == "" && len(s.Prints) == boxPhones || contains(s.Prints, func(p string) bool { return p == receipt })
	}
	got := v.receipts[[2]int64{e.id, who.Membership}]
	return got != "" && (receipt == "" || got == receipt)
}

// cast sends a ballot, the same with the same device id until it is acknowledged, looks at
// the receipt, and sends the ballot once more.
func (e *election) cast(who *evening.Person, choice int, op string) error {
	form := url.Values{"choice": {fmt.Sprintf("%02d", choice+1)}, "op": {op}}
	send := func(p *evening.Phone) (bool, error) { return taken(p.Post(e.s.ctx, who.Token, e.at+"/cast", form)) }
	if err := e.act("casting", func(v seen) bool { return e.in(v, who, "") }, send); err != nil {
		return err
	}
	receipt := ""
	look := func(p *evening.Phone) (bool, error) {
		a, err := p.Get(e.s.ctx, who.Token, e.at, true)
		if err != nil {
			return false, err
		}
		m := printText.FindSubmatch(a.Body)
		if m == nil {
			return false, fmt.Errorf("%d: no receipt on the page", a.Status)
		}
		receipt = string(m[1])
		return true, nil
	}
	if err := e.act("receipt", func(v seen) bool { return e.in(v, who, receipt) }, look); err != nil {
		return err
	}
	e.mu.Lock()
	e.prints = append(e.prints, receipt)
	e.mu.Unlock()
	return e.act("casting again", nil, send)
}

// count gives paper to the others, closes, types both counts of the paper, opens the box and
// wants exactly what was cast.
func (e *election) count() error {
	page := func(p *evening.Phone) ([]byte, error) {
		a, err := p.Get(e.s.ctx, e.Chair.Token, e.at, true)
		return a.Body, err
	}
	post := func(action string, form url.Values) func(*evening.Phone) (bool, error) {
		return func(p *evening.Phone) (bool, error) {
			return taken(p.Post(e.s.ctx, e.Chair.Token, e.at+action, form))
		}
	}
	const onPaper = boxMembers - boxPhones
	if err := e.act("paper", func(v seen) bool { return e.stored(v).Paper == onPaper }, post("/paper", url.Values{"rest": {"true"}})); err != nil {
		return err
	}
	err := e.act("closing", func(v seen) bool { return e.stored(v).State != secret.StateOpen }, func(p *evening.Phone) (bool, error) {
		body, err := page(p)
		if err != nil {
			return false, err
		}
		f, err := evening.FormOf(body, e.at+"/close")
		if err != nil { // closed by the try before, whose answer was lost
			_, err := evening.FormOf(body, e.at+"/entry")
			return err == nil, err
		}
		return post("/close", f.Values)(p)
	})
	if err != nil {
		return err
	}
	for seat := range 2 {
		in := url.Values{"seat": {fmt.Sprint(seat + 1)}, "issued": {fmt.Sprint(onPaper)}, "returned": {fmt.Sprint(onPaper)}, "invalid": {"0"}}
		for _, n := range e.paper {
			in.Add("votes", fmt.Sprint(n))
		}
		if err := e.act("count of paper", nil, post("/entry", in)); err != nil {
			return err
		}
	}
	return e.act("opening the box", e.right, func(p *evening.Phone) (bool, error) {
		body, err := page(p)
		if err != nil {
			return false, err
		}
		if bytes.Contains(body, []byte("mã phiếu đã đếm")) { // counted by a try whose answer was lost
			return true, nil
		}
		a, err := p.Post(e.s.ctx, e.Chair.Token, e.at+"/count", url.Values{"code1": {e.codes[0]}, "code3": {e.codes[2]}})
		if err == nil && a.Status == http.StatusConflict && strings.Contains(evening.Trouble(a.Body), "giây") {
			<-time.After(time.Second) // too many tries were cut off: the next one waits
		}
		return taken(a, err)
	})
}

// right wants the joint sums exactly, and every receipt in the list.
func (e *election) right(v seen) bool {
	s := e.stored(v)
	if s.State != secret.StateCounted || s.Sealed != boxPhones || s.Broken != 0 || s.Returned != boxMembers-boxPhones || len(s.Options) != 3 {
		return false
	}
	for i, o := range s.Options {
		if o.Votes != e.totals[i] {
			return false
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	slices.Sort(e.prints)
	return slices.Equal(s.Prints, e.prints)
}

// receiptsOf reads the receipts of the ballots that are in boxes now, by vote and voter.
func receiptsOf(ctx context.Context, q db.Q, h *hall, votes []secret.Vote) (map[[2]int64]string, error) {
	out := map[[2]int64]string{}
	for _, v := range votes {
		if v.State != secret.StateOpen && v.State != secret.StateClosed {
			continue
		}
		for _, who := range h.Members {
			receipt, err := secret.ReceiptOf(ctx, q, v.Ref, who.Membership)
			if err != nil {
				return nil, err
			}
			out[[2]int64{v.Ref.ID, who.Membership}] = receipt
		}
	}
	return out, nil
}

// neverInBoxes are counts about secret votes that are zero at every moment.
func neverInBoxes() map[string]string {
	return map[string]string{
		"sealed ballots left after the count": `SELECT COUNT(*) FROM secret_ballot b JOIN secret_vote v ON v.part_id = b.part_id AND v.id = b.vote_id WHERE v.state IN ('counted', 'void')`,
		"keys left after the count":           `SELECT COUNT(*) FROM secret_vote WHERE state IN ('counted', 'void') AND (public_key <> '' OR key_12 <> '' OR key_13 <> '' OR key_23 <> '')`,
		"boxes without keys before it":        `SELECT COUNT(*) FROM secret_vote WHERE state IN ('open', 'closed') AND phones AND (public_key = '' OR key_12 = '')`,
		"counts of paper left after it":       `SELECT COUNT(*) FROM secret_paper p JOIN secret_vote v ON v.part_id = p.part_id AND v.id = p.vote_id WHERE v.state IN ('counted', 'void')`,
		"sums that are not the valid ballots": `SELECT COUNT(*) FROM secret_vote v JOIN (SELECT part_id, vote_id, SUM(votes) AS n FROM secret_option GROUP BY part_id, vote_id) o
			ON o.part_id = v.part_id AND o.vote_id = v.id WHERE v.state = 'counted' AND o.n <> v.sealed - v.broken + v.returned - v.invalid`,
		"results of votes that are not counted": `SELECT COUNT(*) FROM secret_option o JOIN secret_vote v ON v.part_id = o.part_id AND v.id = o.vote_id WHERE v.state <> 'counted' AND (o.votes <> 0 OR o.passed)`,
		"people with paper and a phone": `SELECT COUNT(*) FROM secret_ballot b JOIN secret_elector e ON e.part_id = b.part_id AND e.vote_id = b.vote_id AND e.membership_id = b.membership_id
			WHERE e.paper OR NOT e.may_cast`,
	}
}
