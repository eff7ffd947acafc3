package homeweb

import (
	"sync"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/rulebook"
)

// keepHighFor is how long a page above very many cells is kept, where somebody always
// writes: so long whatever is written.
const keepHighFor = time.Minute

// pages keeps what the first page of a committee was made from, until something of that is
// written: in the morning many look and few write. It is the same for everybody
// who may see the unit's figures; what is a reader's own is added afterwards.
type pages[T any] struct {
	keep time.Duration // whatever is written; zero: until it is

	mu     sync.Mutex
	byUnit map[int64]keptPage[T]
}

type keptPage[T any] struct {
	data  T
	seen  db.Seen
	rules rulebook.Edition
	day   civil.Date
	at    time.Time
}

// get gives the unit's page data if it is still good.
func (k *pages[T]) get(unit int64, rules rulebook.Edition, day civil.Date, now time.Time) (T, bool) {
	k.mu.Lock()
	w, ok := k.byUnit[unit]
	k.mu.Unlock()
	good := ok && w.day == day && w.rules == rules
	if good && k.keep > 0 {
		good = now.Sub(w.at) <= k.keep
	} else if good {
		good = w.seen.Holds()
	}
	if !good {
		var none T
		return none, false
	}
	return w.data, true
}

// put keeps data and what was read for it.
func (k *pages[T]) put(unit int64, data T, seen db.Seen, rules rulebook.Edition, day civil.Date, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byUnit == nil {
		k.byUnit = map[int64]keptPage[T]{}
	}
	k.byUnit[unit] = keptPage[T]{data: data, seen: seen, rules: rules, day: day, at: now}
}
