package agenda

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// Share is the minutes of one kind of content in a meeting.
type Share struct {
	Content        string // rulebook content kind
	Planned, Spent int    // minutes
}

// Balance is what a closed meeting spent its minutes on.
type Balance struct {
	Meeting  ident.Ref
	CellID   int64
	CellType string
	Kind     string // of meeting
	Month    civil.Month
	Shares   []Share
}

// encode writes shares as they are stored: 'learning 5 4 review 10 12'.
func encode(list []Share) string {
	var b strings.Builder
	for _, s := range list {
		if s.Content == "" || strings.ContainsAny(s.Content, " \t\n") || s.Planned == 0 && s.Spent == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s %d %d", s.Content, s.Planned, s.Spent)
	}
	return b.String()
}

func decode(s string) []Share {
	words := strings.Fields(s)
	out := make([]Share, 0, len(words)/3)
	for i := 0; i+2 < len(words); i += 3 {
		planned, err1 := strconv.Atoi(words[i+1])
		spent, err2 := strconv.Atoi(words[i+2])
		if err1 == nil && err2 == nil {
			out = append(out, Share{words[i], planned, spent})
		}
	}
	return out
}

const insertBalanceSQL = `INSERT INTO agenda_balance (part_id, meeting_id, cell_id, cell_type, kind, month, shares)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

func (b Balance) row() []any {
	return []any{b.Meeting.Part, b.Meeting.ID, b.CellID, b.CellType, b.Kind, b.Month, encode(b.Shares)}
}

// PutBalance keeps what a meeting spent its minutes on, in the transaction that closes it.
func PutBalance(ctx context.Context, tx *db.Tx, b Balance) error {
	_, err := tx.Exec(ctx, insertBalanceSQL, b.row()...)
	return err
}

// PutBalances keeps those of many meetings at once, for sample data and imports.
func PutBalances(ctx context.Context, tx *db.Tx, list []Balance) error {
	rows := make([][]any, len(list))
	for i, b := range list {
		rows[i] = b.row()
	}
	return db.Many(ctx, tx, insertBalanceSQL, rows)
}

// Quartiles is how the share of a kind of content lies in other cells, in thousandths of
// the minutes: a quarter of the meetings has less than Low, a quarter more than High.
type Quartiles struct{ Low, Median, High int }

// Spread is how the shares lie in other cells of a type.
type Spread struct {
	Under    string // name of the unit whose cells they are
	Cells    int
	Meetings int
	From, To civil.Month
	Of       map[string]Quartiles // by kind of content; only those that weigh
}

// Known says whether there are enough cells to compare with.
func (s Spread) Known() bool { return s.Meetings > 0 }

// meetingsMost bounds what one spread reads.
const meetingsMost = 5000

const spreadSQL = `SELECT b.cell_id, b.shares FROM org o JOIN agenda_balance b ON b.part_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND o.part_id = o.id AND b.cell_type = $3 AND b.kind = $4 AND b.month >= $5 AND b.month <= $6
   AND b.cell_id <> $7 LIMIT $8`

// SpreadFor gives how the shares of minutes spent lie in the other cells of the cell's
// type, over the months before and with the one given: in the smallest unit above it that
// has as many such cells as the rulebook asks for. Unknown when there is none.
func SpreadFor(ctx context.Context, q db.Q, set rulebook.Set, cell org.Unit, kind string, month civil.Month) (Spread, error) {
	least, months := set.Int(rulebook.BalanceSpreadMinCells), set.Int(rulebook.BalanceSpreadMonths)
	if least == 0 || months == 0 {
		return Spread{}, nil
	}
	above, err := org.Ancestors(ctx, q, cell)
	if err != nil {
		return Spread{}, err
	}
	slices.Reverse(above)
	s := Spread{From: month.Add(1 - months), To: month}
	for _, u := range above {
		if u.Depth > partDepth(above, cell.PartID) { // rows lie together from the part up
			continue
		}
		lo, hi := u.Path.Range()
		cells := map[int64]bool{}
		list, err := db.List(ctx, q, func(r db.Scanner) (string, error) {
			var id int64
			var shares string
			err := r.Scan(&id, &shares)
			cells[id] = true
			return shares, err
		}, spreadSQL, lo, hi, cell.Type, kind, s.From, s.To, cell.ID, meetingsMost)
		if err != nil {
			return Spread{}, err
		}
		if len(cells) >= least {
			s.Under, s.Cells = u.Name, len(cells)
			s.fill(set, list)
			return s, nil
		}
	}
	return Spread{}, nil
}

func partDepth(above []org.Unit, part int64) int {
	for _, u := range above {
		if u.ID == part {
			return u.Depth
		}
	}
	return 1 << 30
}

func (s *Spread) fill(set rulebook.Set, list []string) {
	thousandths := map[string][]int{}
	kinds := set.ContentKinds()
	for _, text := range list {
		minutes, all := map[string]int{}, 0
		for _, x := range decode(text) {
			if weighs(kinds, x.Content) {
				minutes[x.Content] += x.Spent
				all += x.Spent
			}
		}
		if all == 0 {
			continue
		}
		s.Meetings++
		for _, k := range kinds {
			if k.Weighs {
				thousandths[k.Code] = append(thousandths[k.Code], minutes[k.Code]*1000/all)
			}
		}
	}
	s.Of = make(map[string]Quartiles, len(thousandths))
	for code, all := range thousandths {
		s.Of[code] = quartiles(all)
	}
}

func weighs(kinds []rulebook.ContentKind, code string) bool {
	return slices.ContainsFunc(kinds, func(k rulebook.ContentKind) bool { return k.Code == code && k.Weighs })
}

// quartiles gives those of a list by the nearest rank.
func quartiles(list []int) Quartiles {
	if len(list) == 0 {
		return Quartiles{}
	}
	slices.Sort(list)
	at := func(num int) int { return list[(len(list)*num+3)/4-1] }
	return Quartiles{at(1), at(2), at(3)}
}
