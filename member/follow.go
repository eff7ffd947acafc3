package member

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what the register does when the tree is reorganised: it takes members
// from cell to cell, and says who came or went since.
func Follow() reorg.Follower {
	return reorg.Follower{
		Name: "member", Transfer: transfer, Ended: lastOut, Undo: undoTransfer, Weigh: weigh, Effects: effects, Later: later, Holds: holds,
	}
}

// carried is what a transfer needs to be taken back. Every day is as it was before;
// of both cells it has the figures before and after.
type carried struct {
	From, To           Cell
	FromState, ToState [2]*figure.State
	Moved              []carriedOne
}

type carriedOne struct {
	reorg.Pair
	Kind   string
	Since  bool       // the person has moved on since, and stays where he or she is
	To     civil.Date // end of the old membership
	Ending string
	Spells []carriedSpell
}

type carriedSpell struct {
	Old, New int64
	To       civil.Date
}

// Who came and went on one day was a member of the cell on no day: that one stays closed.
const openOfCellSQL = membershipColumns + ` WHERE m.part_id = $1 AND m.cell_id = $2
   AND (m.to_day = '' OR (m.to_day > $3 AND m.to_day > m.from_day))
 ORDER BY m.sort, m.id`

// chosen gives the memberships that are open in the cell on the day or later: all, or
// those asked for, each of which must be there. Who has moved on since is taken only
// with the whole cell: for the days he or she still was in it.
func chosen(ctx context.Context, q db.Q, cell org.Unit, ids []int64, day civil.Date) ([]Membership, error) {
	all, err := db.List(ctx, q, scanMembership, openOfCellSQL, cell.PartID, cell.ID, day)
	if err != nil || ids == nil {
		return all, err
	}
	var out []Membership
	for _, m := range all {
		if !slices.Contains(ids, m.ID) {
			continue
		}
		gone, err := movedOn(ctx, q, m)
		if err != nil {
			return nil, err
		}
		if !gone {
			out = append(out, m)
		}
	}
	if len(out) != len(ids) {
		return nil, fault.Field("members", "reorg.err.member_elsewhere", "Name", cell.Name, "Count", len(ids)-len(out))
	}
	return out, nil
}

// movedOn says whether the person of a membership that ended has another home since.
func movedOn(ctx context.Context, q db.Q, m Membership) (bool, error) {
	if m.To.IsZero() || m.Kind != KindHome {
		return false, nil
	}
	_, err := scanMembership(q.QueryRow(ctx, homeOverlapSQL, m.PersonID, m.To, ""))
	if db.NoRows(err) {
		return false, nil
	}
	return err == nil, err
}

func weigh(ctx context.Context, q db.Q, cell org.Unit, ids []int64, day civil.Date) (s figure.State, err error) {
	list, err := chosen(ctx, q, cell, ids, day)
	if err != nil {
		return s, err
	}
	for _, m := range list {
		if m.Kind != KindHome {
			continue
		}
		spells, err := SpellsOf(ctx, q, m.Ref())
		if err != nil {
			return s, err
		}
		s.Members++
		if m.OfficialAt(day) {
			s.Officials++
		} else {
			s.Reserves++
		}
		switch spellOn(spells, day) {
		case SpellExempt:
			s.Exempt++
		case SpellTempOut, SpellAway:
			s.Away++
		}
	}
	return s, nil
}

// transfer closes each membership and opens one in the other cell; facts of before
// keep naming the old one.
func transfer(ctx context.Context, tx *db.Tx, t reorg.Transfer) ([]reorg.Pair, any, error) {
	list, err := chosen(ctx, tx, t.From, t.Members, t.Day)
	if err != nil {
		return nil, nil, err
	}
	c := carried{From: Cell{t.From.PartID, t.From.ID}, To: Cell{t.To.PartID, t.To.ID}}
	if c.FromState[0], err = stored(ctx, tx, c.From); err != nil {
		return nil, nil, err
	}
	if c.ToState[0], err = stored(ctx, tx, c.To); err != nil {
		return nil, nil, err
	}
	var pairs []reorg.Pair
	for _, m := range list {
		one, err := carryMember(ctx, tx, m, t)
		if err != nil {
			return nil, nil, err
		}
		c.Moved, pairs = append(c.Moved, one), append(pairs, one.Pair)
	}
	if t.From.Ended() {
		err = figure.DropState(ctx, tx, c.From.Part, c.From.ID)
	} else {
		err = RefreshState(ctx, tx, c.From.Part, c.From.ID, tx.Today())
	}
	if err == nil {
		err = RefreshState(ctx, tx, c.To.Part, c.To.ID, tx.Today())
	}
	if err != nil {
		return nil, nil, err
	}
	if c.FromState[1], err = stored(ctx, tx, c.From); err == nil {
		c.ToState[1], err = stored(ctx, tx, c.To)
	}
	return pairs, c, err
}

func stored(ctx context.Context, q db.Q, c Cell) (*figure.State, error) {
	s, ok, err := figure.StateOfCell(ctx, q, c.Part, c.ID)
	if err != nil || !ok {
		return nil, err
	}
	return &s, nil
}

const closeMembershipSQL = `UPDATE membership SET to_day = $3, ending = $4 WHERE part_id = $1 AND id = $2`

// carryMember moves one member. Who joined after the day goes on his or her first day.
func carryMember(ctx context.Context, tx *db.Tx, m Membership, t reorg.Transfer) (one carriedOne, err error) {
	day := t.Day
	if m.From.After(day) {
		day = m.From
	}
	one = carriedOne{Pair: reorg.Pair{Person: m.PersonID, Old: m.ID}, Kind: m.Kind, To: m.To, Ending: m.Ending}
	if one.Since, err = movedOn(ctx, tx, m); err != nil {
		return one, err
	}
	spells, err := SpellsOf(ctx, tx, m.Ref())
	if err != nil {
		return one, err
	}
	if _, err := tx.Exec(ctx, closeMembershipSQL, m.Part, m.ID, day, EndingReorganised); err != nil {
		return one, err
	}
	if err := findByMembership(ctx, tx, m.Ref()); err != nil {
		return one, err
	}
	if err := access.EndGrants(ctx, tx, grantSource, m.ID, day); err != nil {
		return one, err
	}
	if m.Kind == KindHome && !one.Since {
		if err := movePerson(ctx, tx, m.PersonID, m.Part, t.To.PartID); err != nil {
			return one, err
		}
	}
	next := m
	next.Part, next.ID, next.CellID, next.From, next.Origin = t.To.PartID, 0, t.To.ID, day, OriginReorganised
	if one.New, err = AddMembership(ctx, tx, next); err != nil {
		return one, err
	}
	for _, s := range spells {
		if !s.To.IsZero() && !s.To.After(day) {
			continue
		}
		spell, err := carrySpell(ctx, tx, s, t.To.PartID, one.New, day)
		if err != nil {
			return one, err
		}
		one.Spells = append(one.Spells, spell)
	}
	return one, nil
}

const copySpellSQL = `INSERT INTO member_spell (part_id, id, membership_id, kind, from_day, to_day, reason, place, report_on, basis, contact, host)
SELECT CAST($3 AS bigint), CAST($4 AS bigint), CAST($5 AS bigint), t.kind, t.from_day, t.to_day, t.reason, t.place, t.report_on,
  t.basis, t.contact, t.host
  FROM member_spell t WHERE t.part_id = $1 AND t.id = $2`

const setSpellEndSQL = `UPDATE member_spell SET to_day = $3 WHERE part_id = $1 AND id = $2`

func carrySpell(ctx context.Context, tx *db.Tx, s Spell, part, membership int64, day civil.Date) (carriedSpell, error) {
	c := carriedSpell{Old: s.ID, New: tx.ID(), To: s.To}
	if _, err := tx.Exec(ctx, copySpellSQL, s.Part, s.ID, part, c.New, membership); err != nil {
		return c, err
	}
	if s.From.After(day) {
		day = s.From
	}
	_, err := tx.Exec(ctx, setSpellEndSQL, s.Part, s.ID, day)
	return c, err
}

// lastOut ends what is still open in a cell that ended: guests whom nobody took.
func lastOut(ctx context.Context, tx *db.Tx, u org.Unit, day civil.Date) (any, error) {
	if !u.IsCell() {
		return nil, nil
	}
	list, err := chosen(ctx, tx, u, nil, day)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out := carried{From: Cell{u.PartID, u.ID}}
	if out.FromState[0], err = stored(ctx, tx, out.From); err != nil {
		return nil, err
	}
	for _, m := range list {
		out.Moved = append(out.Moved, carriedOne{Pair: reorg.Pair{Person: m.PersonID, Old: m.ID}, Kind: m.Kind, To: m.To, Ending: m.Ending})
		if _, err := tx.Exec(ctx, closeMembershipSQL, m.Part, m.ID, day, EndingReorganised); err != nil {
			return nil, err
		}
		if err := access.EndGrants(ctx, tx, grantSource, m.ID, day); err != nil {
			return nil, err
		}
	}
	return out, figure.DropState(ctx, tx, u.PartID, u.ID)
}

const dropMembershipSQL = `DELETE FROM membership WHERE part_id = $1 AND id = $2`

func undoTransfer(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var c carried
	if err := json.Unmarshal(note, &c); err != nil {
		return err
	}
	for i := len(c.Moved) - 1; i >= 0; i-- {
		if err := c.back(ctx, tx, c.Moved[i]); err != nil {
			return err
		}
	}
	if err := c.From.restore(ctx, tx, c.FromState); err != nil || c.To.ID == 0 {
		return err
	}
	return c.To.restore(ctx, tx, c.ToState)
}

// restore puts a cell's figures back as they were before, when they are as the act
// left them; otherwise somebody else's change is in them, and they are counted again.
func (c Cell) restore(ctx context.Context, tx *db.Tx, states [2]*figure.State) error {
	now, err := stored(ctx, tx, c)
	if err != nil {
		return err
	}
	left := states[1]
	switch {
	case (now == nil) != (left == nil) || now != nil && *now != *left:
		return RefreshState(ctx, tx, c.Part, c.ID, tx.Today())
	case states[0] == nil:
		return figure.DropState(ctx, tx, c.Part, c.ID)
	}
	return figure.PutState(ctx, tx, c.Part, c.ID, *states[0])
}

func (c carried) back(ctx context.Context, tx *db.Tx, one carriedOne) error {
	if one.New != 0 {
		if _, err := tx.Exec(ctx, dropMembershipSQL, c.To.Part, one.New); err != nil {
			return err
		}
		if err := access.DropGrants(ctx, tx, grantSource, one.New); err != nil {
			return err
		}
		if one.Kind == KindHome && !one.Since {
			if err := movePerson(ctx, tx, one.Person, c.To.Part, c.From.Part); err != nil {
				return err
			}
		}
	}
	for _, s := range one.Spells {
		if _, err := tx.Exec(ctx, dropSpellSQL, c.To.Part, s.New); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setSpellEndSQL, c.From.Part, s.Old, s.To); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, closeMembershipSQL, c.From.Part, one.Old, one.To, one.Ending); err != nil {
		return err
	}
	return access.ReopenGrants(ctx, tx, grantSource, one.Old, one.To)
}

// effects counts the members whom an act meets.
func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	all := 0
	for _, c := range a.Cells {
		s, _, err := figure.StateOfCell(ctx, q, c.PartID, c.ID)
		if err != nil {
			return nil, err
		}
		all += s.Members
	}
	if all == 0 {
		return nil, nil
	}
	return []reorg.Effect{{Key: "reorg.effect.members", Args: map[string]any{"Count": all, "Cells": len(a.Cells)}}}, nil
}

const laterSQL = `SELECT m.id, m.name, m.from_day, m.to_day, m.official_on FROM membership m
 WHERE m.part_id = $1 AND m.cell_id = $2 AND (m.from_day >= $3 OR m.to_day >= $3) ORDER BY m.id`

const laterSpellsSQL = `SELECT s.id, m.id, m.name, s.from_day, s.to_day, s.kind FROM member_spell s
  JOIN membership m ON m.part_id = s.part_id AND m.id = s.membership_id
 WHERE s.part_id = $1 AND m.cell_id = $2 AND (s.from_day >= $3 OR s.to_day >= $3) ORDER BY s.id`

func later(ctx context.Context, q db.Q, units []org.Unit, day civil.Date) ([]reorg.Sign, error) {
	var out []reorg.Sign
	for _, u := range units {
		if !u.IsCell() {
			continue
		}
		scan := func(spell bool) func(db.Scanner) (reorg.Sign, error) {
			return func(s db.Scanner) (reorg.Sign, error) { return laterSign(s, u, spell) }
		}
		list, err := db.List(ctx, q, scan(false), laterSQL, u.PartID, u.ID, day)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if list, err = db.List(ctx, q, scan(true), laterSpellsSQL, u.PartID, u.ID, day); err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func laterSign(s db.Scanner, u org.Unit, spell bool) (reorg.Sign, error) {
	var id, membership int64
	var name, third string
	var from, to civil.Date
	var err error
	mark := "m"
	if spell {
		mark = "s"
		err = s.Scan(&id, &membership, &name, &from, &to, &third)
	} else {
		err = s.Scan(&id, &name, &from, &to, &third)
		membership = id
	}
	ref := Membership{Part: u.PartID, ID: membership}.Ref()
	return reorg.Sign{
		Mark: mark + strconv.FormatInt(id, 10) + ":" + from.String() + ":" + to.String() + ":" + third, Key: "reorg.later.member",
		Args: map[string]any{"Name": name, "Cell": u.Name}, Href: "/members/" + ref.String(),
	}, err
}

const holdsSQL = `SELECT COUNT(*) FROM membership WHERE part_id = $1 AND id = $2`

func holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
