package homeweb

import (
	"sync"
	"time"

	"chibo/internal/civil"
)

// keepFor bounds how old a kept page may be when another process writes to the same
// database, which this one does not see. A page above very many cells, where somebody
// always writes, is kept so long whatever is written.
const (
	keepFor     = 15 * time.Second
	keepHighFor = time.Minute
)

// pages keeps what the first page of a committee was made from, until anything is
// written: in the morning many look and nobody writes. It is the same for everybody
// who may see the unit's figures; what is a reader's own is added afterwards.
type pages[T any] struct {
	keep  time.Duration
	loose bool // also when something was written

	mu     sync.Mutex
	byUnit map[int64]keptPage[T]
}

type keptPage[T any] struct {
	data    T
	commits uint64
	day     civil.Date
	at      time.Time
}

// get gives the unit's page data if it is still good.
func (k *pages[T]) get(unit int64, commits uint64, day civil.Date, now time.Time) (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w, ok := k.byUnit[unit]
	if !ok || w.commits != commits && !k.loose || w.day != day || now.Sub(w.at) > k.keep {
		var none T
		return none, false
	}
	return w.data, true
}

// put keeps data that was read when the count of commits stood at commits.
func (k *pages[T]) put(unit int64, data T, commits uint64, day civil.Date, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byUnit == nil {
		k.byUnit = map[int64]keptPage[T]{}
	}
	k.byUnit[unit] = keptPage[T]{data: data, commits: commits, day: day, at: now}
}
