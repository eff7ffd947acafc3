package member

import (
	"context"
	"slices"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/notify"
	"chibo/org"
)

// Kinds of badge grant (rules.md 5.42).
const (
	BadgeNormal     = "normal"
	BadgeEarly      = "early" // seriously ill: a person says so, nothing more is kept
	BadgePosthumous = "posthumous"
)

// States of a badge.
const (
	BadgeProposed = "proposed"
	BadgeGiven    = "given"
	BadgeDropped  = "dropped"
)

// Badge is a badge of Party age that was proposed or given.
type Badge struct {
	Ref          ident.Ref
	PersonID     int64
	MembershipID int64
	CellID       int64
	Name         string // as it was then
	Years        int
	Kind         string
	State        string
	Day          civil.Date // the day of giving it is meant for
	GivenOn      civil.Date
	GivenBy      string // body that decided
	Decision     string // its number
	Version      int
}

const badgeColumns = `SELECT b.part_id, b.id, b.person_id, b.membership_id, b.cell_id, b.name, b.years, b.kind, b.state, b.day,
  b.given_on, b.given_by, b.decision, b.version FROM badge b`

func scanBadge(s db.Scanner) (b Badge, err error) {
	return b, s.Scan(&b.Ref.Part, &b.Ref.ID, &b.PersonID, &b.MembershipID, &b.CellID, &b.Name, &b.Years, &b.Kind, &b.State, &b.Day,
		&b.GivenOn, &b.GivenBy, &b.Decision, &b.Version)
}

const badgesOfSQL = badgeColumns + ` WHERE b.person_id = $1 AND b.state <> 'dropped' ORDER BY b.years DESC, b.id DESC`

// BadgesOf gives the badges of a person, the highest first, proposed ones among them.
// It checks no right.
func BadgesOf(ctx context.Context, q db.Q, personID int64) ([]Badge, error) {
	return db.List(ctx, q, scanBadge, badgesOfSQL, personID)
}

const insertBadgeSQL = `INSERT INTO badge (part_id, id, person_id, membership_id, cell_id, name, years, kind, state, day,
  given_on, given_by, decision, at, account_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// AddBadges writes badges as they are known, for an import or the sample data; ID zero
// makes one.
func AddBadges(ctx context.Context, tx *db.Tx, list []Badge) error {
	rows := make([][]any, 0, len(list))
	for _, b := range list {
		rows = append(rows, b.row(tx, 0))
	}
	return db.Many(ctx, tx, insertBadgeSQL, rows)
}

func (b Badge) row(tx *db.Tx, accountID int64) []any {
	if b.Ref.ID == 0 {
		b.Ref.ID = tx.ID()
	}
	return []any{
		b.Ref.Part, b.Ref.ID, b.PersonID, b.MembershipID, b.CellID, b.Name, b.Years, b.Kind, b.State, b.Day,
		b.GivenOn, b.GivenBy, b.Decision, tx.NowMS(), accountID,
	}
}

// ProposeBadgesIn proposes badges for members on a day of giving.
type ProposeBadgesIn struct {
	Unit    org.Unit // the members lie in it
	Day     civil.Date
	Kind    string
	Members []ident.Ref
}

// errNobody says that no member was chosen.
func errNobody() error { return fault.Field("who", "member.err.badge_nobody") }

// ProposeBadges proposes a badge for each member who is on the list of the day for
// this kind, and gives how many; who has one proposed already is passed over. A member
// who is not on the list is a field error that names the member.
func (s *Service) ProposeBadges(ctx context.Context, actor access.Actor, in ProposeBadgesIn) (n int, err error) {
	if len(in.Members) == 0 {
		return 0, errNobody()
	}
	scope, err := access.For(actor, access.RegisterKeep, in.Unit.Access())
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := s.BadgeDayOf(ctx, tx, scope, in.Day, in.Kind == BadgeEarly)
		if err != nil {
			return err
		}
		n = 0
		for _, ref := range in.Members {
			at := slices.IndexFunc(list.Rows, func(r BadgeRow) bool { return r.Ref() == ref && r.Kind() == in.Kind })
			if at < 0 {
				return s.notListed(ctx, tx, ref)
			}
			row := list.Rows[at]
			if row.Badge != nil {
				continue
			}
			b := Badge{
				Ref: ident.Ref{Part: row.Part}, PersonID: row.PersonID, MembershipID: row.ID, CellID: row.CellID, Name: row.Name,
				Years: row.Years, Kind: in.Kind, State: BadgeProposed, Day: in.Day,
			}
			if _, err := tx.Exec(ctx, insertBadgeSQL, b.row(tx, actor.AccountID)...); err != nil {
				return err
			}
			n++
		}
		return s.auditBadges(ctx, tx, actor, "member.badge_propose", in.Unit, n)
	})
	return n, err
}

func (s *Service) notListed(ctx context.Context, q db.Q, ref ident.Ref) error {
	m, err := ByID(ctx, q, ref)
	if err != nil {
		return err
	}
	return fault.Field("who", "member.err.badge_not_listed", "Name", m.Name)
}

func (s *Service) auditBadges(ctx context.Context, tx *db.Tx, actor access.Actor, action string, u org.Unit, n int) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: action, Target: "org", TargetID: u.ID, Detail: map[string]any{"count": n},
	})
}

// MayGiveBadges says whether the actor records that badges of the unit were given.
func MayGiveBadges(actor access.Actor, u org.Unit) bool {
	return actor.Can(access.RegisterKeep, u.Access()) && actor.Can(access.Reveal, u.Access())
}

// GiveBadgesIn records that proposed badges were given.
type GiveBadgesIn struct {
	Unit     org.Unit
	Badges   []ident.Ref
	On       civil.Date
	By       string // body that decided
	Decision string // its number
}

func (in GiveBadgesIn) check(today civil.Date) error {
	var f fault.Fields
	if len(in.Badges) == 0 {
		f.Add("who", "member.err.badge_nobody")
	}
	switch {
	case !in.On.IsDay():
		f.Add("on", "member.err.day_empty")
	case in.On.After(today):
		f.Add("on", "member.err.future")
	}
	if in.By == "" {
		f.Add("by", "member.err.badge_by")
	}
	if in.Decision == "" {
		f.Add("decision", "member.err.badge_decision")
	}
	for field, text := range map[string]string{"by": in.By, "decision": in.Decision} {
		if utf8.RuneCountInString(text) > maxText {
			f.Add(field, "member.err.too_long", "Most", maxText)
		}
	}
	return f.Err()
}

const (
	badgeSQL     = badgeColumns + ` WHERE b.part_id = $1 AND b.id = $2`
	giveBadgeSQL = `UPDATE badge SET state = 'given', given_on = $3, given_by = $4, decision = $5, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'proposed'`
	dropBadgeSQL = `UPDATE badge SET state = 'dropped', version = version + 1 WHERE part_id = $1 AND id = $2 AND state = $3`
)

// badge reads one whose cell lies in the unit.
func badgeIn(ctx context.Context, q db.Q, u org.Unit, ref ident.Ref) (Badge, error) {
	b, err := scanBadge(q.QueryRow(ctx, badgeSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return b, ErrNotFound
	}
	if err != nil {
		return b, err
	}
	cell, err := org.ByID(ctx, q, b.CellID)
	if err == nil && !u.Path.Contains(cell.Path) {
		err = ErrNotFound
	}
	return b, err
}

// GiveBadges records that proposed badges were given, with the decision, and tells the
// members. All or none: a badge that is no longer proposed is ErrChanged.
func (s *Service) GiveBadges(ctx context.Context, actor access.Actor, in GiveBadgesIn) error {
	in.By, in.Decision = viet.Clean(in.By), viet.Clean(in.Decision)
	if !MayGiveBadges(actor, in.Unit) {
		return access.ErrForbidden
	}
	if err := in.check(s.today()); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, ref := range in.Badges {
			b, err := badgeIn(ctx, tx, in.Unit, ref)
			if err != nil {
				return err
			}
			res, err := tx.Exec(ctx, giveBadgeSQL, ref.Part, ref.ID, in.On, in.By, in.Decision)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return orChanged(err)
			}
			if b.Kind == BadgePosthumous {
				continue
			}
			err = notify.Send(ctx, tx, notify.Notice{Kind: "member.badge_given", Href: "/members/me", Args: map[string]any{"Years": b.Years}},
				notify.To{Part: ref.Part, PersonID: b.PersonID})
			if err != nil {
				return err
			}
		}
		return s.auditBadges(ctx, tx, actor, "member.badge_give", in.Unit, len(in.Badges))
	})
}

// DropBadge takes back a proposal, or, by who records giving, a badge that was
// recorded by mistake.
func (s *Service) DropBadge(ctx context.Context, actor access.Actor, u org.Unit, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := badgeIn(ctx, tx, u, ref)
		if err != nil {
			return err
		}
		cell, err := org.ByID(ctx, tx, b.CellID)
		if err != nil {
			return err
		}
		if !actor.Can(access.RegisterKeep, cell.Access()) || b.State == BadgeGiven && !MayGiveBadges(actor, cell) {
			return access.ErrForbidden
		}
		res, err := tx.Exec(ctx, dropBadgeSQL, ref.Part, ref.ID, b.State)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || b.State == BadgeDropped {
			return orChanged(err)
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "member.badge_drop", Target: "badge", TargetID: ref.ID,
			Detail: map[string]any{"state": b.State},
		})
	})
}
