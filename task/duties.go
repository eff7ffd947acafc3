package task

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
)

const openOfAssigneeSQL = `SELECT ` + columns + ` FROM task t
 WHERE t.part_id = $1 AND t.assignee_id = $2 AND t.state = 'open' ORDER BY t.due, t.id LIMIT $3`

// Duties gives the open tasks of a member, for who conducts a transfer. They stay with
// the cell (rules.md 6.05 counts them there): its lead passes them on or judges them.
// Who may not see the cell's tasks is told how many there are.
func Duties(ctx context.Context, q db.Q, actor access.Actor, m member.Membership, cell org.Unit, today civil.Date) (out member.Duties, err error) {
	list, err := db.List(ctx, q, scanTask, openOfAssigneeSQL, m.Part, m.ID, ofLimit)
	if err != nil || len(list) == 0 {
		return out, err
	}
	out.Open = len(list)
	if !CanSee(actor.Quiet(), cell) {
		return out, nil
	}
	_, kept, err := Kept(ctx, q, actor, cell)
	if err != nil || kept {
		return out, err
	}
	for _, t := range list {
		out.List = append(out.List, member.Duty{Title: t.Title, Href: "/tasks/" + t.Ref.String(), Due: t.Due, Overdue: t.IsOverdue(today)})
	}
	return out, nil
}
