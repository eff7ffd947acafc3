package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// wallReader is a committee at its wall, with the limit of its 95th percentile.
type wallReader struct {
	name, login string
	limit       float64 // ms
	size        string  // of the sample; "" the district
}

func wallReaders(size string) []wallReader {
	list := []wallReader{{"grassroots committee", committee, 5, ""}, {"district", district, 15, ""}}
	if size == "province" || size == "nation" {
		list = append(list, wallReader{"grassroots committee", committee, 5, size}, wallReader{"commune", "tochuc.xa", 15, size}, wallReader{"province", "tochuc.tinh", 50, size})
	}
	if size == "nation" {
		list = append(list, wallReader{"nation", "tochuc.tw", 150, size})
	}
	return list
}

const (
	wallLooks  = 200 // of a wall while nobody writes
	wallFresh  = 60  // each after somebody has written
	wallPlain  = 3   // runs of the plain recursive query
	wallTimes  = 50  // times faster than it at nation size
	wallMonths = 12
)

// wall measures the first page of committees, while nobody writes and each time after an act
// was committed, and holds its figures against the plain recursive query over the records.
func (l *lab) wall(ctx context.Context) error {
	l.out.part("Walls of committees: server time")
	for _, size := range []string{"", l.large.size} {
		data := l.small
		if size != "" {
			if size == "district" {
				continue
			}
			data = l.large
		}
		if err := l.ready(ctx, data); err != nil {
			return err
		}
		if err := l.wallOf(ctx, data, size); err != nil {
			return err
		}
		if err := l.plain(ctx, data, size); err != nil {
			return err
		}
	}
	l.out.note("machine's load", load())
	return nil
}

func (l *lab) wallOf(ctx context.Context, data sample, size string) error {
	s, err := start(ctx, l.bin, data, true)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.complete(ctx); err != nil {
		return err
	}
	writer, err := signIn(ctx, s, committee)
	if err != nil {
		return err
	}
	act, err := writer.acting(ctx)
	if err != nil {
		return err
	}
	for _, r := range wallReaders(l.large.size) {
		if r.size != size {
			continue
		}
		v, err := signIn(ctx, s, r.login)
		if err != nil {
			return err
		}
		first, err := v.times(ctx, "/", 1)
		if err != nil {
			return err
		}
		kept, err := v.times(ctx, "/", wallLooks)
		if err != nil {
			return err
		}
		var fresh asked
		for range wallFresh {
			if err := writer.post(ctx, act, writer.remind()); err != nil {
				return err
			}
			one, err := v.times(ctx, "/", 1)
			if err != nil {
				return err
			}
			fresh.add(one)
		}
		name := r.name
		if size != "" {
			name += " of a " + size
		}
		l.out.most(name+", 95th percentile", ms(percentile(kept.server, 95)), r.limit, "ms")
		l.out.most("  each look after somebody wrote, 95th percentile", ms(percentile(fresh.server, 95)), r.limit, "ms")
		l.out.note("  the same, median; processor time a request", fmt.Sprintf("%.1f ms; %.1f ms", ms(percentile(fresh.server, 50)), fresh.each()))
		l.out.note("  first look of the server; page", fmt.Sprintf("%.1f ms; %.0f KB", ms(first.server[0]), float64(first.bytes)/1e3))
	}
	return nil
}

var actLink = regexp.MustCompile(`href="(/units/[0-9]+)/act\?kind=`)

// acting gives the address at which the committee acts about one of its cells.
func (v *visitor) acting(ctx context.Context) (string, error) {
	list, err := v.links(ctx, "/", actLink)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", errors.New("nothing to act about on the committee's wall")
	}
	return list[0] + "/act", nil
}

func (v *visitor) remind() url.Values {
	return url.Values{"kind": {"not_met"}, "act": {home.Remind}, "text": {"Đề nghị đồng chí xem."}, "op": {ident.NewDevice()}}
}

// post sends a form; anything but a way on is an error.
func (v *visitor) post(ctx context.Context, path string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := v.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // nothing of it is read
	if res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("POST %s: %s", path, res.Status)
	}
	return nil
}

// plainSQL is what a program without roll-ups would ask: walk the tree by parents, add up
// the cells' records of the months.
const plainSQL = `WITH RECURSIVE t(id, part_id) AS (
  SELECT id, part_id FROM org WHERE id = $1
  UNION ALL SELECT o.id, o.part_id FROM org o JOIN t ON o.parent_id = t.id)
SELECT c.month, COUNT(*) FILTER (WHERE c.met_day <> ''), SUM(c.due), SUM(c.present), COUNT(*) FILTER (WHERE c.sent_day <> '')
  FROM t JOIN cell_month c ON c.part_id = t.part_id AND c.cell_id = t.id
 WHERE c.month >= $2 AND c.month <= $3 GROUP BY c.month ORDER BY c.month`

// plain holds the figures of the highest unit against the plain query, in one process, and
// checks that both say the same.
func (l *lab) plain(ctx context.Context, data sample, size string) error {
	d, book, err := data.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	day := civil.From(clock.System().Now())
	if data.day != "" {
		if day, err = civil.ParseVi(data.day); err != nil {
			return err
		}
	}
	system, month := access.System(), day.Month()
	var sums, pages, plain []time.Duration
	same := true
	err = d.Read(ctx, func(q db.Q) error {
		top, err := org.Top(ctx, q)
		if err != nil {
			return err
		}
		scope, err := figure.ScopeOf(system, top)
		if err != nil {
			return err
		}
		state, err := figure.StateOf(ctx, q, scope)
		if err != nil {
			return err
		}
		for range wallPlain {
			began := time.Now()
			trend, err := figure.Trend(ctx, q, scope, month.Add(1-wallMonths), month)
			if err != nil {
				return err
			}
			sums = append(sums, time.Since(began))
			began = time.Now()
			if home.IsHigh(top, state) {
				_, err = home.HighOf(ctx, q, book, system, top, state, day)
			} else {
				_, err = home.WallOf(ctx, q, book, system, top, day)
			}
			if err != nil {
				return err
			}
			pages = append(pages, time.Since(began))
			began = time.Now()
			list, err := db.List(ctx, q, func(s db.Scanner) (m figure.UnitMonth, err error) {
				return m, s.Scan(&m.Month, &m.Met, &m.Due, &m.Present, &m.Sent)
			}, plainSQL, top.ID, month.Add(1-wallMonths), month)
			if err != nil {
				return err
			}
			plain = append(plain, time.Since(began))
			for _, m := range list {
				x := trend[m.Month.Sub(trend[0].Month)]
				same = same && x.Met == m.Met && x.Due == m.Due && x.Present == m.Present && x.Sent == m.Sent
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !same {
		return errors.New("the sums are not those of the records")
	}
	mid := func(list []time.Duration) float64 { return ms(percentile(list, 50)) }
	l.out.note("top of the "+cmp.Or(size, "district")+": 12 months from sums", fmt.Sprintf("%.2f ms", mid(sums)))
	l.out.note("  the whole wall made anew, in process", fmt.Sprintf("%.1f ms", mid(pages)))
	l.out.note("  12 months by the plain recursive query", fmt.Sprintf("%.1f ms", mid(plain)))
	if size == "nation" {
		l.out.least("  the plain query against the sums", mid(plain)/mid(sums), wallTimes, "times")
	} else {
		l.out.note("  the plain query against the sums", fmt.Sprintf("%.1f times", mid(plain)/mid(sums)))
	}
	return nil
}

// open opens the sample's database in this process.
func (s sample) open(ctx context.Context) (*db.DB, *rulebook.Book, error) {
	at, err := s.database()
	if err != nil && s.size == "" {
		at, err = s.districtFile()
	}
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, db.Options{URL: at, Clock: clock.System(), WriterCache: 16384})
	if err != nil {
		return nil, nil, err
	}
	book, err := rulebook.New()
	if err == nil {
		err = d.Read(ctx, func(q db.Q) error { return book.Reload(ctx, q) })
	}
	if err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return d, book, nil
}

// districtFile gives the file of the district, which has no size in its name.
func (s sample) districtFile() (string, error) {
	list, err := filepath.Glob(filepath.Join(s.dir, "demo-*.db"))
	if err == nil && len(list) != 1 {
		err = fmt.Errorf("%d databases of the district in %s: give one with -base", len(list), s.dir)
	}
	if err != nil {
		return "", err
	}
	return list[0], nil
}
