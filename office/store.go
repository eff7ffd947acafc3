package office

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
)

const columns = `SELECT f.part_id, f.id, f.org_id, f.person_id, f.membership_id, f.name, f.title, f.body, f.from_day, f.to_day, f.how, f.source
  FROM office f`

func scanHolder(s db.Scanner) (Holder, error) {
	var h Holder
	err := s.Scan(&h.Part, &h.ID, &h.OrgID, &h.PersonID, &h.MembershipID, &h.Name, &h.Title, &h.Body, &h.From, &h.To, &h.How, &h.Source)
	return h, err
}

const holdersSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 AND f.from_day <= $3 AND (f.to_day = '' OR f.to_day > $3)`

// Holders gives who holds a post in the unit on the day: secretary, deputies,
// standing board, committee, follower, staff, and within a title in the order of
// names.
func Holders(ctx context.Context, q db.Q, part, orgID int64, day civil.Date) ([]Holder, error) {
	list, err := db.List(ctx, q, scanHolder, holdersSQL, part, orgID, day)
	slices.SortFunc(list, func(a, b Holder) int {
		if d := rank(a.Title) - rank(b.Title); d != 0 {
			return d
		}
		return strings.Compare(viet.SortKey(a.Name), viet.SortKey(b.Name))
	})
	return list, err
}

// HolderOf gives the first holder of a title in the unit on the day, or ErrNobody.
func HolderOf(ctx context.Context, q db.Q, part, orgID int64, title string, day civil.Date) (Holder, error) {
	list, err := Holders(ctx, q, part, orgID, day)
	if err != nil {
		return Holder{}, err
	}
	for _, h := range list {
		if h.Title == title {
			return h, nil
		}
	}
	return Holder{}, ErrNobody
}

// Committee gives the persons who lead the cell on the day: the cell committee, or
// secretary and deputy where there is none (rules.md 2.08).
func Committee(ctx context.Context, q db.Q, part, cellID int64, day civil.Date) ([]Holder, error) {
	list, err := Holders(ctx, q, part, cellID, day)
	return slices.DeleteFunc(list, func(h Holder) bool { return rank(h.Title) > rank(CommitteeMember) }), err
}

// HasCommittee says whether the cell has a cell committee on the day.
func HasCommittee(ctx context.Context, q db.Q, part, cellID int64, day civil.Date) (bool, error) {
	list, err := Committee(ctx, q, part, cellID, day)
	return slices.ContainsFunc(list, func(h Holder) bool {
		return h.Body == BodyCellCommittee || h.Title == CommitteeMember
	}), err
}

const ofPersonSQL = columns + ` WHERE f.person_id = $1 AND f.from_day <= $2 AND (f.to_day = '' OR f.to_day > $2) ORDER BY f.org_id, f.id`

// OfPerson gives the posts that a person holds on the day, in any unit.
func OfPerson(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Holder, error) {
	return db.List(ctx, q, scanHolder, ofPersonSQL, personID, day)
}

// NewOffice is a post to be given.
type NewOffice struct {
	Unit         org.Unit // required
	PersonID     int64    // required
	MembershipID int64    // of a post in the own cell
	Name         string   // required: as of now
	Title        string   // required
	Body         string
	From         civil.Date // required
	To           civil.Date
	How          string // zero: Elected
	Source       string // what it rests on, in words; "" not noted
}

// Check gives the field errors.
func (n NewOffice) Check() error {
	var f fault.Fields
	if rank(n.Title) < 0 {
		f.Add("title", "office.err.title")
	}
	if n.PersonID == 0 {
		f.Add("person", "office.err.person_empty")
	}
	if n.From.IsZero() {
		f.Add("day", "office.err.day_empty")
	}
	if !n.To.IsZero() && !n.From.Before(n.To) {
		f.Add("to", "office.err.to_before_from")
	}
	return f.Err()
}

const insertSQL = `INSERT INTO office (part_id, id, org_id, person_id, membership_id, name, title, body, from_day, to_day, how, source)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// grantSource marks the rights that come from a post.
const grantSource = access.FromOffice

// Appoint gives a person a post with the rights that go with it, in the caller's
// transaction, which has checked the right to do so and the rules; it gives the id.
func Appoint(ctx context.Context, tx *db.Tx, n NewOffice) (int64, error) {
	return AppointAll(ctx, tx, []NewOffice{n})
}

// AppointAll is Appoint for many, for an import or the sample data; it gives the id
// of the last.
func AppointAll(ctx context.Context, tx *db.Tx, list []NewOffice) (int64, error) {
	rows := make([][]any, 0, len(list))
	grants := make([]access.NewGrant, 0, len(list))
	var id int64
	for _, n := range list {
		if err := n.Check(); err != nil {
			return 0, err
		}
		if n.How == "" {
			n.How = Elected
		}
		id = tx.ID()
		rows = append(rows, []any{
			n.Unit.PartID, id, n.Unit.ID, n.PersonID, n.MembershipID, viet.Clean(n.Name), n.Title, n.Body, n.From, n.To, n.How, n.Source,
		})
		for _, r := range roles(n.Unit, n.Title) {
			grants = append(grants, access.NewGrant{
				PersonID: n.PersonID, Role: r, OrgID: n.Unit.ID, From: n.From, To: n.To, Source: grantSource, SourceID: id,
			})
		}
	}
	if err := db.Many(ctx, tx, insertSQL, rows); err != nil {
		return 0, err
	}
	return id, access.AddGrants(ctx, tx, grants)
}

const endSQL = `UPDATE office SET to_day = $3 WHERE part_id = $1 AND id = $2 AND (to_day = '' OR to_day > $3)`

// End ends a post on the day, the first one without it, with its rights. A post that
// has ended before stays as it is.
func End(ctx context.Context, tx *db.Tx, h Holder, day civil.Date) error {
	if _, err := tx.Exec(ctx, endSQL, h.Part, h.ID, day); err != nil {
		return err
	}
	if err := endStandinsOf(ctx, tx, h.ID, day); err != nil {
		return err
	}
	return access.EndGrants(ctx, tx, grantSource, h.ID, day)
}
