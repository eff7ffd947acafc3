package quality

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Who may see and do what, in words (rules.md 3.05-3.07):
//
//   - Whoever may read the cell sees its scores and what was said about them: members
//     hear them in the meeting, the committees above read them.
//   - The cell committee has the score proposed, answers its questions and changes
//     points.
//   - The cell's lead confirms it for the cell, after the cell has agreed, answers what
//     the committee above says about it, and appeals.
//   - The officers of the committee directly above the cell dispute a line and decide
//     the official grade; those of committees further up only read, and the cell itself
//     never decides.
//   - An appeal is settled by the officers of the committee above that one, or of that
//     one itself, as the rule score.appeal_to says and where nobody stands above it.
//   - The officers and the organisation officer of a committee make its score sheets, and set its deadlines,
//     the way of an appeal and the rule of the year, for itself and the units below. Who reads the unit's figures reads its sheets and tables.
//   - The program itself may propose.
func canSee(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.CellRead, cell.Access())
	return err
}

func canScore(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.Prepare, cell.Access())
	return err
}

func canConfirm(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.Lead, cell.Access())
	return err
}

// canDecide says whether the actor decides scores for exactly this committee.
func canDecide(actor access.Actor, upper org.Unit) error {
	if upper.ID == 0 {
		return access.ErrForbidden
	}
	own := actor
	own.Grants = nil
	for _, g := range actor.Grants {
		if g.OrgID == upper.ID || g.OrgID == 0 { // 0: the program itself
			own.Grants = append(own.Grants, g)
		}
	}
	_, err := access.For(own, access.ScoreDecide, upper.Access())
	return err
}

// canShape says whether the actor makes the unit's score sheets.
func canShape(actor access.Actor, u org.Unit) error {
	if u.IsCell() {
		return access.ErrForbidden
	}
	_, err := access.For(actor, access.AgendaKeep, u.Access())
	return err
}

// directUpper gives the committee directly above a cell, the zero Unit for none.
func directUpper(ctx context.Context, q db.Q, cell org.Unit) (org.Unit, error) {
	if cell.ParentID == 0 {
		return org.Unit{}, nil
	}
	return org.ByID(ctx, q, cell.ParentID)
}

// judge gives the committee that settles an appeal: the one above the committee that
// decided, or that one itself.
func judge(ctx context.Context, q db.Q, upper org.Unit, appealTo string) (org.Unit, error) {
	if appealTo != rulebook.AppealAbove || upper.ParentID == 0 {
		return upper, nil
	}
	return org.ByID(ctx, q, upper.ParentID)
}
