package attachment

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// Who may see and do what here, in words:
//
//   - Whoever may see a meeting, a task, a decision, a campaign or a unit's report in it
//     sees its files.
//   - Who prepares a meeting or keeps its notes adds files to it; whoever may report on
//     a task adds to that task; who changes a campaign, or reports in it, adds there.
//   - A file is taken away by who added it, or by the cell's lead; that it was there, and
//     who took it away, stays known.
//
// The owner's feature answers; no file is served by its address alone.

// Owner answers for one kind of owner. See and Add fail with access.ErrForbidden, or
// with the owner's not-found; see is asked for each look, add for each change.
type Owner struct {
	See func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (Place, error)
	Add func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (Place, error)

	// Opened hears that the actor has opened a file of the owner; nil: nobody asks.
	Opened func(ctx context.Context, actor access.Actor, ref ident.Ref, file int64) error
}

// Place is where the owner belongs.
type Place struct {
	Part, OrgID int64  // the cell's
	Name        string // of the cell
	Title       string // of the owner: what a task asks, the day of a meeting; may be empty
	Href        string // page of the owner
	Lead        bool   // the actor leads the cell
}
