package office

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/reorg"
	"chibo/rulebook"
)

// Follow gives what happens to offices and terms when the tree is reorganised: a
// founded unit begins a term, so that its papers can be numbered (rules.md 7.07);
// one that ends ends its term and its offices; who leaves a cell leaves the posts
// held there. All else stays: an office is held in a unit, wherever it stands.
func Follow(book *rulebook.Book) reorg.Follower {
	f := follower{book: book}
	return reorg.Follower{
		Name: "office", Founded: f.founded, Transferred: transferred, Ended: ended, Undo: undo, Effects: f.effects, Later: f.later,
	}
}

type follower struct{ book *rulebook.Book }

// followed is what is needed to take it back.
type followed struct {
	Part  int64
	Posts []endedPost `json:",omitempty"`
	Terms []endedPost `json:",omitempty"`
	Term  int64       `json:",omitempty"` // that was begun
}

// endedPost is a post or a term with its end as it was before.
type endedPost struct {
	ID int64
	To civil.Date
}

func (f follower) founded(ctx context.Context, tx *db.Tx, u org.Unit, day civil.Date) (any, error) {
	if u.Kind == org.KindPartyGroup {
		return nil, nil
	}
	set := f.book.At(day, u.Path)
	months := set.Int(rulebook.TermGrassrootsMonths)
	if u.IsCell() {
		months = set.Int(rulebook.TermCellMonths)
	}
	id, err := AddTerm(ctx, tx, Term{
		Part: u.PartID, OrgID: u.ID, Name: fmt.Sprintf("%d-%d", day.Year(), day.AddMonths(months).Year()), From: day,
	})
	return followed{Part: u.PartID, Term: id}, err
}

func transferred(ctx context.Context, tx *db.Tx, t reorg.Transfer, pairs []reorg.Pair) (any, error) {
	list, err := Holders(ctx, tx, t.From.PartID, t.From.ID, t.Day)
	if err != nil {
		return nil, err
	}
	return endPosts(ctx, tx, t.From.PartID, t.Day, slices.DeleteFunc(list, func(h Holder) bool {
		return !slices.ContainsFunc(pairs, func(p reorg.Pair) bool { return p.Old == h.MembershipID })
	}), nil)
}

const openPostsSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 AND (f.to_day = '' OR f.to_day > $3) ORDER BY f.id`

const openTermsSQL = `SELECT id, to_day FROM term WHERE part_id = $1 AND org_id = $2 AND (to_day = '' OR to_day > $3) ORDER BY id`

func ended(ctx context.Context, tx *db.Tx, u org.Unit, day civil.Date) (any, error) {
	posts, err := db.List(ctx, tx, scanHolder, openPostsSQL, u.PartID, u.ID, day)
	if err != nil {
		return nil, err
	}
	terms, err := db.List(ctx, tx, func(s db.Scanner) (t endedPost, err error) { return t, s.Scan(&t.ID, &t.To) }, openTermsSQL, u.PartID, u.ID, day)
	if err != nil {
		return nil, err
	}
	return endPosts(ctx, tx, u.PartID, day, posts, terms)
}

const setTermEndSQL = `UPDATE term SET to_day = $3 WHERE part_id = $1 AND id = $2`

func endPosts(ctx context.Context, tx *db.Tx, part int64, day civil.Date, posts []Holder, terms []endedPost) (any, error) {
	if len(posts) == 0 && len(terms) == 0 {
		return nil, nil
	}
	out := followed{Part: part, Terms: terms}
	for _, h := range posts {
		out.Posts = append(out.Posts, endedPost{ID: h.ID, To: h.To})
		last := day
		if h.From.After(day) { // given after the day of effect: it was never held
			last = h.From
		}
		if err := End(ctx, tx, h, last); err != nil {
			return nil, err
		}
	}
	for _, t := range terms {
		if _, err := tx.Exec(ctx, setTermEndSQL, part, t.ID, day); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const setPostEndSQL = `UPDATE office SET to_day = $3 WHERE part_id = $1 AND id = $2`

const dropTermSQL = `DELETE FROM term WHERE part_id = $1 AND id = $2`

func undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var f followed
	if err := json.Unmarshal(note, &f); err != nil {
		return err
	}
	for _, p := range f.Posts {
		if _, err := tx.Exec(ctx, setPostEndSQL, f.Part, p.ID, p.To); err != nil {
			return err
		}
		if err := access.ReopenGrants(ctx, tx, grantSource, p.ID, p.To); err != nil {
			return err
		}
	}
	for _, t := range f.Terms {
		if _, err := tx.Exec(ctx, setTermEndSQL, f.Part, t.ID, t.To); err != nil {
			return err
		}
	}
	if f.Term == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, dropTermSQL, f.Part, f.Term)
	return err
}

// effects counts the offices that stay and names those that end.
func (f follower) effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	ends := map[int64]bool{}
	var list []reorg.EffectItem
	for _, u := range a.Ended {
		ends[u.ID] = true
		holders, err := Holders(ctx, q, u.PartID, u.ID, a.Day)
		if err != nil {
			return nil, err
		}
		for _, h := range holders {
			post, _ := f.book.At(a.Day, u.Path).Office(u.Kind, h.Title)
			list = append(list, reorg.EffectItem{Label: post.Title, Text: h.Name + " – " + u.Name, Href: "/units/" + strconv.FormatInt(u.ID, 10)})
		}
	}
	stay := 0
	for _, u := range a.Cells {
		if ends[u.ID] {
			continue
		}
		holders, err := Holders(ctx, q, u.PartID, u.ID, a.Day)
		if err != nil {
			return nil, err
		}
		stay += len(holders)
	}
	var out []reorg.Effect
	if stay > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.offices_stay", Args: map[string]any{"Count": stay}})
	}
	if len(list) > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.offices_end", Args: map[string]any{"Count": len(list)}, Items: list})
	}
	return out, nil
}

const laterPostsSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 AND (f.from_day >= $3 OR f.to_day >= $3) ORDER BY f.id`

const laterTermsSQL = `SELECT id, to_day FROM term WHERE part_id = $1 AND org_id = $2 AND (from_day >= $3 OR to_day >= $3) ORDER BY id`

func (follower) later(ctx context.Context, q db.Q, units []org.Unit, day civil.Date) ([]reorg.Sign, error) {
	var out []reorg.Sign
	for _, u := range units {
		sign := func(mark string, id int64, to civil.Date, key, name string) {
			out = append(out, reorg.Sign{
				Mark: mark + strconv.FormatInt(id, 10) + ":" + to.String(), Key: key,
				Args: map[string]any{"Name": name, "Unit": u.Name}, Href: "/units/" + strconv.FormatInt(u.ID, 10),
			})
		}
		posts, err := db.List(ctx, q, scanHolder, laterPostsSQL, u.PartID, u.ID, day)
		if err != nil {
			return nil, err
		}
		for _, h := range posts {
			sign("o", h.ID, h.To, "reorg.later.office", h.Name)
		}
		terms, err := db.List(ctx, q, func(s db.Scanner) (t endedPost, err error) { return t, s.Scan(&t.ID, &t.To) }, laterTermsSQL, u.PartID, u.ID, day)
		if err != nil {
			return nil, err
		}
		for _, t := range terms {
			sign("t", t.ID, t.To, "reorg.later.term", "")
		}
	}
	return out, nil
}
