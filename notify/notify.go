package notify

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
)

// Notice is what is told. Kind names the sentence, "notify.<Kind>"; Args are its
// values (string, int, civil.Date, civil.Month, time.Time); Href is the page of this site where
// it leads.
type Notice struct {
	Kind string
	Args map[string]any
	Href string
}

// To is who is told.
type To struct{ Part, PersonID int64 }

// Item is a notice as its person reads it.
type Item struct {
	ID   int64
	Kind string
	Args map[string]any // values with the types they were sent with
	Href string
	At   time.Time
	Read bool
}

// Key gives the translation key of the sentence.
func (i Item) Key() string { return "notify." + i.Kind }

var errHref = errors.New("notify: Href must be a path of this site")

const insertSQL = `INSERT INTO notice (part_id, id, person_id, kind, args, href, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// Letter is a notice with those whom it goes to.
type Letter struct {
	Notice
	To []To
}

// Send tells each person once. Person 0 (the program, an administrator outside
// the register) is passed over.
func Send(ctx context.Context, tx *db.Tx, n Notice, to ...To) error {
	return SendAll(ctx, tx, []Letter{{n, to}})
}

// SendAll sends many notices with few statements, each as Send does.
func SendAll(ctx context.Context, tx *db.Tx, list []Letter) error {
	rows, seen := make([][]any, 0, len(list)), map[To]bool{}
	for _, l := range list {
		if !strings.HasPrefix(l.Href, "/") || strings.HasPrefix(l.Href, "//") {
			return errHref
		}
		args, err := pack(l.Args)
		if err != nil {
			return err
		}
		clear(seen)
		for _, t := range l.To {
			if t.PersonID != 0 && !seen[t] {
				seen[t] = true
				rows = append(rows, []any{t.Part, tx.ID(), t.PersonID, l.Kind, args, l.Href, tx.NowMS()})
			}
		}
	}
	return db.Later(ctx, tx, insertSQL, rows)
}

const unreadSQL = `SELECT COUNT(*) FROM notice WHERE part_id = $1 AND person_id = $2 AND read_at = 0`

// Unread counts what a person has not read.
func Unread(ctx context.Context, q db.Q, part, person int64) (n int, err error) {
	err = q.QueryRow(ctx, unreadSQL, part, person).Scan(&n)
	return n, err
}

const listSQL = `SELECT id, kind, args, href, at, read_at FROM notice
 WHERE part_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT $3`

// List gives a person's latest notices, newest first.
func List(ctx context.Context, q db.Q, part, person int64, limit int) ([]Item, error) {
	return db.List(ctx, q, scan, listSQL, part, person, limit)
}

func scan(row db.Scanner) (Item, error) {
	var i Item
	var args string
	var at, read int64
	if err := row.Scan(&i.ID, &i.Kind, &args, &i.Href, &at, &read); err != nil {
		return i, err
	}
	i.At, i.Read = time.UnixMilli(at).UTC(), read != 0
	var err error
	i.Args, err = unpack(args)
	return i, err
}

const byIDSQL = `SELECT href FROM notice WHERE part_id = $1 AND person_id = $2 AND id = $3`

// Href gives where a person's notice leads, "" when it is not this person's.
func Href(ctx context.Context, q db.Q, part, person, id int64) (href string, err error) {
	err = q.QueryRow(ctx, byIDSQL, part, person, id).Scan(&href)
	if db.NoRows(err) {
		return "", nil
	}
	return href, err
}

const (
	markSQL = `UPDATE notice SET read_at = $4
 WHERE part_id = $1 AND person_id = $2 AND id = $3 AND read_at = 0`
	markAllSQL = `UPDATE notice SET read_at = $3
 WHERE part_id = $1 AND person_id = $2 AND read_at = 0`
	markHrefSQL = `UPDATE notice SET read_at = $4
 WHERE part_id = $1 AND person_id = $2 AND href = $3 AND read_at = 0`
)

// MarkRead notes that the person has read the notices named, or all when none is
// named. Another person's notices are left alone.
func MarkRead(ctx context.Context, tx *db.Tx, part, person int64, ids ...int64) error {
	if len(ids) == 0 {
		_, err := tx.Exec(ctx, markAllSQL, part, person, tx.NowMS())
		return err
	}
	for _, id := range ids {
		if _, err := tx.Exec(ctx, markSQL, part, person, id, tx.NowMS()); err != nil {
			return err
		}
	}
	return nil
}

// MarkHref notes that the person has read everything that leads to a page, when
// that page was opened another way.
func MarkHref(ctx context.Context, tx *db.Tx, part, person int64, href string) error {
	_, err := tx.Exec(ctx, markHrefSQL, part, person, href, tx.NowMS())
	return err
}

const newHrefSQL = `SELECT COUNT(*) FROM notice WHERE part_id = $1 AND person_id = $2 AND href = $3 AND read_at = 0`

// LeadsTo says whether the person has unread notices that lead to a page.
func LeadsTo(ctx context.Context, q db.Q, part, person int64, href string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, newHrefSQL, part, person, href).Scan(&n)
	return n > 0, err
}

// value is one stored value; exactly one field is set.
type value struct {
	Text  *string `json:"s,omitempty"`
	Num   *int64  `json:"n,omitempty"`
	Date  *string `json:"d,omitempty"`
	Month *int64  `json:"m,omitempty"`
	Time  *int64  `json:"t,omitempty"` // Unix milliseconds
}

var errValue = errors.New("notify: a value is a string, an integer, a civil.Date, a civil.Month or a time.Time")

func pack(args map[string]any) (string, error) {
	out := make(map[string]value, len(args))
	for name, arg := range args {
		var v value
		switch x := arg.(type) {
		case string:
			v.Text = &x
		case int:
			v.Num = new(int64(x))
		case int64:
			v.Num = &x
		case civil.Date:
			v.Date = new(x.String())
		case civil.Month:
			v.Month = new(int64(x))
		case time.Time:
			v.Time = new(x.UnixMilli())
		default:
			return "", errValue
		}
		out[name] = v
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func unpack(text string) (map[string]any, error) {
	var in map[string]value
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(in))
	for name, v := range in {
		switch {
		case v.Text != nil:
			out[name] = *v.Text
		case v.Num != nil:
			out[name] = *v.Num
		case v.Date != nil:
			d, err := civil.Parse(*v.Date)
			if err != nil {
				return nil, err
			}
			out[name] = d
		case v.Month != nil:
			out[name] = civil.Month(*v.Month)
		case v.Time != nil:
			out[name] = time.UnixMilli(*v.Time).UTC()
		}
	}
	return out, nil
}
