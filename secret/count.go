package secret

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// After so many wrong tries each further one waits: guessing at the keyboard is slow, a
// slip of the finger is not punished.
const (
	freeTries = 5
	tryWait   = time.Minute
)

const tryDoneSQL = `UPDATE secret_vote SET tries = tries + 1, tried_at = $3 WHERE part_id = $1 AND id = $2 AND tries = $4`

const triesResetSQL = `UPDATE secret_vote SET tries = 0 WHERE part_id = $1 AND id = $2`

// Unlock opens the box of a closed vote with two of its three codes; an empty code is a
// slip that is not at hand. The try is noted before it is made, so that a kill gives no
// free one. It takes some tenths of a second. Errors: ErrState; ErrCodes; ErrWait with Seconds;
// ErrChanged when somebody else tries at the same moment.
func Unlock(ctx context.Context, d *db.DB, ref ident.Ref, codes [Slips]Code) (*Key, error) {
	var v Vote
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if v, err = in(ctx, tx, ref, StateClosed); err != nil {
			return err
		}
		// A wait longer than one is a clock that was set back: it would lock the box for as long.
		if left := v.triedAt.Add(tryWait).Sub(tx.Now()); v.Tries >= freeTries && left > 0 && left <= tryWait {
			return fault.New(fault.Conflict, "secret.err.wait", "Seconds", int(left/time.Second)+1)
		}
		res, err := tx.Exec(ctx, tryDoneSQL, ref.Part, ref.ID, tx.NowMS(), v.Tries)
		return one(res, err, ErrChanged)
	})
	if err != nil {
		return nil, err
	}
	key, err := v.box.open(codes)
	if errors.Is(err, errCodes) {
		return nil, ErrCodes
	}
	return key, err
}

type sealedBallot struct {
	membership int64
	box        string
}

const sealedSQL = `SELECT membership_id, box FROM secret_ballot WHERE part_id = $1 AND vote_id = $2`

const countedSQL = `UPDATE secret_vote SET state = 'counted', base = $3, sealed = $4, broken = $5, issued = $6, returned = $7, invalid = $8, prints = $9,
  counted_at = $10, public_key = '', key_12 = '', key_13 = '', key_23 = '', version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'closed'`

const optionVotesSQL = `UPDATE secret_option SET votes = $4, passed = $5 WHERE part_id = $1 AND vote_id = $2 AND seq = $3`

// Count joins the sealed ballots and the paper into one result, and erases what was sealed
// with its keys. key may be nil when nobody voted on a phone. Only sums are written.
// Errors: ErrState, ErrPaperOpen, ErrCodes (a key is needed).
func Count(ctx context.Context, tx *db.Tx, ref ident.Ref, key *Key) (Vote, error) {
	v, err := in(ctx, tx, ref, StateClosed)
	if err != nil {
		return Vote{}, err
	}
	boxes, err := db.List(ctx, tx, func(s db.Scanner) (b sealedBallot, err error) { return b, s.Scan(&b.membership, &b.box) }, sealedSQL, ref.Part, ref.ID)
	if err != nil {
		return Vote{}, err
	}
	if len(boxes) > 0 && key == nil {
		return Vote{}, ErrCodes
	}
	v.Sealed = len(boxes)
	sums := v.open(boxes, key)
	if v.Paper > 0 {
		entries, err := Entries(ctx, tx, ref)
		if err != nil {
			return Vote{}, err
		}
		paper, ok := Agreed(entries)
		if !ok {
			return Vote{}, ErrPaperOpen
		}
		v.Issued, v.Returned, v.Invalid = paper.Issued, paper.Returned, paper.Invalid
		for i, n := range paper.Votes {
			sums[i] += n
		}
	}
	v.settle(sums)
	if err := v.store(ctx, tx); err != nil {
		return Vote{}, err
	}
	return Get(ctx, tx, ref)
}

// open adds up the sealed ballots in memory. One that does not open, or that marks what no
// page offers, was changed behind the program's back: it counts for nothing, and the
// protocol says how many there are.
func (v *Vote) open(boxes []sealedBallot, key *Key) []int {
	sums := make([]int, len(v.Options))
	for _, b := range boxes {
		v.Prints = append(v.Prints, fingerprint(b.box))
		m, err := key.unseal(b.box, v.Ref.ID, b.membership, len(v.Options))
		if err != nil || v.marks(m) != nil {
			v.Broken++
			continue
		}
		for i, on := range m {
			if on {
				sums[i]++
			}
		}
		clear(m)
	}
	slices.Sort(v.Prints)
	return sums
}

func (v *Vote) store(ctx context.Context, tx *db.Tx) error {
	res, err := tx.Exec(ctx, countedSQL, v.Ref.Part, v.Ref.ID, v.Base, v.Sealed, v.Broken, v.Issued, v.Returned, v.Invalid,
		strings.Join(v.Prints, "\n"), tx.NowMS())
	if err := one(res, err, ErrChanged); err != nil {
		return err
	}
	for _, o := range v.Options {
		if _, err := tx.Exec(ctx, optionVotesSQL, v.Ref.Part, v.Ref.ID, o.Seq, o.Votes, o.Passed); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, triesResetSQL, v.Ref.Part, v.Ref.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, erasePapersSQL, v.Ref.Part, v.Ref.ID); err != nil {
		return err
	}
	return eraseBallots(ctx, tx, v.Ref)
}

// The two typed counts of the paper go too: apart from the joint sum they would tell the
// sum of the phones.
const erasePapersSQL = `DELETE FROM secret_paper WHERE part_id = $1 AND vote_id = $2`

// eraseBallots erases what was sealed, after the keys and the typed counts, and notes that
// the engine must let go of all three: db.DB.Forget does it, and comes back until it is done.
func eraseBallots(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	if _, err := tx.Exec(ctx, eraseBallotsSQL, ref.Part, ref.ID); err != nil {
		return err
	}
	return tx.Erase(ctx, erasing(ref), "secret_ballot", "secret_vote", "secret_paper")
}

func erasing(ref ident.Ref) string { return "secret " + strconv.FormatInt(ref.ID, 10) }

// Erasing says whether what a vote had sealed is erased but may still be readable in the
// engine's files: something older than the erasing, such as a backup, still runs.
func Erasing(ctx context.Context, q db.Q, ref ident.Ref) (bool, error) {
	return db.Erasing(ctx, q, erasing(ref))
}
