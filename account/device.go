package account

import (
	"context"
	"time"

	"chibo/access"
	"chibo/internal/db"
)

// ownSpan is how long the use of a browser by somebody else, or a password given in
// person, makes a session one that may be another person's. A measure of the program, no
// rule of the field: an evening and the day around it.
const ownSpan = 24 * time.Hour

type deviceKey struct{}

// WithDevice puts the mark of the browser into the context, to be kept with a session
// that is made under it. The database knows its SHA-256 only.
func WithDevice(ctx context.Context, mark string) context.Context {
	return context.WithValue(ctx, deviceKey{}, mark)
}

func deviceOf(ctx context.Context) string {
	if mark, _ := ctx.Value(deviceKey{}).(string); mark != "" {
		return TokenHash(mark)
	}
	return ""
}

const (
	deviceUsedSQL = `INSERT INTO account_device (device, account_id, at) VALUES ($1, $2, $3)
ON CONFLICT (device, account_id) DO UPDATE SET at = excluded.at`
	deviceLeftSQL = `INSERT INTO account_device (device, account_id, at) SELECT s.device, s.account_id, CAST($2 AS bigint) FROM session s WHERE s.token = $1 AND s.device <> ''
ON CONFLICT (device, account_id) DO UPDATE SET at = excluded.at`
	deviceSweepSQL = `DELETE FROM account_device WHERE at <= $1`
)

// Hand says whether a session can be taken for the act of its own person.
type Hand string

// Whose hand holds the phone, as far as the program can know.
const (
	HandOwn      Hand = "own"
	HandShared   Hand = "shared"   // somebody else signed in or out on this browser within a day
	HandAssisted Hand = "assisted" // somebody gave this person a password in person within a day
	HandUnknown  Hand = "unknown"  // no session, or one of which it is not known
)

const handSQL = `SELECT s.device, s.created_at,
  s.device <> '' AND EXISTS (SELECT 1 FROM account_device d WHERE d.device = s.device AND d.account_id <> s.account_id AND d.at > $3)
  OR s.device <> '' AND EXISTS (SELECT 1 FROM session o WHERE o.device = s.device AND o.account_id <> s.account_id AND o.seen_at > $3),
  EXISTS (SELECT 1 FROM account_first f WHERE f.account_id = s.account_id AND f.how = 'person' AND f.at > $3)
 FROM session s WHERE s.token = $1 AND s.account_id = $2`

// HandOf says whose hand the actor's session is in, for acts that nobody may do for
// another. It errs on the side of caution: a session that is not known is nobody's own.
// It cannot see two browsers on one phone, or one whose data were cleared.
func HandOf(ctx context.Context, q db.Q, who access.Actor, now time.Time) (Hand, error) {
	if who.Session == "" {
		return HandUnknown, nil
	}
	var device string
	var created int64
	var shared, assisted bool
	since := now.Add(-ownSpan).UnixMilli()
	err := q.QueryRow(ctx, handSQL, who.Session, who.AccountID, since).Scan(&device, &created, &shared, &assisted)
	switch {
	case db.NoRows(err):
		return HandUnknown, nil
	case err != nil:
		return HandUnknown, err
	case shared:
		return HandShared, nil
	case assisted:
		return HandAssisted, nil
	case device == "" && created > since:
		// A browser holds one session: an older one shows that nobody else signed in since.
		return HandUnknown, nil
	}
	return HandOwn, nil
}
