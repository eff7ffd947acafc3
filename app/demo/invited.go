package demo

import (
	"context"
	"fmt"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/member"
)

// Period bounds the admissions that the sample's home counts: those of the report for
// the district, zero otherwise.
func (f *Fill) Period() (from, to civil.Date) {
	if _, ok := extentOf(f.Size); ok {
		return civil.Date{}, civil.Date{}
	}
	return admittedFrom(), admittedTo()
}

// Invited gives an account to everybody who is invited for the first time, so that
// a visitor may sign in as any of them. It is a handler of meeting.Service.
func (f *Fill) Invited(ctx context.Context, tx *db.Tx, m meeting.Meeting, personIDs []int64) error {
	hash := ""
	for _, id := range personIDs {
		_, err := account.ByPerson(ctx, tx, id)
		if err == nil || fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return err
			}
			continue
		}
		if hash == "" {
			if hash, err = f.Accounts.Hash(ctx, Password); err != nil {
				return err
			}
		}
		p, err := member.PersonOf(ctx, tx, m.Ref.Part, id)
		if err != nil {
			return err
		}
		_, err = f.Accounts.Create(ctx, tx, account.NewAccount{
			Login: fmt.Sprintf("dv%d", id), Hash: hash, PersonID: id, PartID: m.Ref.Part, Name: p.Name,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
