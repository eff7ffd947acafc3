package office

import (
	"context"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/notify"
	"chibo/org"
)

const standinColumns = `SELECT s.id, s.org_id, o.short, s.office_id, s.title, s.giver_id, s.giver_name, s.giver_part, s.person_id,
  s.person_name, s.person_part, s.duties, s.reason, s.from_day, s.to_day, s.ended_how, s.made_at
  FROM standin s JOIN org o ON o.id = s.org_id`

func scanStandin(r db.Scanner) (Standin, error) {
	var s Standin
	var duties string
	var made int64
	err := r.Scan(&s.ID, &s.OrgID, &s.Unit, &s.OfficeID, &s.Title, &s.GiverID, &s.Giver, &s.GiverPart, &s.PersonID,
		&s.Person, &s.PersonPart, &duties, &s.Reason, &s.From, &s.To, &s.EndedHow, &made)
	s.Duties, s.MadeAt = strings.Fields(duties), time.UnixMilli(made).UTC()
	return s, err
}

const (
	standinSQL     = standinColumns + ` WHERE s.id = $1`
	standinsOfSQL  = standinColumns + ` WHERE s.giver_id = $1 OR s.person_id = $1 ORDER BY s.to_day DESC, s.id DESC LIMIT 100`
	standinsInSQL  = standinColumns + ` WHERE s.org_id = $1 ORDER BY s.to_day DESC, s.id DESC LIMIT 100`
	standinsAtSQL  = standinColumns + ` WHERE o.parent_id = $1 AND s.to_day > $2 ORDER BY o.seq, o.id, s.from_day LIMIT 500`
	standinsOffSQL = standinColumns + ` WHERE s.office_id = $1 AND s.to_day > $2`
)

// StandinByID gives a charge, or ErrNoStandin. It checks no right.
func StandinByID(ctx context.Context, q db.Q, id int64) (Standin, error) {
	s, err := scanStandin(q.QueryRow(ctx, standinSQL, id))
	if db.NoRows(err) {
		return s, ErrNoStandin
	}
	return s, err
}

// StandinsOf gives the charges that a person gave or holds, the latest first.
func StandinsOf(ctx context.Context, q db.Q, personID int64) ([]Standin, error) {
	return db.List(ctx, q, scanStandin, standinsOfSQL, personID)
}

// StandinsIn gives the charges of a unit's posts, the latest first.
func StandinsIn(ctx context.Context, q db.Q, orgID int64) ([]Standin, error) {
	return db.List(ctx, q, scanStandin, standinsInSQL, orgID)
}

// StandinsBelow gives the charges that are not over in the units directly below those
// whose secretary the person is: the secretary above sees them.
func StandinsBelow(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Standin, error) {
	posts, err := OfPerson(ctx, q, personID, day)
	if err != nil {
		return nil, err
	}
	var out []Standin
	for _, p := range posts {
		if p.Title != Secretary {
			continue
		}
		list, err := db.List(ctx, q, scanStandin, standinsAtSQL, p.OrgID, day)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// WithdrawStandin ends a charge from today on: the giver or the secretary above takes
// it back, the stand-in gives it back. ErrNoStandin for everybody else; one that is
// over stays as it is.
func (s *Service) WithdrawStandin(ctx context.Context, actor access.Actor, id int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		x, err := StandinByID(ctx, tx, id)
		if err != nil {
			return err
		}
		how := StandinWithdrawn
		switch {
		case actor.PersonID == 0:
			return ErrNoStandin
		case x.PersonID == actor.PersonID:
			how = StandinDeclined
		case x.GiverID != actor.PersonID:
			below, err := StandinsBelow(ctx, tx, actor.PersonID, tx.Today())
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(below, func(b Standin) bool { return b.ID == id }) {
				return ErrNoStandin
			}
		}
		if !x.Open(tx.Today()) {
			return nil
		}
		unit, err := org.ByID(ctx, tx, x.OrgID)
		if err != nil {
			return err
		}
		if err := endStandin(ctx, tx, x, tx.Today(), how, actor.AccountID); err != nil {
			return err
		}
		n := notify.Notice{Kind: "standin.ended", Href: standinsHref, Args: map[string]any{"Giver": x.Giver, "Person": x.Person, "Unit": unit.Name}}
		var told []notify.To
		for _, to := range []notify.To{{Part: x.GiverPart, PersonID: x.GiverID}, {Part: x.PersonPart, PersonID: x.PersonID}} {
			if to.PersonID != actor.PersonID {
				told = append(told, to)
			}
		}
		if err := notify.Send(ctx, tx, n, told...); err != nil {
			return err
		}
		return recordStandin(ctx, tx, actor, unit, "standin.end", id, map[string]any{"how": how})
	})
}

const endStandinSQL = `UPDATE standin SET to_day = CASE WHEN from_day > $2 THEN from_day ELSE $2 END, ended_how = $3, ended_by = $4, ended_at = $5
 WHERE id = $1 AND to_day > $2`

func endStandin(ctx context.Context, tx *db.Tx, x Standin, day civil.Date, how string, account int64) error {
	if _, err := tx.Exec(ctx, endStandinSQL, x.ID, day, how, account, tx.NowMS()); err != nil {
		return err
	}
	return access.EndGrants(ctx, tx, access.FromStandin, x.ID, day)
}

// endStandinsOf ends the charges that rest on a post which ends on the day.
func endStandinsOf(ctx context.Context, tx *db.Tx, officeID int64, day civil.Date) error {
	list, err := db.List(ctx, tx, scanStandin, standinsOffSQL, officeID, day)
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := endStandin(ctx, tx, x, day, StandinPost, 0); err != nil {
			return err
		}
	}
	return nil
}
