package reorg_test

import (
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
	"chibo/reorg"
)

// An act that is noted later and takes effect earlier meets members who have moved on
// meanwhile: they stay where they are, their days before follow the act, and they
// cannot be chosen one by one.
func TestActOfADayBeforeMembersMovedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		from, near, far := w.cells[0], w.cells[1], w.direct[1]
		gone := w.members[from.ID][:2]
		w.carryOut(t, w.draft(t, reorg.Step{Kind: reorg.Assign, Units: []int64{from.ID}, To: near.ID, Members: gone}))
		between := w.contents(t)

		earlier := func(st reorg.Step) int64 {
			facts := w.facts()
			facts.Day = w.today().AddDays(-3)
			id, err := w.s.Draft(t.Context(), w.keeper, facts)
			must(t, err)
			_, err = w.s.PutStep(t.Context(), w.keeper, id, st)
			must(t, err)
			return id
		}
		chosen := w.rehearse(t, earlier(reorg.Step{Kind: reorg.Assign, Units: []int64{from.ID}, To: far.ID, Members: gone}))
		if chosen.Open() || chosen.Problems[0].Key != "reorg.err.member_elsewhere" {
			t.Errorf("members who moved on were chosen: %+v", chosen.Problems)
		}
		id := earlier(reorg.Step{Kind: reorg.Dissolve, Units: []int64{from.ID}, To: far.ID})
		w.carryOut(t, id)
		w.consistent(t)
		w.read(t, func(q db.Q) error {
			body, err := member.Body(t.Context(), q, near.PartID, near.ID, w.today())
			if err != nil || len(body) != perCell+2 {
				t.Errorf("%d members in the cell to which two had gone, %v", len(body), err)
			}
			body, err = member.Body(t.Context(), q, far.PartID, far.ID, w.today().AddDays(-1))
			if err != nil || len(body) != 2*perCell {
				t.Errorf("%d members in the heir the day before, %v", len(body), err)
			}
			return err
		})
		w.takeBack(t, id)
		w.consistent(t)
		same(t, between, w.contents(t))
	})
}

// Members who came to a cell and went on the same day were in it on no day: when it ends
// earlier than that, by an act that is noted later, there is nothing of them to take along.
func TestActOfADayBeforeMembersCameAndWent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		through, far := w.cells[1], w.direct[1]
		gone := w.members[w.cells[0].ID][:2]
		w.carryOut(t, w.draft(t, reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[0].ID}, To: through.ID, Members: gone}))
		var came []int64
		w.read(t, func(q db.Q) (err error) {
			came, err = db.List(t.Context(), q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) },
				`SELECT id FROM membership WHERE cell_id = $1 AND from_day = $2 ORDER BY id`, through.ID, w.today())
			return err
		})
		w.carryOut(t, w.draft(t, reorg.Step{Kind: reorg.Assign, Units: []int64{through.ID}, To: w.cells[2].ID, Members: came}))
		before := w.contents(t)

		facts := w.facts()
		facts.Day = w.today().AddDays(-3)
		id, err := w.s.Draft(t.Context(), w.keeper, facts)
		must(t, err)
		_, err = w.s.PutStep(t.Context(), w.keeper, id, reorg.Step{Kind: reorg.Dissolve, Units: []int64{through.ID}, To: far.ID})
		must(t, err)
		if r := w.rehearse(t, id); !r.Open() || !r.Equal() {
			t.Errorf("rehearsed: %+v %+v", r.Problems, r.Sum)
		}
		w.carryOut(t, id)
		w.consistent(t)
		w.read(t, func(q db.Q) error {
			body, err := member.Body(t.Context(), q, far.PartID, far.ID, w.today())
			if err != nil || len(body) != 2*perCell {
				t.Errorf("%d members in the heir, %v", len(body), err)
			}
			return err
		})
		w.takeBack(t, id)
		w.consistent(t)
		same(t, before, w.contents(t))
	})
}
