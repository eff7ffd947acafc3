package account

import (
	"context"
	"regexp"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// States of an account.
const (
	Active  = "active"
	Blocked = "blocked" // by an administrator; see Service.Block
)

// Account is what somebody signs in with.
type Account struct {
	ID       int64
	Login    string
	PersonID int64 // 0: an administrator outside the register
	PartID   int64 // part of the person's record
	Name     string
	State    string // Active or Blocked
	Sample   bool   // offered on the demo's sign-in page
	Office   string // shown beside the name there
	Unit     string
}

// Config says what a Service is made of.
type Config struct {
	DB    *db.DB         // required
	Clock clock.Clock    // required; counts the waiting time after wrong passwords
	Book  *rulebook.Book // required; which kinds of unit the first run may found
	// MaxWrong wrong passwords within Window make an account wait. Zero means 5
	// within 5 minutes.
	MaxWrong int
	Window   time.Duration
}

// Service has the use cases of accounts. Make it with New.
type Service struct {
	db     *db.DB
	book   *rulebook.Book
	hasher *hasher
	limit  *Limiter
	dummy  string // PHC string that unknown logins are compared with

	// OnFirst is told, in the caller's transaction, that a person's password was replaced
	// in person.
	OnFirst []func(ctx context.Context, tx *db.Tx, e Replaced) error
}

// New makes a Service. It computes one password, which takes about 30 ms.
func New(cfg Config) (*Service, error) {
	if cfg.MaxWrong == 0 {
		cfg.MaxWrong = 5
	}
	if cfg.Window == 0 {
		cfg.Window = 5 * time.Minute
	}
	s := &Service{db: cfg.DB, book: cfg.Book, hasher: newHasher(), limit: NewLimiter(cfg.MaxWrong, cfg.Window, cfg.Clock)}
	var err error
	s.dummy, err = s.hasher.hash(context.Background(), "nobody has this password")
	return s, err
}

// Hash makes the stored form of a password. It takes about 30 ms and memory, so
// call it before a transaction, never inside one.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	return s.hasher.hash(ctx, password)
}

// NewAccount is an account to be made.
type NewAccount struct {
	Login    string // letters a-z, digits, dot and hyphen; 2 to 40 characters
	Hash     string // made by Service.Hash
	PersonID int64  // 0: an administrator outside the register
	PartID   int64
	Name     string // as typed
	Sample   bool
	Office   string
	Unit     string
}

// ErrLoginTaken says that another account has the login.
var ErrLoginTaken = fault.New(fault.Conflict, "account.err.login_taken")

const insertSQL = `INSERT INTO account (id, login, pass, person_id, part_id, name, state, sample, office, unit, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// Create makes an active account: a field error for a malformed login or an empty
// name, ErrLoginTaken for one that exists.
func (s *Service) Create(ctx context.Context, tx *db.Tx, n NewAccount) (Account, error) {
	a := Account{
		ID: tx.ID(), Login: NormalLogin(n.Login), PersonID: n.PersonID, PartID: n.PartID, Name: viet.Clean(n.Name),
		State: Active, Sample: n.Sample, Office: n.Office, Unit: n.Unit,
	}
	var f fault.Fields
	checkLogin(&f, a.Login)
	if a.Name == "" {
		f.Add("name", "account.err.name")
	}
	if err := f.Err(); err != nil {
		return Account{}, err
	}
	if _, _, err := parsePHC(n.Hash); err != nil {
		return Account{}, err
	}
	// Looked up first: on PostgreSQL a violated key would end the whole transaction.
	if _, _, err := byLogin(ctx, tx, a.Login); err == nil {
		return Account{}, ErrLoginTaken
	} else if !db.NoRows(err) {
		return Account{}, err
	}
	_, err := tx.Exec(ctx, insertSQL, a.ID, a.Login, n.Hash, a.PersonID, a.PartID, a.Name, a.State, a.Sample, a.Office, a.Unit, tx.NowMS())
	if db.IsUnique(err) {
		return Account{}, ErrLoginTaken
	}
	return a, err
}

// NormalLogin gives a login as it is stored: lower case, without spaces around.
func NormalLogin(s string) string { return strings.ToLower(viet.Clean(s)) }

func checkLogin(f *fault.Fields, login string) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,39}$`).MatchString(login) {
		f.Add("login", "account.err.login")
	}
}

func scan(r db.Scanner, more ...any) (Account, error) {
	var a Account
	err := r.Scan(append([]any{&a.ID, &a.Login, &a.PersonID, &a.PartID, &a.Name, &a.State, &a.Sample, &a.Office, &a.Unit}, more...)...)
	return a, err
}

// lock is what decides whether and how an account opens.
type lock struct {
	hash     string
	first    int64 // until when the first password is valid; 0: the person's own
	signed   int64 // first sign-in; 0 never
	closedOn civil.Date
}

func (l *lock) dest() []any { return []any{&l.hash, &l.first, &l.signed, &l.closedOn} }

// opens says whether the account may be used on the day.
func (l lock) opens(a Account, day civil.Date) bool {
	return a.State == Active && (l.closedOn.IsZero() || l.closedOn.After(day))
}

const byLoginSQL = `SELECT id, login, person_id, part_id, name, state, sample, office, unit, pass, first_until, signed_at, closed_on
  FROM account WHERE login = $1`

func byLogin(ctx context.Context, q db.Q, login string) (a Account, l lock, err error) {
	a, err = scan(q.QueryRow(ctx, byLoginSQL, login), l.dest()...)
	return a, l, err
}

const byIDSQL = `SELECT id, login, person_id, part_id, name, state, sample, office, unit, pass, first_until, signed_at, closed_on
  FROM account WHERE id = $1`

func byID(ctx context.Context, q db.Q, id int64) (a Account, l lock, err error) {
	a, err = scan(q.QueryRow(ctx, byIDSQL, id), l.dest()...)
	return a, l, err
}

// ErrNone says that there is no such account.
var ErrNone = fault.New(fault.NotFound, "account.err.none")

const byPersonSQL = `SELECT id, login, person_id, part_id, name, state, sample, office, unit FROM account
 WHERE person_id = $1 AND person_id > 0 ORDER BY id LIMIT 1`

// ByPerson gives a person's account, or ErrNone.
func ByPerson(ctx context.Context, q db.Q, personID int64) (Account, error) {
	a, err := scan(q.QueryRow(ctx, byPersonSQL, personID))
	if db.NoRows(err) {
		return Account{}, ErrNone
	}
	return a, err
}

const existsSQL = `SELECT COUNT(*) FROM account`

func count(ctx context.Context, q db.Q) (n int, err error) {
	err = q.QueryRow(ctx, existsSQL).Scan(&n)
	return n, err
}

// Exists says whether there is any account, that is whether the first run is over.
func (s *Service) Exists(ctx context.Context) (exists bool, err error) {
	err = s.db.Read(ctx, func(q db.Q) error {
		n, err := count(ctx, q)
		exists = n > 0
		return err
	})
	return exists, err
}

const peopleSQL = `SELECT id, login, person_id, part_id, name, state, sample, office, unit FROM account
 WHERE sample AND state = 'active' ORDER BY id`

// People gives the sample accounts in the order they were made.
func People(ctx context.Context, q db.Q) ([]Account, error) {
	return db.List(ctx, q, func(s db.Scanner) (Account, error) { return scan(s) }, peopleSQL)
}

// Samples is People in a transaction of its own, for the sign-in page.
func (s *Service) Samples(ctx context.Context) (out []Account, err error) {
	err = s.db.Read(ctx, func(q db.Q) error {
		out, err = People(ctx, q)
		return err
	})
	return out, err
}

const topSQL = `SELECT id, path FROM org WHERE parent_id IS NULL ORDER BY id`

// actor gives an account's rights on the day.
func actor(ctx context.Context, q db.Q, a Account, day civil.Date) (access.Actor, error) {
	out := access.Actor{AccountID: a.ID, PersonID: a.PersonID, PartID: a.PartID, Name: a.Name}
	if a.PersonID != 0 {
		var err error
		out.Grants, err = access.LoadGrants(ctx, q, a.PersonID, day)
		return out, err
	}
	var err error
	out.Grants, err = db.List(ctx, q, func(s db.Scanner) (access.Grant, error) {
		g := access.Grant{Role: access.RoleAdmin}
		err := s.Scan(&g.OrgID, &g.Path)
		return g, err
	}, topSQL)
	return out, err
}

// Enter gives who an account is today, for each request: ErrNone when the account is
// gone, blocked or closed. first says that the person still has the first password and
// must choose an own one before anything else.
func (s *Service) Enter(ctx context.Context, id int64) (out access.Actor, first bool, err error) {
	day := civil.From(s.db.Clock().Now())
	err = s.db.Read(ctx, func(q db.Q) error {
		a, l, err := byID(ctx, q, id)
		switch {
		case db.NoRows(err), err == nil && !l.opens(a, day):
			return ErrNone
		case err != nil:
			return err
		}
		first = l.first != 0
		out, err = actor(ctx, q, a, day)
		return err
	})
	return out, first, err
}
