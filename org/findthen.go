package org

import (
	"cmp"
	"context"
	"slices"

	"chibo/internal/db"
	"chibo/internal/viet"
)

// pastCap is how many units that have changed since a day a search of that day reads;
// they are all of a province, and some of a country that changed at once.
const pastCap = 20_000

const (
	findThenNowSQL = ofThen + thenNow + ` AND o.path >= $2 AND o.path < $3
   AND ($4 = '' OR o.fold LIKE $4 || '' OR o.fold LIKE $5 || '') AND ($6 = '' OR o.fold LIKE $6 || '' OR o.fold LIKE $7 || '')
   AND ($8 = '' OR o.fold LIKE $8 || '' OR o.fold LIKE $9 || '') AND ($10 = '' OR o.fold LIKE $10 || '' OR o.fold LIKE $11 || '')
 LIMIT $12) t`

	findThenPastSQL = ofThen + thenPast + ` AND p.path >= $2 AND p.path < $3 LIMIT $4) t`
)

// Find gives the units of the view that had, on its day, a name or short name with
// words that begin as typed, the best first; cut says that not all were compared.
func (v View) Find(ctx context.Context, q db.Q, words []viet.Word) (list []Then, cut bool, err error) {
	if len(words) == 0 {
		return nil, false, nil
	}
	patterns, _ := viet.Patterns(words, findSlots)
	args := append([]any{v.Day, v.lo, v.hi}, patterns...)
	same, err := db.List(ctx, q, scanThen, findThenNowSQL, append(args, FindCap+1)...)
	if err != nil {
		return nil, false, err
	}
	changed, err := db.List(ctx, q, scanThen, findThenPastSQL, v.Day, v.lo, v.hi, pastCap+1)
	if err != nil {
		return nil, false, err
	}
	f := viet.NewFinder(words)
	score := map[int64]int{}
	for _, t := range append(same, changed...) {
		if fit := f.Fit(t.Name, t.Short); fit.OK {
			score[t.ID] = fit.Score
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Then) int {
		return cmp.Or(cmp.Compare(score[a.ID], score[b.ID]), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.ID, b.ID))
	})
	return list, len(same) > FindCap || len(changed) > pastCap, nil
}
