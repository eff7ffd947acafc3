package office

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
)

const ofPersonInSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 AND f.person_id = $3 AND (f.to_day = '' OR f.to_day > $4)`

// Ended ends the posts that a member held in a cell when the membership there ends. It
// is a handler of member.Life.
func Ended(ctx context.Context, tx *db.Tx, e member.Ended) error {
	if e.Kind != member.KindHome {
		return nil
	}
	list, err := db.List(ctx, tx, scanHolder, ofPersonInSQL, e.Part, e.CellID, e.PersonID, e.Day)
	return endAll(ctx, tx, list, err, e.Day)
}

const allOfPersonSQL = columns + ` WHERE f.person_id = $1 AND (f.to_day = '' OR f.to_day > $2)`

// Left ends every post of a person who is nobody's member any more. It is a handler of
// member.Life.
func Left(ctx context.Context, tx *db.Tx, e member.Ended) error {
	list, err := db.List(ctx, tx, scanHolder, allOfPersonSQL, e.PersonID, e.Day)
	return endAll(ctx, tx, list, err, e.Day)
}

func endAll(ctx context.Context, tx *db.Tx, list []Holder, err error, day civil.Date) error {
	for _, h := range list {
		if err == nil {
			err = End(ctx, tx, h, day)
		}
	}
	return err
}
