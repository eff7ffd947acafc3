package app

import (
	"context"

	"chibo/campaign"
	"chibo/document"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/quality"
	"chibo/question"
	"chibo/reorg"
	"chibo/task"
	"chibo/workplan"
)

// reorganisation makes the service that changes the tree, with the features that
// follow it. The register comes first: it moves members before others are told.
func (a *App) reorganisation() *reorg.Service {
	return &reorg.Service{
		DB: a.cfg.DB, Book: a.Book, Rehome: rehome,
		Followers: []reorg.Follower{
			member.Follow(), office.Follow(a.Book), document.Follow(), question.Follow(), task.Follow(), workplan.Follow(), meeting.Follow(), quality.Follow(), a.Admissions.Follow(), campaign.Follow(),
		},
	}
}

// moved answers an old address: where a row is now whose part has changed.
func (a *App) moved(ctx context.Context, ref ident.Ref) (now ident.Ref, ok bool, err error) {
	err = a.cfg.DB.Read(ctx, func(q db.Q) error {
		now, ok, err = a.Reorgs.Moved(ctx, q, ref)
		return err
	})
	return now, ok, err
}
