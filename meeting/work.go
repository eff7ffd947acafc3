package meeting

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/workplan"
)

// workMinutes is what an item of the plan of the year gets on the agenda, until somebody
// says otherwise.
const workMinutes = 10

// contentYear is what the plan as a whole is about (rules.md 8.05).
const contentYear = "party_building"

// titleYear stands on the agenda before the year.
const titleYear = "Thảo luận, thông qua kế hoạch công tác năm "

// addWork puts into the plan what its buttons take from the plan of the year.
func (p *Plan) addWork(ctx context.Context, tx *db.Tx, h held, t agenda.Template) error {
	if p.TakeWork+p.TakeYear+p.GiveWork == 0 {
		return nil
	}
	if h.Body != BodyCell {
		return fault.Field("items", "meeting.err.work_gone")
	}
	if p.TakeWork != 0 {
		id := tx.ID()
		w, err := workplan.Take(ctx, tx, h.unit, p.TakeWork, h.Ref, id)
		if err := gone(err, "items"); err != nil {
			return err
		}
		speaker, err := speaks(ctx, tx, h, w)
		if err != nil {
			return err
		}
		p.insert(t, Item{ID: id, Title: w.Title, Content: w.Content, Minutes: workMinutes, SpeakerID: speaker, made: true})
	}
	if p.TakeYear != 0 {
		id := tx.ID()
		y, err := workplan.TakePlan(ctx, tx, h.unit, p.TakeYear, h.Ref, id)
		if err := gone(err, "items"); err != nil {
			return err
		}
		p.insert(t, Item{ID: id, Title: titleYear + strconv.Itoa(y.Year), Content: contentYear, Minutes: workMinutes, SpeakerID: h.ChairID, made: true})
	}
	if p.GiveWork == 0 {
		return nil
	}
	w, err := workplan.OfCell(ctx, tx, h.unit, p.GiveWork)
	if err := gone(err, "decisions"); err != nil {
		return err
	}
	had, err := decisionsOf(ctx, tx, h.Ref)
	if err != nil || slices.ContainsFunc(had, func(d Decision) bool { return d.WorkID == w.Ref.ID }) {
		return err
	}
	d := decisionFor(w, h.Meeting, w.WhoID)
	if err := d.checkAlone(ctx, tx, h.Meeting); err != nil {
		if len(fault.FieldsOf(err)) > 0 {
			err = fault.Field("decisions", "meeting.err.work_who")
		}
		return err
	}
	p.Decisions = append(p.Decisions, d)
	return nil
}

// gone turns what the plan of the year no longer has into an error at a list of the form.
func gone(err error, field string) error {
	if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Conflict) {
		return fault.Field(field, "meeting.err.work_gone")
	}
	return err
}

// speaks gives who is in charge of an item, when he or she belongs to the body.
func speaks(ctx context.Context, q db.Q, h held, w workplan.Item) (int64, error) {
	body, err := member.Body(ctx, q, h.Ref.Part, h.OrgID, h.Day)
	if err != nil || !inBody(body)[w.WhoID] {
		return 0, err
	}
	return w.WhoID, nil
}

// decisionFor is the line of part III that carries an item of the plan of the year out,
// until the end of its months or of the meeting's.
func decisionFor(w workplan.Item, m Meeting, assignee int64) Decision {
	return Decision{Title: w.Title, AssigneeID: assignee, Due: w.DueIn(m.Day), Product: short(w.Product, maxReason), WorkID: w.Ref.ID}
}

// short cuts a text to so many characters.
func short(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return text
}

// GiveWork makes a decision of an item of the plan of the year, while the meeting is
// prepared or held; one that is there already stays. Zero due is the end of its months.
// Field errors: assignee, due. ErrAdopted, workplan.ErrNotFound.
func (s *Service) GiveWork(ctx context.Context, actor access.Actor, ref ident.Ref, workID, assignee int64, due civil.Date) error {
	_, err := s.piece(ctx, actor, ref, "work.give", map[string]any{"work": workID}, func(tx *db.Tx, h *held) error {
		w, err := workplan.OfCell(ctx, tx, h.unit, workID)
		if err != nil {
			return err
		}
		list, err := decisionsOf(ctx, tx, ref)
		if err != nil || slices.ContainsFunc(list, func(d Decision) bool { return d.WorkID == workID }) {
			return err
		}
		d := decisionFor(w, h.Meeting, assignee)
		if !due.IsZero() {
			d.Due = due
		}
		if err := d.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		d.ID, d.Seq = tx.ID(), nextSeq(len(list), func(i int) int { return list[i].Seq })
		return insertDecisions(ctx, tx, ref, []Decision{d})
	})
	return err
}

// WorkOf gives what of the plan of the year stands on a meeting's agenda, by item of that.
// It checks no right: the caller does.
func (s *Service) WorkOf(ctx context.Context, ref ident.Ref) (list map[int64]workplan.OnAgenda, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		list, err = workplan.OfMeeting(ctx, q, ref)
		return err
	})
	return list, err
}

// HeldOn says on which day a meeting of the cell was held; ok is false when it is of
// another cell, or was not. It checks no right: the caller does.
func HeldOn(ctx context.Context, q db.Q, ref ident.Ref, cellID int64) (day civil.Date, ok bool, err error) {
	m, err := meetingByRef(ctx, q, ref)
	if fault.KindOf(err) == fault.NotFound {
		return day, false, nil
	}
	return m.Day, err == nil && m.OrgID == cellID && m.Body == BodyCell && m.wasHeld(), err
}

// linkWork tells the plan of the year which tasks came out of its items, by the tasks of
// the decisions.
func (p proceedings) linkWork(ctx context.Context, tx *db.Tx, taskOf map[int64]int64) error {
	for _, d := range p.decisions {
		if d.WorkID == 0 || taskOf[d.ID] == 0 {
			continue
		}
		if err := workplan.Given(ctx, tx, ident.Ref{Part: p.Ref.Part, ID: d.WorkID}, p.OrgID, taskOf[d.ID]); err != nil {
			return err
		}
	}
	return nil
}
