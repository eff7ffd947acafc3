package account

import (
	"context"
	"crypto/rand"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
)

// A feed is an address that a calendar program fetches without signing in. Whoever has
// it reads what stands under it, so there is one for an account, it is shown once, and
// its owner takes it back whenever wanted. It ends with the account.

const (
	insertFeedSQL = `INSERT INTO calendar_feed (token, account_id, made_at) VALUES ($1, $2, $3)`

	dropFeedSQL = `DELETE FROM calendar_feed WHERE account_id = $1`

	feedMadeSQL = `SELECT made_at FROM calendar_feed WHERE account_id = $1`

	feedSQL = `SELECT account_id FROM calendar_feed WHERE token = $1`
)

// NewFeed makes the account's address of the calendar and gives its secret, which is not
// kept. The one before opens nothing any more.
func (s *Service) NewFeed(ctx context.Context, actor access.Actor) (secret string, err error) {
	secret = rand.Text()
	return secret, s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, dropFeedSQL, actor.AccountID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertFeedSQL, TokenHash(secret), actor.AccountID, tx.NowMS()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Part: actor.PartID, Account: actor.AccountID, Action: "account.feed", Target: "account", TargetID: actor.AccountID})
	})
}

// EndFeed takes the account's address of the calendar back.
func (s *Service) EndFeed(ctx context.Context, actor access.Actor) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, dropFeedSQL, actor.AccountID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Part: actor.PartID, Account: actor.AccountID, Action: "account.feed_end", Target: "account", TargetID: actor.AccountID})
	})
}

// FeedMade says since when the account has an address of the calendar, zero when it has
// none.
func FeedMade(ctx context.Context, q db.Q, accountID int64) (time.Time, error) {
	var ms int64
	err := q.QueryRow(ctx, feedMadeSQL, accountID).Scan(&ms)
	if db.NoRows(err) {
		return time.Time{}, nil
	}
	return time.UnixMilli(ms).UTC(), err
}

// ByFeed gives the account whose calendar stands under a secret, or ErrNone: for an
// unknown or ended one, and for an account that may not be used on the day.
func ByFeed(ctx context.Context, q db.Q, secret string, day civil.Date) (Account, error) {
	var id int64
	err := q.QueryRow(ctx, feedSQL, TokenHash(secret)).Scan(&id)
	if db.NoRows(err) {
		return Account{}, ErrNone
	}
	if err != nil {
		return Account{}, err
	}
	a, l, err := byID(ctx, q, id)
	if db.NoRows(err) || err == nil && !l.opens(a, day) {
		return Account{}, ErrNone
	}
	return a, err
}
