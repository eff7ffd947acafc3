package agenda

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// Guidance is a matter that a committee asks the cells below to talk about (rules.md 2.11).
type Guidance struct {
	ID      int64
	OrgID   int64
	Owner   string // name of the unit
	Short   string
	Title   string
	Text    string
	Link    string // of the paper; may be empty
	Content string // rulebook content kind
	Minutes int    // proposed on the agenda
	From    civil.Date
	Until   civil.Date // last day; zero: without end
	Types   []string   // of cells; empty: every type
	By      string     // who published it
	At      int64      // UTC milliseconds

	WithdrawnAt   int64 // 0: not
	WithdrawnName string

	path tree.Path // of the unit
}

// InForce says whether the guidance holds on a day.
func (g Guidance) InForce(day civil.Date) bool {
	return g.WithdrawnAt == 0 && !day.Before(g.From) && (g.Until.IsZero() || !day.After(g.Until))
}

// MeantFor says whether the guidance is for a type of cell.
func (g Guidance) MeantFor(cellType string) bool {
	return len(g.Types) == 0 || slices.Contains(g.Types, cellType)
}

const guidanceColumns = `g.id, g.org_id, o.name, o.short, o.path, g.title, g.text, g.link, g.content, g.minutes, g.from_day, g.until_day,
       g.cell_types, g.by_name, g.at, g.withdrawn_at, g.withdrawn_name`

func scanGuidance(s db.Scanner) (g Guidance, err error) {
	var types, path string
	err = s.Scan(&g.ID, &g.OrgID, &g.Owner, &g.Short, &path, &g.Title, &g.Text, &g.Link, &g.Content, &g.Minutes, &g.From, &g.Until,
		&types, &g.By, &g.At, &g.WithdrawnAt, &g.WithdrawnName)
	g.path = tree.Path(path)
	g.Types = strings.FieldsFunc(types, func(r rune) bool { return r == ',' })
	return g, err
}

// joined writes types as they are stored: between commas, so that one is found by LIKE.
func joined(types []string) string {
	if len(types) == 0 {
		return ""
	}
	return "," + strings.Join(types, ",") + ","
}

const guidanceForSQL = `SELECT ` + guidanceColumns + ` FROM guidance g JOIN org o ON o.id = g.org_id
 WHERE g.org_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11) AND g.withdrawn_at = 0 AND g.from_day <= $1 AND (g.until_day = '' OR g.until_day >= $1)
   AND (g.cell_types = '' OR g.cell_types LIKE $2 ESCAPE '!')
 ORDER BY o.depth, g.from_day DESC, g.id DESC LIMIT 50`

// InForce gives the guidance that holds for a cell on a day, that of the highest
// committee first, 50 at most.
func InForce(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) ([]Guidance, error) {
	return db.List(ctx, q, scanGuidance, guidanceForSQL, append([]any{day, "%," + cell.Type + ",%"}, lineage(cell.Path)...)...)
}

const guidanceSQL = `SELECT ` + guidanceColumns + ` FROM guidance g JOIN org o ON o.id = g.org_id WHERE g.id = $1`

func guidanceByID(ctx context.Context, q db.Q, id int64) (Guidance, error) {
	g, err := scanGuidance(q.QueryRow(ctx, guidanceSQL, id))
	if db.NoRows(err) {
		return Guidance{}, ErrNotFound
	}
	return g, err
}

const publishedSQL = `SELECT ` + guidanceColumns + ` FROM guidance g JOIN org o ON o.id = g.org_id
 WHERE g.org_id = $1 AND g.id < $2 ORDER BY g.id DESC LIMIT $3`

// aboveGuidanceSQL has what the units above gave out and is not over.
const aboveGuidanceSQL = `SELECT ` + guidanceColumns + ` FROM guidance g JOIN org o ON o.id = g.org_id
 WHERE g.org_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11) AND g.org_id <> $2 AND g.withdrawn_at = 0 AND (g.until_day = '' OR g.until_day >= $1)
 ORDER BY o.depth, g.from_day DESC, g.id DESC LIMIT 100`

// PublishIn is a new guidance.
type PublishIn struct {
	OrgID   int64
	Title   string
	Text    string
	Link    string
	Content string
	Minutes int
	From    civil.Date
	Until   civil.Date // zero: without end
	Types   []string   // empty: every type
	Op      string     // made on the device
}

const guidanceOpSQL = `SELECT COUNT(*) FROM guidance WHERE org_id = $1 AND op = $2`

const insertGuidanceSQL = `INSERT INTO guidance (id, org_id, title, text, link, content, minutes, from_day, until_day, cell_types, by_account, by_name, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// Publish gives out a guidance to the cells of the unit. Said again with the same Op it
// does nothing. Errors: fields title, text, link, content, minutes, from, until, types, op.
func (s *Service) Publish(ctx context.Context, actor access.Actor, in PublishIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := s.own(ctx, tx, actor, in.OrgID)
		if err != nil {
			return err
		}
		if done, err := exists(ctx, tx, guidanceOpSQL, u.ID, in.Op); done || err != nil {
			return err
		}
		if err := in.check(tx.Today(), s.Book.At(tx.Today(), u.Path)); err != nil {
			return err
		}
		id := tx.ID()
		_, err = tx.Exec(ctx, insertGuidanceSQL, id, u.ID, in.Title, in.Text, in.Link, in.Content, in.Minutes, in.From, in.Until,
			joined(in.Types), actor.AccountID, actor.Name, tx.NowMS(), in.Op)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "agenda.guidance", Target: "unit", TargetID: u.ID,
			Detail: map[string]any{"guidance": id, "from": in.From.String(), "until": in.Until.String()},
		})
	})
}

func (in *PublishIn) check(today civil.Date, set rulebook.Set) error {
	var f fault.Fields
	in.Title, in.Link = viet.Clean(in.Title), strings.TrimSpace(in.Link)
	in.Text = strings.TrimSpace(in.Text)
	text(&f, "title", in.Title, titleMost, true)
	text(&f, "text", in.Text, textMost, false)
	text(&f, "link", in.Link, linkMost, false)
	if !goodLink(in.Link) {
		f.Add("link", "agenda.err.link")
	}
	if !KnownContent(set, in.Content) {
		f.Add("content", "agenda.err.content")
	}
	if in.Minutes < 1 || in.Minutes > minutesMost {
		f.Add("minutes", "agenda.err.minutes", "Most", minutesMost)
	}
	checkFrom(&f, "from", today, in.From)
	if !in.Until.IsZero() && (!in.Until.IsDay() || in.Until.Before(in.From)) {
		f.Add("until", "agenda.err.until")
	}
	in.Types = slices.Compact(slices.Sorted(slices.Values(in.Types)))
	for _, t := range in.Types {
		if !has(set.CellTypes(), t) {
			f.Add("types", "agenda.err.type")
			break
		}
	}
	if len(in.Op) < 8 || len(in.Op) > 64 {
		f.Add("op", "agenda.err.op")
	}
	return f.Err()
}

// goodLink says whether a link leads to a paper of this program or to a page of the web.
func goodLink(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || strings.ContainsAny(s, " \t\n\\") {
		return false
	}
	if u.Scheme == "https" || u.Scheme == "http" {
		return u.Host != "" && u.User == nil
	}
	return u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/documents/")
}

const withdrawSQL = `UPDATE guidance SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_name = $4 WHERE id = $1 AND withdrawn_at = 0`

// Withdraw takes a guidance back: no cell is asked any more. What was put on an agenda
// stays there. Done twice, it does nothing the second time. It gives the unit.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id int64) (orgID int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		g, err := guidanceByID(ctx, tx, id)
		if err != nil {
			return err
		}
		u, err := s.own(ctx, tx, actor, g.OrgID)
		if err != nil || g.WithdrawnAt != 0 {
			orgID = g.OrgID
			return err
		}
		orgID = u.ID
		if _, err := tx.Exec(ctx, withdrawSQL, id, tx.NowMS(), actor.AccountID, actor.Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "agenda.guidance_back", Target: "unit", TargetID: u.ID,
			Detail: map[string]any{"guidance": id},
		})
	})
	return orgID, err
}

// Published is a unit's page of guidance.
type Published struct {
	Unit  org.Unit
	Set   rulebook.Set
	Day   civil.Date
	Own   []Counted // given out by the unit, the latest first
	More  int64     // cursor of the next page of Own; 0: no more
	Above []Guidance
	Taken map[int64]Taken // of a cell: by guidance
	Keep  bool
}

// Counted is a guidance with how many cells took it up.
type Counted struct {
	Guidance
	Cells, Of int // that took it up; for which it is meant
	Counted   bool
}

// pageOf is how many lines a page has.
const pageOf = 20

// Guidances gives what a unit gave out and what those above gave out and is not over, to
// whoever may read there or below. before is Published.More of the page before, 0 the first.
func (s *Service) Guidances(ctx context.Context, actor access.Actor, orgID, before int64) (v Published, err error) {
	v.Day = civil.From(s.DB.Clock().Now())
	if before <= 0 {
		before = 1 << 62
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, orgID); err != nil {
			return err
		}
		if !mayOpen(actor, v.Unit.Path) {
			return access.ErrForbidden
		}
		v.Set, v.Keep = s.Book.At(v.Day, v.Unit.Path), MayKeep(actor.Quiet(), v.Unit)
		own, err := db.List(ctx, q, scanGuidance, publishedSQL, orgID, before, pageOf+1)
		if err != nil {
			return err
		}
		if len(own) > pageOf {
			own = own[:pageOf]
			v.More = own[pageOf-1].ID
		}
		scope, counts := countedIn(actor, v.Unit)
		n := counter{scope: scope, day: v.Day}
		for _, g := range own {
			c := Counted{Guidance: g, Counted: counts}
			if counts {
				if c.Cells, c.Of, err = n.count(ctx, q, g); err != nil {
					return err
				}
			}
			v.Own = append(v.Own, c)
		}
		if v.Above, err = db.List(ctx, q, scanGuidance, aboveGuidanceSQL, append([]any{v.Day, orgID}, lineage(v.Unit.Path)...)...); err != nil {
			return err
		}
		if v.Unit.IsCell() {
			v.Above = slices.DeleteFunc(v.Above, func(g Guidance) bool { return !g.MeantFor(v.Unit.Type) })
			v.Taken, err = takenBy(ctx, q, v.Unit)
		}
		return err
	})
	return v, err
}
