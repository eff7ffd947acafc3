package main

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/internal/viet"
)

// place is where somebody looks.
type place struct {
	name    string
	scope   access.Scope
	units   int
	persons int
	limit   map[db.Dialect]float64 // ms
}

const (
	levelSQL = `SELECT o.id, o.path, o.part_id FROM org o WHERE o.kind = $1 ORDER BY o.id`
	sizedSQL = `SELECT COUNT(*) FROM org o WHERE o.path >= $1 AND o.path < $2`
	heldSQL  = `SELECT COUNT(*) FROM org p JOIN person f ON f.part_id = p.id WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2`
)

// places gives a commune, a province and the whole tree.
func (l *lab) places(ctx context.Context) ([]place, error) {
	var out []place
	for _, level := range []struct {
		name, kind  string
		lite, large float64
	}{{"commune", "commune", 5, 5}, {"province", "province", 60, 60}, {"nation", "", 300, 150}} {
		p := place{name: level.name, limit: map[db.Dialect]float64{db.SQLite: level.lite, db.Postgres: level.large}}
		err := l.d.Read(ctx, func(q db.Q) error {
			var u access.Unit
			if level.kind != "" {
				list, err := db.List(ctx, q, func(s db.Scanner) (u access.Unit, err error) {
					var path string
					err = s.Scan(&u.ID, &path, &u.PartID)
					u.Path = tree.Path(path)
					return u, err
				}, levelSQL, level.kind)
				if err != nil || len(list) == 0 {
					return err
				}
				u = list[l.rand.IntN(len(list))]
			}
			var err error
			if p.scope, err = access.For(access.System(), access.MemberList, u); err != nil {
				return err
			}
			lo, hi := p.scope.Range()
			if err := q.QueryRow(ctx, sizedSQL, lo, hi).Scan(&p.units); err != nil {
				return err
			}
			return q.QueryRow(ctx, heldSQL, lo, hi).Scan(&p.persons)
		})
		if err != nil {
			return nil, err
		}
		if p.persons > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

const namesSQL = `SELECT f.name FROM org p CROSS JOIN person f
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND f.part_id = p.id AND f.id % 97 = $3 ORDER BY f.id % 1009 LIMIT 12`

// texts gives what is looked for in a place: what is hard, and names of people there as
// they are typed.
func (l *lab) texts(ctx context.Context, p place) ([]string, error) {
	out := []string{
		"nguyen", "Nguyễn", "n", "t", "h", "q", "ng", "th", "hoa", "Hòa", "hoang", "nguy", "nguyen thi", "nguyen van", "nguyen thi hoa",
		"Nguyễn Thị Hòa", "hoà nguyễn thị", "le ho", "vu lo", "a b c", "n t h", "nguyen nguyen", "tran tran", "nguyện", "khai hoa binh", "xyz",
	}
	var names []string
	lo, hi := p.scope.Range()
	err := l.d.Read(ctx, func(q db.Q) (err error) {
		names, err = db.List(ctx, q, func(s db.Scanner) (name string, err error) { return name, s.Scan(&name) }, namesSQL, lo, hi, l.rand.IntN(97))
		return err
	})
	for i, name := range names {
		words := strings.Fields(viet.Fold(name))
		given := words[len(words)-1]
		out = append(out, name, viet.Fold(name), given+" "+words[0], words[0]+" "+given)
		for _, letters := range []int{1, 2, 3} {
			if i < 3 && len(given) >= letters {
				out = append(out, given[:letters])
			}
		}
	}
	return out, err
}

const plainSQL = `SELECT m.id, m.name FROM org p JOIN person f ON f.part_id = p.id JOIN membership m ON m.part_id = f.part_id AND m.person_id = f.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND f.fold LIKE $3 ORDER BY m.sort, m.id LIMIT 20`

// plainMost is how many texts the plain way looks for; in a nation each takes seconds.
const plainMost = 8

// plain measures the plain way for some of the texts.
func (l *lab) plain(ctx context.Context, p place, texts []string) ([]time.Duration, error) {
	var out []time.Duration
	lo, hi := p.scope.Range()
	for i := 0; i < len(texts) && len(out) < plainMost; i += max(1, len(texts)/plainMost) {
		began := time.Now()
		err := l.d.Read(ctx, func(q db.Q) error {
			_, err := db.List(ctx, q, func(s db.Scanner) (name string, err error) {
				var id int64
				return name, s.Scan(&id, &name)
			}, plainSQL, lo, hi, "%"+viet.Fold(texts[i])+"%")
			return err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, time.Since(began))
	}
	return out, nil
}
