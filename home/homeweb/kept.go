package homeweb

import (
	"sync"
	"time"

	"chibo/internal/civil"
)

// keepFor bounds how old a kept wall may be when another process writes to the same
// database, which this one does not see.
const keepFor = 15 * time.Second

// walls keeps what the first page of a committee was made from, until anything is
// written: in the morning many look and nobody writes. It is the same for everybody
// who may see the unit's figures; what is a reader's own is added afterwards.
type walls struct {
	mu     sync.Mutex
	byUnit map[int64]keptWall
}

type keptWall struct {
	data    wallData
	commits uint64
	day     civil.Date
	at      time.Time
}

// get gives the unit's page data if nothing was committed since it was read.
func (k *walls) get(unit int64, commits uint64, day civil.Date, now time.Time) (wallData, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w, ok := k.byUnit[unit]
	if !ok || w.commits != commits || w.day != day || now.Sub(w.at) > keepFor {
		return wallData{}, false
	}
	return w.data, true
}

// put keeps data that was read when the count of commits stood at commits.
func (k *walls) put(unit int64, data wallData, commits uint64, day civil.Date, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byUnit == nil {
		k.byUnit = map[int64]keptWall{}
	}
	k.byUnit[unit] = keptWall{data: data, commits: commits, day: day, at: now}
}
