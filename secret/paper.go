package secret

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Paper is what one person of the counting team counted.
type Paper struct {
	Issued, Returned, Invalid int
	Votes                     []int // of each option, in order
}

// Entry is a count of paper with who of the counting team made it.
type Entry struct {
	Paper
	Seat      int   // in the team, from 1
	AccountID int64 // whose device it was typed on
	At        time.Time
}

func (p Paper) equal(o Paper) bool {
	return p.Issued == o.Issued && p.Returned == o.Returned && p.Invalid == o.Invalid && slices.Equal(p.Votes, o.Votes)
}

const putPaperSQL = `INSERT INTO secret_paper (part_id, vote_id, seat, by_account, issued, returned, invalid, votes, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (part_id, vote_id, seat) DO UPDATE SET by_account = excluded.by_account, issued = excluded.issued, returned = excluded.returned, invalid = excluded.invalid,
  votes = excluded.votes, at = excluded.at`

// EnterPaper keeps the count of one person of the counting team, in place of what the same
// person counted before. Errors: ErrState; fields seat, issued, returned, invalid, votes.
func EnterPaper(ctx context.Context, tx *db.Tx, ref ident.Ref, seat int, account int64, p Paper) error {
	v, err := in(ctx, tx, ref, StateClosed)
	if err != nil {
		return err
	}
	if seat < 1 || seat > len(v.Team) {
		return fault.Field("seat", "secret.err.seat")
	}
	if err := p.check(v); err != nil {
		return err
	}
	texts := make([]string, len(p.Votes))
	for i, n := range p.Votes {
		texts[i] = strconv.Itoa(n)
	}
	_, err = tx.Exec(ctx, putPaperSQL, ref.Part, ref.ID, seat, account, p.Issued, p.Returned, p.Invalid, strings.Join(texts, ","), tx.NowMS())
	return err
}

// check holds what must hold of any count: no more ballots than were given out, and as
// many marks as the ballots can have.
func (p Paper) check(v Vote) error {
	var f fault.Fields
	if p.Issued != v.Paper {
		f.Add("issued", "secret.err.issued", "Given", v.Paper)
	}
	if p.Returned < 0 || p.Returned > p.Issued {
		f.Add("returned", "secret.err.returned", "Issued", p.Issued)
	}
	if p.Invalid < 0 || p.Invalid > p.Returned {
		f.Add("invalid", "secret.err.invalid", "Returned", p.Returned)
	}
	if len(p.Votes) != len(v.Options) {
		f.Add("votes", "secret.err.marks")
	}
	valid, sum := p.Returned-p.Invalid, 0
	for _, n := range p.Votes {
		if n < 0 || n > valid {
			f.Add("votes", "secret.err.votes_each", "Valid", valid)
			break
		}
		sum += n
	}
	if v.Slate && slices.ContainsFunc(p.Votes, func(n int) bool { return n != p.Votes[0] }) {
		f.Add("votes", "secret.err.votes_slate")
	}
	if len(f) == 0 && (sum < valid*v.Min || sum > valid*v.Max) {
		f.Add("votes", "secret.err.votes_sum", "Sum", sum, "Least", valid*v.Min, "Most", valid*v.Max)
	}
	return f.Err()
}

const papersSQL = `SELECT seat, by_account, issued, returned, invalid, votes, at FROM secret_paper WHERE part_id = $1 AND vote_id = $2 ORDER BY seat`

// Entries gives the counts of paper that were typed.
func Entries(ctx context.Context, q db.Q, ref ident.Ref) ([]Entry, error) {
	return db.List(ctx, q, func(s db.Scanner) (e Entry, err error) {
		var votes string
		var at int64
		if err := s.Scan(&e.Seat, &e.AccountID, &e.Issued, &e.Returned, &e.Invalid, &votes, &at); err != nil {
			return e, err
		}
		e.At = instant(at)
		for text := range strings.SplitSeq(votes, ",") {
			n, err := strconv.Atoi(text)
			if err != nil {
				return e, err
			}
			e.Votes = append(e.Votes, n)
		}
		return e, nil
	}, papersSQL, ref.Part, ref.ID)
}

// OneHand says whether the counts on which two people agree were typed by one: then
// nothing shows yet that two have counted.
func OneHand(entries []Entry) bool {
	for i, e := range entries {
		for _, o := range entries[:i] {
			if o.equal(e.Paper) && o.AccountID != e.AccountID {
				return false
			}
		}
	}
	_, ok := Agreed(entries)
	return ok
}

// Agreed gives the count on which two people agree; ok is false while there is none.
func Agreed(entries []Entry) (p Paper, ok bool) {
	for i, e := range entries {
		for _, o := range entries[:i] {
			if o.equal(e.Paper) {
				return e.Paper, true
			}
		}
	}
	return p, false
}
