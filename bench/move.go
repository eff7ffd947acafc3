package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

const (
	moveLimit = 50 // ms for a commune
	moves     = 20 // communes, each there and back
	anews     = 3  // times that the whole tree is computed anew
)

// move puts communes under another province and back, each in a transaction of its
// own, and holds that against computing all paths anew from the parents, as a tree
// without subtree ranges does. It writes: the tree is the same afterwards, but for the
// past that it keeps.
func (l *lab) move(ctx context.Context) error {
	l.out.part(fmt.Sprintf("A commune moved in the tree of a %s", l.large.size))
	if err := l.ready(ctx, l.large); err != nil {
		return err
	}
	url, err := l.large.database()
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{URL: url, Clock: clock.System(), WriterCache: 65536})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	book, err := rulebook.New()
	if err != nil {
		return err
	}
	units, communes, provinces, err := moveables(ctx, d)
	if err != nil {
		return err
	}
	if len(communes) == 0 || len(provinces) < 2 {
		l.out.note("needs two provinces: give -size nation", "")
		return nil
	}
	var took, anew []time.Duration
	for i := range moves {
		c := communes[i*len(communes)/moves]
		to := provinces[(i+1)%len(provinces)]
		if to == c.ParentID {
			to = provinces[(i+2)%len(provinces)]
		}
		for _, parent := range []int64{to, c.ParentID} {
			one, err := moveOne(ctx, d, book, c.ID, parent)
			if err != nil {
				return err
			}
			took = append(took, one)
		}
		if i%(moves/anews) == 0 && len(anew) < anews {
			one, err := computeAnew(ctx, d)
			if err != nil {
				return err
			}
			anew = append(anew, one)
		}
	}
	l.out.note("units in the tree", fmt.Sprint(units))
	l.out.most("move of a commune, 95th percentile", ms(percentile(took, 95)), moveLimit, "ms")
	l.out.note("  median / worst", fmt.Sprintf("%.2f / %.2f ms", ms(percentile(took, 50)), ms(percentile(took, 100))))
	l.out.note("  all paths computed anew from the parents, median", fmt.Sprintf("%.0f ms", ms(percentile(anew, 50))))
	l.out.note("  a move against that", fmt.Sprintf("1 : %.0f", float64(percentile(anew, 50))/float64(percentile(took, 50))))
	l.out.note("machine's load", load())
	return nil
}

// database gives the address of the sample's database.
func (s sample) database() (string, error) {
	if s.url != "" {
		return s.url, nil
	}
	list, err := filepath.Glob(filepath.Join(s.dir, s.size+"-*.db"))
	if err == nil && len(list) != 1 {
		err = fmt.Errorf("%d databases of size %s in %s: give one with -db", len(list), s.size, s.dir)
	}
	if err != nil {
		return "", err
	}
	return list[0], nil
}

const (
	countUnitsSQL = `SELECT count(*) FROM org`
	ofKindSQL     = `SELECT id, COALESCE(parent_id, 0) FROM org WHERE kind = $1 AND valid_to = '' ORDER BY id`
)

func moveables(ctx context.Context, d *db.DB) (units int, communes []org.Unit, provinces []int64, err error) {
	err = d.Read(ctx, func(q db.Q) error {
		scan := func(s db.Scanner) (u org.Unit, err error) { return u, s.Scan(&u.ID, &u.ParentID) }
		if err := q.QueryRow(ctx, countUnitsSQL).Scan(&units); err != nil {
			return err
		}
		list, err := db.List(ctx, q, scan, ofKindSQL, org.KindProvince)
		if err != nil {
			return err
		}
		for _, u := range list {
			provinces = append(provinces, u.ID)
		}
		communes, err = db.List(ctx, q, scan, ofKindSQL, org.KindCommuneParty)
		return err
	})
	return units, communes, provinces, err
}

func moveOne(ctx context.Context, d *db.DB, book *rulebook.Book, id, parent int64) (time.Duration, error) {
	today := civil.From(d.Clock().Now())
	began := time.Now()
	err := d.Write(ctx, func(tx *db.Tx) error {
		moved, err := org.Move(ctx, tx, org.Change{Set: book.At(today, ""), Day: today}, id, parent, 0)
		if err == nil && len(moved) > 0 {
			err = fmt.Errorf("a commune's rows would change their part: %d", len(moved))
		}
		return err
	})
	return time.Since(began), err
}

// computeAnewSQL is the other way to keep paths.
const computeAnewSQL = `WITH RECURSIVE t(id, path, depth) AS (
  SELECT o.id, CAST(o.id AS text) || '.', 1 FROM org o WHERE o.parent_id IS NULL
  UNION ALL SELECT o.id, t.path || CAST(o.id AS text) || '.', t.depth + 1 FROM t JOIN org o ON o.parent_id = t.id)
UPDATE org SET path = t.path, depth = t.depth FROM t WHERE t.id = org.id`

var errBack = errors.New("taken back")

func computeAnew(ctx context.Context, d *db.DB) (time.Duration, error) {
	began := time.Now()
	var took time.Duration
	err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, computeAnewSQL)
		took = time.Since(began)
		if err == nil {
			err = errBack
		}
		return err
	})
	if errors.Is(err, errBack) {
		err = nil
	}
	return took, err
}
