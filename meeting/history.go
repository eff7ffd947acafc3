package meeting

import (
	"context"
	"crypto/rand"
	"strconv"

	"chibo/internal/db"
)

// HistoryMeeting is a meeting with its rows as they are to stand, for sample data and
// imports. Ids of items, opinions and decisions that are zero are made; Seq zero is the
// place in the list.
type HistoryMeeting struct {
	Meeting   Meeting
	Items     []Item
	Roll      []RollRow // names and flags are not stored
	Opinions  []Opinion
	Decisions []Decision
	Mentions  []Mention
	Critical  []Criticism
	Guests    []Guest
	Trail     []Trail
	Sealed    []SealedOpinion
	Steps     []Step
}

// InsertHistory writes many meetings at once. It checks nothing and puts no figures,
// tasks or papers: the caller does.
func InsertHistory(ctx context.Context, tx *db.Tx, list []HistoryMeeting) error {
	var meetings, items, roll, opinions, decisions, mentions, critical, steps, guests, trail, sealed [][]any
	for _, h := range list {
		m := h.Meeting
		m.ready(tx)
		meetings = append(meetings, meetingRow(m))
		for i, it := range h.Items {
			it.ID, it.Seq = orID(tx, it.ID), orSeq(it.Seq, i)
			items = append(items, itemRow(m.Ref, it))
		}
		for _, r := range h.Roll {
			roll = append(roll, rollValues(m.Ref, r, 0))
		}
		for _, o := range h.Opinions {
			o.ID = orID(tx, o.ID)
			o.op = "h" + strconv.FormatInt(o.ID, 10)
			opinions = append(opinions, opinionRow(m.Ref, o))
		}
		for i, d := range h.Decisions {
			d.ID, d.Seq = orID(tx, d.ID), orSeq(d.Seq, i)
			decisions = append(decisions, decisionRow(m.Ref, d))
		}
		for _, n := range h.Mentions {
			id := orID(tx, n.ID)
			mentions = append(mentions, []any{m.Ref.Part, id, m.Ref.ID, n.MembershipID, n.Kind, n.Text, millis(n.At), 0, "h" + strconv.FormatInt(id, 10)})
		}
		for _, c := range h.Critical {
			id := orID(tx, c.ID)
			critical = append(critical, []any{
				m.Ref.Part, id, m.Ref.ID, c.AboutID, c.SaidByID, c.Readers, c.Text, millis(c.At), 0, "h" + strconv.FormatInt(id, 10),
			})
		}
		for _, g := range h.Guests {
			id := orID(tx, g.ID)
			guests = append(guests, []any{m.Ref.Part, id, m.Ref.ID, g.Kind, g.Name, g.Post, g.Unit, millis(g.CameAt), 0, "h" + strconv.FormatInt(id, 10)})
		}
		for _, t := range h.Trail {
			id := tx.ID()
			trail = append(trail, []any{m.Ref.Part, id, m.Ref.ID, t.MembershipID, t.Act, t.Presence, t.Text, t.ByID, millis(t.At), "h" + strconv.FormatInt(id, 10)})
		}
		for _, o := range h.Sealed {
			sealed = append(sealed, []any{m.Ref.Part, m.Ref.ID, rand.Text(), o.ItemID, o.Text, m.Day})
		}
		for _, st := range h.Steps {
			steps = append(steps, stepRow(m.Ref, st))
		}
	}
	for _, t := range []struct {
		sql  string
		rows [][]any
	}{
		{insertMeetingSQL, meetings},
		{insertItemSQL, items},
		{insertRollSQL, roll},
		{insertOpinionSQL, opinions},
		{insertDecisionSQL, decisions},
		{insertMentionSQL, mentions},
		{insertCriticismSQL, critical},
		{insertStepSQL, steps},
		{insertGuestSQL, guests},
		{insertTrailSQL, trail},
		{insertSealedSQL, sealed},
	} {
		if err := db.Many(ctx, tx, t.sql, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// ready fills what a stored meeting always has.
func (m *Meeting) ready(tx *db.Tx) {
	m.Ref.ID = orID(tx, m.Ref.ID)
	m.Version = max(m.Version, 1)
	if m.Form == "" {
		m.Form = FormFull
	}
	if m.Body == "" {
		m.Body = BodyCell
	}
	if m.CreatedAt.IsZero() {
		m.CreatedAt = m.StartsAt
	}
	if m.State == Invited || m.State == Opened {
		m.secret = rand.Text()
	}
}

func orID(tx *db.Tx, id int64) int64 {
	if id == 0 {
		return tx.ID()
	}
	return id
}

func orSeq(seq, i int) int {
	if seq == 0 {
		return i + 1
	}
	return seq
}
