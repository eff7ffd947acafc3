package agenda

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// Taken is that a cell put a guidance on the agenda of a meeting.
type Taken struct {
	GuidanceID int64
	Meeting    ident.Ref
	ItemID     int64
	Day        civil.Date // of the meeting that dealt with it; zero: not yet
}

const takeSQL = `INSERT INTO guidance_taken (part_id, guidance_id, meeting_id, cell_id, item_id, by_account, at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`

// Take notes that a cell put a guidance on the agenda of a meeting, as the item, in the
// transaction of the caller, who checks the right. It gives the guidance; ErrNotFound when
// it does not hold for the cell on the day.
func Take(ctx context.Context, tx *db.Tx, actor access.Actor, id int64, cell org.Unit, meeting ident.Ref, itemID int64, day civil.Date) (Guidance, error) {
	g, err := guidanceByID(ctx, tx, id)
	if err != nil {
		return g, err
	}
	if !g.InForce(day) || !g.MeantFor(cell.Type) || !g.path.Contains(cell.Path) {
		return g, ErrNotFound
	}
	_, err = tx.Exec(ctx, takeSQL, meeting.Part, id, meeting.ID, cell.ID, itemID, actor.AccountID, tx.NowMS())
	return g, err
}

const (
	dropItemSQL    = `DELETE FROM guidance_taken WHERE part_id = $1 AND meeting_id = $2 AND item_id = $3`
	dropMeetingSQL = `DELETE FROM guidance_taken WHERE part_id = $1 AND meeting_id = $2`
)

// DropItem forgets that an item, which is taken off the agenda, was a guidance.
func DropItem(ctx context.Context, tx *db.Tx, meeting ident.Ref, itemID int64) error {
	_, err := tx.Exec(ctx, dropItemSQL, meeting.Part, meeting.ID, itemID)
	return err
}

// DropMeeting forgets the guidance of a meeting that is given up.
func DropMeeting(ctx context.Context, tx *db.Tx, meeting ident.Ref) error {
	_, err := tx.Exec(ctx, dropMeetingSQL, meeting.Part, meeting.ID)
	return err
}

const (
	dealtSQL   = `UPDATE guidance_taken SET day = $4 WHERE part_id = $1 AND meeting_id = $2 AND item_id = $3`
	undealtSQL = `DELETE FROM guidance_taken WHERE part_id = $1 AND meeting_id = $2 AND day = ''`
)

// Dealt notes, when a meeting is closed, with which of its items it has dealt. What it did
// not come to is open again for the next one.
func Dealt(ctx context.Context, tx *db.Tx, meeting ident.Ref, day civil.Date, items []int64) error {
	for _, id := range items {
		if _, err := tx.Exec(ctx, dealtSQL, meeting.Part, meeting.ID, id, day); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, undealtSQL, meeting.Part, meeting.ID)
	return err
}

const takenBySQL = `SELECT guidance_id, meeting_id, item_id, day FROM guidance_taken
 WHERE part_id = $1 AND cell_id = $2 ORDER BY at DESC LIMIT 500`

// takenBy gives what a cell took up, by guidance, the latest meeting of each.
func takenBy(ctx context.Context, q db.Q, cell org.Unit) (map[int64]Taken, error) {
	list, err := db.List(ctx, q, func(s db.Scanner) (t Taken, err error) {
		t.Meeting.Part = cell.PartID
		err = s.Scan(&t.GuidanceID, &t.Meeting.ID, &t.ItemID, &t.Day)
		return t, err
	}, takenBySQL, cell.PartID, cell.ID)
	out := make(map[int64]Taken, len(list))
	for _, t := range list {
		if _, known := out[t.GuidanceID]; !known {
			out[t.GuidanceID] = t
		}
	}
	return out, err
}

const guidanceOfSQL = `SELECT ` + guidanceColumns + `, t.item_id FROM guidance_taken t JOIN guidance g ON g.id = t.guidance_id JOIN org o ON o.id = g.org_id
 WHERE t.part_id = $1 AND t.meeting_id = $2`

// OfMeeting gives the guidance that stands on the agenda of a meeting, by item.
func OfMeeting(ctx context.Context, q db.Q, meeting ident.Ref) (map[int64]Guidance, error) {
	out := map[int64]Guidance{}
	_, err := db.List(ctx, q, func(s db.Scanner) (bool, error) {
		var item int64
		g, err := scanGuidance(with{s, &item})
		out[item] = g
		return true, err
	}, guidanceOfSQL, meeting.Part, meeting.ID)
	return out, err
}

// with scans one more column than scanGuidance knows of.
type with struct {
	db.Scanner
	more any
}

// Scan reads the row with the further column at its end.
func (w with) Scan(dest ...any) error { return w.Scanner.Scan(append(dest, w.more)...) }

// Open gives the guidance that holds for a cell on a day and which no meeting of the cell
// has taken up.
func Open(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) ([]Guidance, error) {
	all, err := InForce(ctx, q, cell, day)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	taken, err := takenBy(ctx, q, cell)
	var out []Guidance
	for _, g := range all {
		if _, has := taken[g.ID]; !has {
			out = append(out, g)
		}
	}
	return out, err
}

const countMeantSQL = `SELECT COUNT(*) FROM org o
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND (o.valid_to = '' OR o.valid_to > $3)
   AND ($4 = '' OR $4 LIKE '%,' || o.type || ',%' ESCAPE '!')`

// countTakenSQL begins with the cells that took it up, so that a small uptake is counted
// fast over a large tree.
const countTakenSQL = `SELECT COUNT(DISTINCT t.cell_id) FROM guidance_taken t JOIN org o ON o.id = t.cell_id
 WHERE t.guidance_id = $5 AND t.day <> '' AND o.path >= $1 AND o.path < $2 AND (o.valid_to = '' OR o.valid_to > $3)
   AND ($4 = '' OR $4 LIKE '%,' || o.type || ',%' ESCAPE '!')`

// counter counts the uptake of several guidances in one scope; the cells for which they
// are meant are counted once for each choice of types.
type counter struct {
	scope access.Scope
	day   civil.Date
	of    map[string]int
}

// count gives the cells of the scope that dealt with a guidance, and those for which it is
// meant.
func (c *counter) count(ctx context.Context, q db.Q, g Guidance) (cells, of int, err error) {
	lo, hi := c.scope.Range()
	types := joined(g.Types)
	of, known := c.of[types]
	if !known {
		if err = q.QueryRow(ctx, countMeantSQL, lo, hi, c.day, types).Scan(&of); err != nil {
			return 0, 0, err
		}
		if c.of == nil {
			c.of = map[string]int{}
		}
		c.of[types] = of
	}
	err = q.QueryRow(ctx, countTakenSQL, lo, hi, c.day, types, g.ID).Scan(&cells)
	return cells, of, err
}

// CellUptake is a cell for which a guidance is meant.
type CellUptake struct {
	OrgID   int64
	Name    string
	Upper   string // short name of the unit above
	Meeting ident.Ref
	Day     civil.Date // of the meeting that dealt with it; zero: none yet

	path string
}

// Opened is one guidance as its page shows it.
type Opened struct {
	Guidance
	Set     rulebook.Set
	Today   civil.Date
	Keep    bool
	Counted bool // the actor sees figures
	Cells   int
	Of      int
	Owning  org.Unit     // the unit that published it
	Under   org.Unit     // where they are counted
	List    []CellUptake // one page of cells, by the tree
	Next    string       // cursor of the next page; "" no more
}

const (
	cellsTakenSQL = `SELECT o.id, o.name, p.short, o.path, o.part_id, MAX(t.meeting_id), MAX(t.day) FROM org o
  JOIN guidance_taken t ON t.part_id = o.part_id AND t.cell_id = o.id AND t.guidance_id = $5 AND t.day <> ''
  JOIN org p ON p.id = o.parent_id
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND (o.valid_to = '' OR o.valid_to > $3)
   AND ($4 = '' OR $4 LIKE '%,' || o.type || ',%' ESCAPE '!') AND o.path > $6
 GROUP BY o.id, o.name, p.short, o.path, o.part_id ORDER BY o.path LIMIT $7`
	cellsOpenSQL = `SELECT o.id, o.name, p.short, o.path, o.part_id, 0, '' FROM org o
  JOIN org p ON p.id = o.parent_id
  LEFT JOIN guidance_taken t ON t.part_id = o.part_id AND t.cell_id = o.id AND t.guidance_id = $5 AND t.day <> ''
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND (o.valid_to = '' OR o.valid_to > $3)
   AND ($4 = '' OR $4 LIKE '%,' || o.type || ',%' ESCAPE '!') AND o.path > $6 AND t.guidance_id IS NULL
 ORDER BY o.path LIMIT $7`
)

// cellsOf is how many cells a page of the uptake has.
const cellsOf = 50

// Guidance gives one guidance to whoever reads at its unit or below, and to who reads
// figures there a page of the cells that dealt with it, or of those that did not. after is
// Opened.Next of the page before.
func (s *Service) Guidance(ctx context.Context, actor access.Actor, id int64, not bool, after string) (v Opened, err error) {
	v.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Guidance, err = guidanceByID(ctx, q, id); err != nil {
			return err
		}
		if !mayOpen(actor, v.path) {
			return access.ErrForbidden
		}
		owner, err := org.ByID(ctx, q, v.OrgID)
		if err != nil {
			return err
		}
		v.Owning = owner
		v.Set, v.Keep = s.Book.At(v.Today, owner.Path), MayKeep(actor.Quiet(), owner)
		scope, ok := countedIn(actor.Quiet(), owner)
		if v.Counted = ok; !ok {
			return nil
		}
		if v.Under, err = org.ByID(ctx, q, scope.Unit().ID); err != nil {
			return err
		}
		n := counter{scope: scope, day: v.Today}
		if v.Cells, v.Of, err = n.count(ctx, q, v.Guidance); err != nil {
			return err
		}
		return v.page(ctx, q, scope, not, after)
	})
	return v, err
}

func (v *Opened) page(ctx context.Context, q db.Q, scope access.Scope, not bool, after string) (err error) {
	query := cellsTakenSQL
	if not {
		query = cellsOpenSQL
	}
	lo, hi := scope.Range()
	v.List, err = db.List(ctx, q, func(s db.Scanner) (c CellUptake, err error) {
		err = s.Scan(&c.OrgID, &c.Name, &c.Upper, &c.path, &c.Meeting.Part, &c.Meeting.ID, &c.Day)
		return c, err
	}, query, lo, hi, v.Today, joined(v.Types), v.ID, after, cellsOf+1)
	if len(v.List) > cellsOf {
		v.List = v.List[:cellsOf]
		v.Next = v.List[cellsOf-1].path
	}
	return err
}
