package app

import (
	"context"
	"errors"
	"testing"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/office/officetest"
)

// What closing a meeting cost is counted after its transaction, once it stands: a closing
// that was taken back leaves nothing to do.
func TestAMeetingIsLookedBackOnAfterItClosed(t *testing.T) {
	s := newSweep(t)
	m, lead := s.app.Meetings, s.w.Actor(t, officetest.Secretary)
	list, err := m.List(t.Context(), lead, s.w.HoaBinh.ID, 1)
	s.must(err)
	at := list[0].Ref
	f, err := m.Get(t.Context(), lead, at)
	s.must(err)
	_, err = m.CloseByHands(t.Context(), lead, at, f.Votes[0].Ref.ID, ballot.Hands{Yes: f.Votes[0].Left()}, f.Votes[0].Version)
	s.must(err)
	s.must(m.VoidSecret(t.Context(), lead, at, f.Secrets[0].Ref.ID, f.Secrets[0].Version))
	_, _, err = m.MarkRest(t.Context(), lead, at)
	s.must(err)
	counted := func(query string) (n int) {
		read(t, s.app.cfg.DB, func(q db.Q) error { return q.QueryRow(t.Context(), query).Scan(&n) })
		return n
	}
	const waiting = `SELECT COUNT(*) FROM job WHERE kind = 'meeting.look_back' AND state = 'ready'`
	close := func() error {
		f, err := m.Get(t.Context(), lead, at)
		s.must(err)
		return m.Adjourn(t.Context(), lead, at, f.Version)
	}
	no, handlers := errors.New("no"), m.OnClosed
	m.OnClosed = append(m.OnClosed[:len(handlers):len(handlers)], func(context.Context, *db.Tx, meeting.Meeting, meeting.EvidenceFacts) error { return no })
	if err := close(); !errors.Is(err, no) || counted(waiting) != 0 {
		t.Errorf("taken back with %v, %d jobs", err, counted(waiting))
	}
	m.OnClosed = handlers
	s.must(close())
	if n := counted(waiting); n != 1 {
		t.Fatalf("%d jobs after the closing", n)
	}
	before := counted(`SELECT COUNT(*) FROM burden_month`)
	if _, err := s.app.jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := counted(`SELECT COUNT(*) FROM burden_month`); n != before+1 || counted(waiting) != 0 {
		t.Errorf("%d rows, before %d; %d jobs wait", n, before, counted(waiting))
	}
}
