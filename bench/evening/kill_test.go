package evening_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db/dbtest"
)

// How many kills: all of them where everything is tested, a handful otherwise.
const (
	allKills  = 200
	pgKills   = 40
	someKills = 6
	perScene  = 12
)

// longest is the longest time between two kills: an evening of these rooms takes about
// four times as long.
const longest = 350 * time.Millisecond

// The cells and members of a scene.
const cells, members = 2, 9

// The program is stopped without warning at random points of an evening, again and again:
// members check in, speak, vote, keep opinions; chairs note, judge, decide, close, score
// and send. Every act that was acknowledged is there afterwards, none is there twice when
// it is sent again with its device id, no meeting is half closed, no number is used twice,
// and sums are what they are sums of. On PostgreSQL the program is killed, not the database.
func TestKilledInTheEvening(t *testing.T) {
	all := os.Getenv("CHIBO_TEST_ALL") != "" && !testing.Short()
	t.Run("sqlite", func(t *testing.T) {
		evenings(t, pick(all, allKills), func(t *testing.T) string { return filepath.Join(t.TempDir(), "evening.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		evenings(t, pick(all, pgKills), func(t *testing.T) string {
			url, ok := dbtest.Postgres(t)
			if !ok {
				dbtest.SkipOrFail(t, "PostgreSQL not found")
			}
			return url
		})
	})
}

func pick(all bool, n int) int {
	if all {
		return n
	}
	return someKills
}

// evenings plays one evening after the other until there were so many kills.
func evenings(t *testing.T, kills int, fresh func(t *testing.T) string) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	killed, played := 0, 0
	for killed < kills && !t.Failed() {
		t.Run("evening", func(t *testing.T) {
			notAtMidnight()
			s := newScene(t, fresh(t), cells, members)
			killed += s.run(min(perScene, kills-killed), func() { <-time.After(time.Duration(r.Int64N(int64(longest)))) })
			played++
		})
	}
	t.Logf("%d kills in %d evenings, seed %d", killed, played, seed)
}

// notAtMidnight lets a day end in Viet Nam before an evening begins, since a meeting is
// opened on its own day and the program has the machine's time.
func notAtMidnight() {
	sys := clock.System()
	for civil.From(sys.Now()) != civil.From(sys.Now().Add(2*time.Minute)) {
		<-time.After(time.Second)
	}
}

func tempDir() (string, error) { return os.MkdirTemp("", "chibo-evening-*") }
