package member

import (
	"context"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// Why two records look like one person.
const (
	SameCard = "card"
	SameIDNo = "idno"
	SameName = "name" // folded name and day of birth
)

// Alike is several records that look like one person.
type Alike struct {
	Why     string
	Persons []Twin
}

// Twin is one of several records that look like one person. Numbers are masked.
type Twin struct {
	Person
	Home    Membership // the open home membership, or the last one
	Cell    org.Unit
	Unit    org.Unit
	List    []Membership // all
	Account bool
	IDMask  string // identity number, masked
	Kept    bool   // the cell keeps the telephone number from the reader
}

// PersonRef names the person's record.
func (t Twin) PersonRef() ident.Ref { return ident.Ref{Part: t.Part, ID: t.ID} }

// Open says whether the person is in a cell now.
func (t Twin) Open() bool { return t.Home.ID != 0 && t.Home.To.IsZero() }

const (
	twinFrom = ` FROM org p CROSS JOIN person f
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND f.part_id = p.id AND f.merged_into = 0`

	twinCardsSQL = `SELECT f.card, ''` + twinFrom + ` AND f.card <> '' GROUP BY f.card HAVING COUNT(*) > 1 ORDER BY f.card LIMIT $3`
	twinIDNosSQL = `SELECT f.idno_mac, ''` + twinFrom + ` AND f.idno_mac <> '' GROUP BY f.idno_mac HAVING COUNT(*) > 1 ORDER BY f.idno_mac LIMIT $3`
	twinNamesSQL = `SELECT f.fold, f.birth` + twinFrom + ` AND LENGTH(f.birth) = 10 GROUP BY f.fold, f.birth HAVING COUNT(*) > 1
 ORDER BY f.fold, f.birth LIMIT $3`

	byCardSQL = `SELECT f.part_id, f.id` + twinFrom + ` AND f.card = $3 AND $4 = '' ORDER BY f.id`
	byIDNoSQL = `SELECT f.part_id, f.id` + twinFrom + ` AND f.idno_mac = $3 AND $4 = '' ORDER BY f.id`
	byNameSQL = `SELECT f.part_id, f.id` + twinFrom + ` AND f.fold = $3 AND f.birth = $4 ORDER BY f.id`
)

// alikeMost bounds the list: who has more to look at begins with these.
const alikeMost = 100

// MayMerge says whether the actor joins records of members of the unit.
func MayMerge(actor access.Actor, u org.Unit) bool {
	return actor.Can(access.RegisterKeep, u.Access()) && actor.Can(access.Reveal, u.Access())
}

// AlikeIn gives records of the scope that look like one person, at most a hundred
// groups: the same card, the same identity number, or the same name and day of birth.
// Pairs that somebody found to be two persons are left out.
func (s *Service) AlikeIn(ctx context.Context, q db.Q, scope access.Scope) ([]Alike, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	var out []Alike
	seen := map[[2]int64]bool{}
	for _, way := range []struct{ why, keys, persons string }{
		{SameCard, twinCardsSQL, byCardSQL}, {SameIDNo, twinIDNosSQL, byIDNoSQL}, {SameName, twinNamesSQL, byNameSQL},
	} {
		keys, err := db.List(ctx, q, func(s db.Scanner) (k [2]string, err error) { return k, s.Scan(&k[0], &k[1]) }, way.keys,
			span.PartLo, span.PartHi, alikeMost)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			refs, err := db.List(ctx, q, func(s db.Scanner) (r ident.Ref, err error) { return r, s.Scan(&r.Part, &r.ID) }, way.persons,
				span.PartLo, span.PartHi, k[0], k[1])
			if err != nil {
				return nil, err
			}
			group, err := s.group(ctx, q, span, refs, seen)
			if err != nil {
				return nil, err
			}
			if len(group) > 1 && len(out) < alikeMost {
				out = append(out, Alike{way.why, group})
			}
		}
	}
	return out, nil
}

// group reads the persons who lie in the span. Whose every pair was seen in another
// group, or found to be two persons, is no group.
func (s *Service) group(ctx context.Context, q db.Q, span org.Span, refs []ident.Ref, seen map[[2]int64]bool) ([]Twin, error) {
	var list []Twin
	for _, ref := range refs {
		t, err := s.twin(ctx, q, ref)
		if err != nil {
			return nil, err
		}
		t.Phone = "" // a list of twins shows none, whoever keeps it
		if string(t.Cell.Path) >= span.Lo && string(t.Cell.Path) < span.Hi {
			list = append(list, t)
		}
	}
	fresh := false
	for i, a := range list {
		for _, b := range list[i+1:] {
			pair := [2]int64{a.ID, b.ID}
			if seen[pair] {
				continue
			}
			seen[pair] = true
			var n int
			if err := q.QueryRow(ctx, distinctSQL, a.Part, b.Part, a.ID, b.ID).Scan(&n); err != nil {
				return nil, err
			}
			fresh = fresh || n == 0
		}
	}
	if !fresh {
		return nil, nil
	}
	return list, nil
}

const distinctSQL = `SELECT COUNT(*) FROM person_pair
 WHERE part_id IN ($1, $2) AND state = 'distinct' AND (keep_id = $3 AND other_id = $4 OR keep_id = $4 AND other_id = $3)`

// twin reads one record for the comparison.
func (s *Service) twin(ctx context.Context, q db.Q, ref ident.Ref) (t Twin, err error) {
	if t.Person, err = PersonOf(ctx, q, ref.Part, ref.ID); err != nil {
		return t, err
	}
	if t.merged != 0 {
		return t, ErrNotFound
	}
	if t.List, err = db.List(ctx, q, scanMembership, allOfPersonSQL, ref.ID); err != nil {
		return t, err
	}
	for _, m := range t.List { // the newest first
		if m.Kind == KindHome && (t.Home.ID == 0 || m.To.IsZero() && !t.Home.To.IsZero()) {
			t.Home = m
		}
	}
	if t.Home.ID == 0 {
		return t, ErrNotFound
	}
	if t.Cell, err = org.ByID(ctx, q, t.Home.CellID); err != nil {
		return t, err
	}
	if t.Unit, err = org.ByID(ctx, q, t.Part); err != nil {
		return t, err
	}
	if _, err = account.ByPerson(ctx, q, ref.ID); err == nil {
		t.Account = true
	} else if fault.KindOf(err) != fault.NotFound {
		return t, err
	}
	idno, err := t.OpenIDNo(s.Keys)
	t.IDMask, t.Card, t.Phone = MaskIDNo(idno), MaskCard(t.Card), MaskPhone(t.Phone)
	return t, err
}

// Twins gives two records side by side, to who may join them.
func (s *Service) Twins(ctx context.Context, q db.Q, actor access.Actor, a, b ident.Ref) (x, y Twin, err error) {
	if a == b {
		return x, y, ErrNotFound
	}
	if x, err = s.twin(ctx, q, a); err != nil {
		return x, y, err
	}
	if y, err = s.twin(ctx, q, b); err != nil {
		return x, y, err
	}
	if !MayMerge(actor, x.Cell) || !MayMerge(actor, y.Cell) {
		return Twin{}, Twin{}, access.ErrForbidden
	}
	for _, t := range []*Twin{&x, &y} {
		_, kept, err := access.KeptFrom(ctx, q, actor, access.RegisterKeep, t.Cell.Access(), access.KeptContact)
		if err != nil {
			return x, y, err
		}
		if kept {
			t.Kept, t.Phone = true, ""
		}
	}
	return x, y, nil
}

// Compare is Twins for a page: that both records were looked at is noted.
func (s *Service) Compare(ctx context.Context, actor access.Actor, a, b ident.Ref) (x, y Twin, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		x, y, err = s.Twins(ctx, q, actor, a, b)
		return err
	})
	if err != nil {
		return x, y, err
	}
	return x, y, s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		for _, t := range []Twin{x, y} {
			err := audit.RecordReading(ctx, tx, reading(actor, access.RegisterKeep, t.Cell, audit.Reading{
				Part: t.Part, PersonID: t.ID, What: audit.ReadRecord, Reason: ReasonTwins,
			}))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReasonTwins stands in the log of readings for a look at two records that may be one
// person's: the key of a text.
const ReasonTwins = "member.reason.twins"

// ErrNoKeep says that nobody chose which record is kept.
func ErrNoKeep() error { return fault.Field("keep", "member.err.merge_keep") }

// States of a pair of records.
const (
	PairMerged   = "merged"
	PairUndone   = "undone"
	PairDistinct = "distinct"
)

// Pair is what was found about two records.
type Pair struct {
	Ref             ident.Ref
	KeepID, OtherID int64
	State           string
	Decider         string
	Day             civil.Date
	Keep, Other     string // names now
}

const (
	pairsSQL = `SELECT x.part_id, x.id, x.keep_id, x.other_id, x.state, x.decider, x.at, a.name, b.name
  FROM org p CROSS JOIN person_pair x
  LEFT JOIN person a ON a.part_id = x.part_id AND a.id = x.keep_id
  LEFT JOIN person b ON b.part_id = x.part_id AND b.id = x.other_id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND x.part_id = p.id AND x.state <> 'undone'
 ORDER BY x.id DESC LIMIT $3`
	insertPairSQL = `INSERT INTO person_pair (part_id, id, keep_id, other_id, state, detail, at, account_id, decider)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// Pairs gives what was found about pairs of records in the scope, newest first.
func Pairs(ctx context.Context, q db.Q, scope access.Scope, limit int) ([]Pair, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	return db.List(ctx, q, func(s db.Scanner) (p Pair, err error) {
		var at int64
		var keep, other *string
		err = s.Scan(&p.Ref.Part, &p.Ref.ID, &p.KeepID, &p.OtherID, &p.State, &p.Decider, &at, &keep, &other)
		p.Day = civil.From(time.UnixMilli(at))
		if keep != nil {
			p.Keep = *keep
		}
		if other != nil {
			p.Other = *other
		}
		return p, err
	}, pairsSQL, span.PartLo, span.PartHi, limit)
}

// Distinct notes that two records are two persons: they are not offered again.
func (s *Service) Distinct(ctx context.Context, actor access.Actor, a, b ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		x, y, err := s.Twins(ctx, tx, actor, a, b)
		if err != nil {
			return err
		}
		return s.insertPair(ctx, tx, actor, Pair{Ref: ident.Ref{Part: x.Part, ID: tx.ID()}, KeepID: x.ID, OtherID: y.ID, State: PairDistinct}, "{}")
	})
}

func (s *Service) insertPair(ctx context.Context, tx *db.Tx, actor access.Actor, p Pair, detail string) error {
	_, err := tx.Exec(ctx, insertPairSQL, p.Ref.Part, p.Ref.ID, p.KeepID, p.OtherID, p.State, detail, tx.NowMS(), actor.AccountID, actor.Name)
	if err != nil {
		return err
	}
	return s.auditPair(ctx, tx, actor, p)
}

// errParts says that two records lie in two parts, and where.
func errParts(x, y Twin) error {
	return fault.New(fault.Conflict, "member.err.merge_parts", "One", x.Unit.Name, "Two", y.Unit.Name)
}
