package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
)

// TokenHash gives the name under which the database knows a browser's token.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// AccountKey is the one value that a session holds: the account's id as int64.
const AccountKey = "account"

type agentKey struct{}

// WithAgent puts a short name of the browser ("Chrome, Android") into the
// context, to be kept with a session that is made under it.
func WithAgent(ctx context.Context, agent string) context.Context {
	return context.WithValue(ctx, agentKey{}, agent)
}

// Codec writes a session's values for the session manager. It knows AccountKey
// only, so that nothing else can slip into a session unnoticed.
type Codec struct{}

type sessionData struct {
	Deadline int64 `json:"deadline"` // Unix milliseconds
	Account  int64 `json:"account"`
}

var errValues = errors.New("account: a session holds the account's id and nothing else")

// Encode writes the deadline and the account.
func (Codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	id, ok := values[AccountKey].(int64)
	if !ok || len(values) != 1 {
		return nil, errValues
	}
	return json.Marshal(sessionData{deadline.UnixMilli(), id})
}

// Decode reads what Encode wrote.
func (Codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, err
	}
	return time.UnixMilli(d.Deadline).UTC(), map[string]any{AccountKey: d.Account}, nil
}

// Sessions is the store of the session manager, over table session.
type Sessions struct {
	db     *db.DB
	real   clock.Clock // the session manager reckons in the machine's time
	touch  sync.WaitGroup
	mu     sync.Mutex
	active map[string]bool // sessions whose seen_at is being written
}

// NewSessions makes the store. Expiry is kept in the database's own time, which in
// a demo is not the machine's.
func NewSessions(d *db.DB) *Sessions {
	return &Sessions{db: d, real: clock.System(), active: map[string]bool{}}
}

const findSQL = `SELECT data, expires_at, seen_at FROM session WHERE token = $1`

// FindCtx gives the data of a living session.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	hash := TokenHash(token)
	var text string
	var expires, seen int64
	err := s.db.Read(ctx, func(q db.Q) error {
		return q.QueryRow(ctx, findSQL, hash).Scan(&text, &expires, &seen)
	})
	now := s.db.Clock().Now().UnixMilli()
	switch {
	case db.NoRows(err), err == nil && expires <= now:
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false, nil //nolint:nilerr // a damaged session is none
	}
	if now-seen >= time.Minute.Milliseconds() {
		s.seen(hash)
	}
	return data, true, nil
}

const seenSQL = `UPDATE session SET seen_at = $2 WHERE token = $1`

// seen notes the use of a session, in the background: a page that only reads must
// not wait for a writer. A note that fails is made with the next page.
func (s *Sessions) seen(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active[hash] {
		return
	}
	s.active[hash] = true
	s.touch.Go(func() {
		ctx := context.Background()
		_ = s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, seenSQL, hash, tx.NowMS())
			return err
		})
		s.mu.Lock()
		delete(s.active, hash)
		s.mu.Unlock()
	})
}

// Flush waits until every use noted so far is written.
func (s *Sessions) Flush() { s.touch.Wait() }

const commitSQL = `INSERT INTO session (token, account_id, data, expires_at, created_at, seen_at, agent, device)
VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
ON CONFLICT (token) DO UPDATE SET account_id = excluded.account_id, data = excluded.data, expires_at = excluded.expires_at`

// CommitCtx keeps a session, and that its account was used on the browser.
func (s *Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	agent, _ := ctx.Value(agentKey{}).(string)
	left := expiry.Sub(s.real.Now()).Milliseconds()
	text := base64.StdEncoding.EncodeToString(b)
	device := deviceOf(ctx)
	return s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, commitSQL, TokenHash(token), d.Account, text, tx.NowMS()+left, tx.NowMS(), agent, device); err != nil || device == "" {
			return err
		}
		_, err := tx.Exec(ctx, deviceUsedSQL, device, d.Account, tx.NowMS())
		return err
	})
}

const deleteSQL = `DELETE FROM session WHERE token = $1`

// DeleteCtx ends a session, and keeps that its account was on the browser until now; one
// that is not there is no error.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	hash := TokenHash(token)
	return s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, deviceLeftSQL, hash, tx.NowMS()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, deleteSQL, hash)
		return err
	})
}

// Find is FindCtx without a context.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

const sweepSQL = `DELETE FROM session WHERE expires_at <= $1`

// Sweep removes the sessions that have run out, and which accounts a browser had when
// that matters no longer.
func (s *Sessions) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, deviceSweepSQL, tx.NowMS()-ownSpan.Milliseconds()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sweepSQL, tx.NowMS())
		return err
	})
}

// Session is one browser that is signed in.
type Session struct {
	Hash      string // names the session; it opens nothing
	Agent     string // "Chrome, Android"; empty when not known
	CreatedAt time.Time
	SeenAt    time.Time // exact to a minute
}

const sessionsSQL = `SELECT token, agent, created_at, seen_at FROM session
 WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, token`

// Sessions gives the actor's own sessions, last used first.
func (s *Service) Sessions(ctx context.Context, who access.Actor) ([]Session, error) {
	var out []Session
	err := s.db.Read(ctx, func(q db.Q) (err error) {
		out, err = db.List(ctx, q, scanSession, sessionsSQL, who.AccountID, s.db.Clock().Now().UnixMilli())
		return err
	})
	return out, err
}

func scanSession(row db.Scanner) (Session, error) {
	var v Session
	var created, seen int64
	err := row.Scan(&v.Hash, &v.Agent, &created, &seen)
	v.CreatedAt, v.SeenAt = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
	return v, err
}

const (
	revokeSQL       = `DELETE FROM session WHERE account_id = $1 AND token = $2`
	revokeOthersSQL = `DELETE FROM session WHERE account_id = $1 AND token <> $2`
)

// ErrNoSession says that the session is not there any more, or another person's.
var ErrNoSession = fault.New(fault.NotFound, "account.err.no_session")

// Revoke ends one of the actor's own sessions.
func (s *Service) Revoke(ctx context.Context, who access.Actor, hash string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(ctx, revokeSQL, who.AccountID, hash)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNoSession)
		}
		return recordRevoke(ctx, tx, who, 1)
	})
}

// RevokeOthers ends all of the actor's own sessions but the one named keep.
func (s *Service) RevokeOthers(ctx context.Context, who access.Actor, keep string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(ctx, revokeOthersSQL, who.AccountID, keep)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		return recordRevoke(ctx, tx, who, n)
	})
}

func recordRevoke(ctx context.Context, tx *db.Tx, who access.Actor, n int64) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: who.PartID, Account: who.AccountID, Action: "account.revoke", Target: "account", TargetID: who.AccountID,
		Detail: map[string]any{"sessions": n},
	})
}
