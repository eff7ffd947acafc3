package homeweb

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
	"chibo/question"
)

// askLine is what waits of members' questions, one line of a first page.
type askLine struct {
	question.Desk
	Href   string
	Cell   bool // the cell's; else a committee's
	Unread int  // answers to own questions
}

// asked reads what waits of questions for the person: the unit's, to who acts for it or
// prepares its meetings, and answers to the own ones.
func (h *Web) asked(ctx context.Context, q db.Q, actor access.Actor, u org.Unit) (a askLine, err error) {
	if h.questions == nil {
		return a, nil
	}
	if actor.PersonID != 0 {
		own, err := member.Every(ctx, q, actor.PersonID)
		if err != nil {
			return a, err
		}
		for _, m := range own {
			n, err := question.Unread(ctx, q, m)
			if err != nil {
				return a, err
			}
			a.Unread += n
		}
	}
	a.Cell, a.Href = u.IsCell(), "/units/"+strconv.FormatInt(u.ID, 10)+"/questions"
	if a.Cell {
		a.Href = "/cells/" + strconv.FormatInt(u.ID, 10) + "/questions"
	}
	if !question.MayServe(actor, u) && !question.MayEnter(actor.Quiet(), u) {
		return a, nil
	}
	a.Desk, err = h.questions.DeskOf(ctx, q, actor, u)
	return a, err
}
