package reorg

import (
	"context"
	"encoding/json"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Follower is a feature whose rows follow the tree. The composition root lists them;
// every function is optional and runs in the caller's transaction. What a function
// gives back besides the error is kept as JSON and handed to Undo when the item is
// taken back; nil needs no undoing. It holds ids and days, no names.
type Follower struct {
	Name string // required, the feature's

	// Founded is told that a unit began on the day.
	Founded unitTold
	// Transfer takes members from a cell to another on the day: one feature does it,
	// and gives the memberships that took the place of others.
	Transfer func(ctx context.Context, tx *db.Tx, t Transfer) ([]Pair, any, error)
	// Transferred is told what Transfer did.
	Transferred func(ctx context.Context, tx *db.Tx, t Transfer, pairs []Pair) (any, error)
	// Moved is told that a unit, with all below it, stands elsewhere from the day; its rows
	// went along.
	Moved unitTold
	// Ended is told that a unit ended on the day, after its members left.
	Ended unitTold
	// Undo takes back what one of the above did.
	Undo func(ctx context.Context, tx *db.Tx, note json.RawMessage) error

	// Weigh says what the given members of a cell are (nil: all) on the day, for the
	// rehearsal. A membership that is not open in the cell is a field error at "members".
	Weigh func(ctx context.Context, q db.Q, cell org.Unit, members []int64, day civil.Date) (figure.State, error)
	// Effects is asked what an act would change or meet.
	Effects func(ctx context.Context, q db.Q, a Asked) ([]Effect, error)
	// Later is asked what there is in the units since the day, in short marks that
	// change when the thing does. What was not there when the act was complete
	// stands in the way of taking it back.
	Later func(ctx context.Context, q db.Q, units []org.Unit, day civil.Date) ([]Sign, error)
	// Holds says whether the part has a row with the id, so that old addresses are
	// answered.
	Holds func(ctx context.Context, q db.Q, part, id int64) (bool, error)
}

// unitTold is told of a unit as it stands from the day.
type unitTold = func(ctx context.Context, tx *db.Tx, u org.Unit, day civil.Date) (any, error)

// Transfer is members on their way. From has ended when the whole cell goes; both
// cells are as they are now.
type Transfer struct {
	From, To org.Unit
	Members  []int64 // memberships; nil: all of the cell, guests too
	Day      civil.Date
}

// Pair is a membership that ended and the one in its place.
type Pair struct {
	Person int64 `json:"person"`
	Old    int64 `json:"old"`
	New    int64 `json:"new"`
}

// Asked is what a rehearsal asks the features about. Units are as they are before
// the act.
type Asked struct {
	Day     civil.Date
	Cells   []org.Unit // living cells that move, end, or take in members
	Rehomed []org.Unit // units whose rows go to another part
	Ended   []org.Unit
	Founded []org.Unit // as they will be
	// Leaving gives the cells that some or all members leave.
	Leaving []org.Unit
}

// Effect is one line of a rehearsal: a sentence by key, and what it counts.
type Effect struct {
	Key    string
	Args   map[string]any
	Blocks bool // it must be settled before the act
	Items  []EffectItem
}

// EffectItem is one of the things that an Effect counts.
type EffectItem struct {
	Label rulebook.Text // before the text, may be empty
	Text  string
	Href  string
}

// Sign is something that happened in a unit.
type Sign struct {
	Mark string // "roll/12:3": short, the same as long as the thing is the same
	Key  string // sentence by key, when it stands in the way
	Args map[string]any
	Href string
}

// note is what a follower gave back, as it is kept.
type note struct {
	Who  string          `json:"who"`
	Note json.RawMessage `json:"note"`
}

// notes collects them in the order in which they were made.
type notes []note

func (n *notes) add(who string, v any) error {
	if v == nil {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	*n = append(*n, note{Who: who, Note: data})
	return nil
}

// undo takes them back in reverse.
func (s *Service) undo(ctx context.Context, tx *db.Tx, text string) error {
	var n notes
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return err
	}
	for i := len(n) - 1; i >= 0; i-- {
		for _, f := range s.Followers {
			if f.Name == n[i].Who && f.Undo != nil {
				if err := f.Undo(ctx, tx, n[i].Note); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// transfer moves the members and tells everybody who follows.
func (s *Service) transfer(ctx context.Context, tx *db.Tx, t Transfer, n *notes) error {
	var pairs []Pair
	for _, f := range s.Followers {
		if f.Transfer == nil {
			continue
		}
		moved, v, err := f.Transfer(ctx, tx, t)
		if err != nil {
			return err
		}
		if err := n.add(f.Name, v); err != nil {
			return err
		}
		pairs = append(pairs, moved...)
	}
	if len(pairs) == 0 {
		return nil
	}
	for _, f := range s.Followers {
		if f.Transferred == nil {
			continue
		}
		v, err := f.Transferred(ctx, tx, t, pairs)
		if err != nil {
			return err
		}
		if err := n.add(f.Name, v); err != nil {
			return err
		}
	}
	return nil
}
