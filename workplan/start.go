package workplan

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// filling lets many items come into a draft at once; what is in the plan already does
// not come again.
func (s *Service) filling(ctx context.Context, actor access.Actor, cellID int64, year int, op, kind string,
	gather func(tx *db.Tx, cell org.Unit, body []member.OnDay) ([]Item, error),
) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, p, err := s.writing(ctx, tx, actor, cellID, year)
		if err != nil {
			return err
		}
		if again, err := stepped(ctx, tx, cell.PartID, op, actor.AccountID); err != nil || again {
			return err
		}
		if p.Approved() {
			return ErrApproved
		}
		body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
		if err != nil {
			return err
		}
		list, err := gather(tx, cell, body)
		if err != nil {
			return err
		}
		had, err := itemsOf(ctx, tx, p.Ref)
		if err != nil {
			return err
		}
		var fresh []Item
		for _, i := range list {
			if slices.ContainsFunc(had, i.same) {
				continue
			}
			i.Ref, i.PlanID, i.CellID = ident.Ref{Part: p.Ref.Part, ID: tx.ID()}, p.Ref.ID, cell.ID
			fresh = append(fresh, i)
		}
		n = len(fresh)
		if n == 0 {
			return nil
		}
		if err := hasRoom(ctx, tx, p, n); err != nil {
			return err
		}
		if err := insertItems(ctx, tx, fresh); err != nil {
			return err
		}
		return s.done(ctx, tx, act{actor: actor, plan: p, op: op}, kind, 0, Step{Kind: kind, Became: count(n)})
	})
	return n, err
}

// same says whether two items mean the same: the same words in the same month, or the
// same occasion there.
func (i Item) same(o Item) bool {
	return i.From == o.From && (i.Title == o.Title || i.Source == o.Source && i.Source != FromOwn && i.Source != FromLast)
}

// TakeLast takes the items of the year before over into the draft of a year: months kept,
// who has left is in charge no longer, nothing told yet. It gives how many came. Errors:
// ErrApproved, ErrNothingLast.
func (s *Service) TakeLast(ctx context.Context, actor access.Actor, cellID int64, year int, op string) (int, error) {
	return s.filling(ctx, actor, cellID, year, op, StepLast, func(tx *db.Tx, cell org.Unit, body []member.OnDay) ([]Item, error) {
		last, err := planOf(ctx, tx, cell.PartID, cell.ID, year-1)
		if err != nil {
			return nil, err
		}
		had, err := itemsOf(ctx, tx, last.Ref)
		if err != nil {
			return nil, err
		}
		var out []Item
		for _, i := range had {
			if i.Dropped == "" {
				out = append(out, i.over(body))
			}
		}
		if len(out) == 0 {
			return nil, ErrNothingLast
		}
		return out, nil
	})
}

// over is the item as it comes into the plan of the next year.
func (i Item) over(body []member.OnDay) Item {
	next := Item{
		From: i.From.Add(12), To: i.To.Add(12), Title: i.Title, Content: i.Content, WhoID: i.WhoID, WhoName: nameOf(body, i.WhoID), Product: i.Product,
		Note: i.Note, Source: FromLast,
	}
	if next.WhoName == "" {
		next.WhoID = 0
	}
	return next
}

// TakeOccasions puts yearly matters of the rulebook, by their codes, into the draft of a
// year. It gives how many items came. Field error: codes. ErrApproved.
func (s *Service) TakeOccasions(ctx context.Context, actor access.Actor, cellID int64, year int, codes []string, op string) (int, error) {
	return s.filling(ctx, actor, cellID, year, op, StepOccasions, func(tx *db.Tx, cell org.Unit, _ []member.OnDay) ([]Item, error) {
		var out []Item
		for _, o := range s.Book.At(tx.Today(), cell.Path).Occasions(cell.Type) {
			if slices.Contains(codes, o.Code) {
				out = append(out, itemsFor(o, year)...)
			}
		}
		if len(out) == 0 {
			return nil, fault.Field("codes", "workplan.err.codes")
		}
		return out, nil
	})
}

// itemsFor makes the items of an occasion in a year, one for each span of months.
func itemsFor(o rulebook.Occasion, year int) []Item {
	out := make([]Item, len(o.Months))
	for n, m := range o.Months {
		out[n] = Item{
			From: civil.Month(year*100 + m.From), To: civil.Month(year*100 + m.To), Title: o.Title.Vi, Content: o.Content, Product: o.Product.Vi, Source: o.Code,
		}
	}
	return out
}
