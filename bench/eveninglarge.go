package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"chibo/bench/evening"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/meeting"
)

// Limits of a page of a cell with very many members.
const (
	manyMembers = 300
	largeLimit  = 250 // ms of server time, 95th percentile
	largeAsks   = 40
)

// largest measures the evening's pages of one cell with 300 members, all of them come and
// voting.
func (n *night) largest(ctx context.Context) error {
	dir := n.dir
	d, err := db.Open(ctx, db.Options{URL: filepath.Join(dir, "large.db"), Clock: clock.System(), Bulk: true})
	if err != nil {
		return err
	}
	st, err := evening.NewStager(d)
	if err != nil {
		return err
	}
	units, err := st.Village(ctx, 1, manyMembers)
	if err != nil {
		return err
	}
	rooms, err := st.Stage(ctx, units, meeting.Regular)
	if err != nil {
		return err
	}
	if err := d.Durable(ctx); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	s, err := evening.Serve(ctx, n.bin, filepath.Join(dir, "large.db"), filepath.Join(dir, "large.key"))
	if err != nil {
		return err
	}
	defer s.Stop()
	big := &night{lab: n.lab, s: s, more: rooms, votes: map[*evening.Room]string{}, said: map[string]bool{}}
	seats, err := big.atTheDoor(ctx)
	if err != nil {
		return err
	}
	if _, _, err := big.rush(ctx, seats[:len(seats)*2/3], eveningPhone); err != nil {
		return err
	}
	if _, err := big.atTheVote(ctx); err != nil {
		return err
	}
	return big.largePages(ctx, rooms[0])
}

func (n *night) largePages(ctx context.Context, r *evening.Room) error {
	vote, err := n.voteIn(ctx, r)
	if err != nil {
		return err
	}
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	for _, page := range []struct {
		name, path, route string
		who               *evening.Person
	}{
		{"run page", r.Href() + "/run", "GET /meetings/{ref}/run", r.Chair},
		{"roll", r.Href() + "/roll", "GET /meetings/{ref}/roll", r.Chair},
		{"hall screen", r.Href() + "/hall", "GET /meetings/{ref}/hall", r.Chair},
		{"meeting page of a member", r.Href(), "GET /meetings/{ref}", r.Members[9]},
		{"vote on a phone", vote, "GET /meetings/{ref}/votes/{id}", r.Members[9]},
	} {
		n.s.Took()
		plain, packed := 0, 0
		for i := range largeAsks {
			a, err := p.Get(ctx, page.who.Token, page.path, i == 0)
			if err == nil && a.Status != http.StatusOK {
				err = fmt.Errorf("GET %s: %d", page.path, a.Status)
			}
			if err != nil {
				return err
			}
			if packed = len(a.Body); i == 0 {
				plain = packed
			}
		}
		<-time.After(100 * time.Millisecond) // the last line of the log
		took := n.s.Took()[page.route]
		n.out.most(fmt.Sprintf("%d members, %s: server time, 95th percentile", manyMembers, page.name), ms(percentile(took, 95)), largeLimit, "ms")
		n.out.note("  median; size, and packed", fmt.Sprintf("%.0f ms; %.0f, %.0f KB", ms(percentile(took, 50)), float64(plain)/1e3, float64(packed)/1e3))
	}
	return nil
}
