package secret

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Receipt is the answer to a ballot: that it is in the box, and its fingerprint.
type Receipt struct {
	Fingerprint string
	Again       bool // the same request came before; nothing changed
}

// Ballot is an elector's ballot after its sealing: nobody can read it without the key.
type Ballot struct {
	membership int64
	box        string
}

// Seal checks a ballot and closes it for good. It takes no transaction: the work is done
// before the ballot waits for its turn to be written. Errors: field marks (nothing of
// what was marked is in it); ErrTooLate, ErrPaperOnly when there is no box to seal to.
func (v Vote) Seal(membershipID int64, m Marks) (Ballot, error) {
	if v.State != StateOpen {
		return Ballot{}, ErrTooLate
	}
	if !v.Phones {
		return Ballot{}, ErrPaperOnly
	}
	if err := v.marks(m); err != nil {
		return Ballot{}, err
	}
	box, err := seal(v.box.public, v.Ref.ID, membershipID, m)
	return Ballot{membershipID, box}, err
}

const castSQL = `INSERT INTO secret_ballot (part_id, vote_id, membership_id, op, box) VALUES ($1, $2, $3, $4, $5)`

// placeSQL gives an elector's place together with the state of the vote, in one look:
// a whole hall casts at the same time.
const placeSQL = `SELECT v.state, v.phones, e.may_cast, e.paper, COALESCE(b.op, ''), COALESCE(b.box, '')
  FROM secret_vote v
  JOIN secret_elector e ON e.part_id = v.part_id AND e.vote_id = v.id AND e.membership_id = $3
  LEFT JOIN secret_ballot b ON b.part_id = e.part_id AND b.vote_id = e.vote_id AND b.membership_id = e.membership_id
 WHERE v.part_id = $1 AND v.id = $2`

type place struct {
	state                  State
	phones, mayCast, paper bool
	op, box                string // of the ballot that is in the box; "" none
}

func placeOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (p place, err error) {
	err = q.QueryRow(ctx, placeSQL, ref.Part, ref.ID, membershipID).Scan(&p.state, &p.phones, &p.mayCast, &p.paper, &p.op, &p.box)
	if db.NoRows(err) {
		err = ErrStranger
	}
	return p, err
}

// answers says whether a request finds its answer in the ballot that is there: the same
// one again, or ErrCast for another.
func (p place) answers(op string) (r Receipt, done bool, err error) {
	switch {
	case p.box == "":
		return r, false, nil
	case p.op != op || op == "":
		return r, true, ErrCast
	}
	return Receipt{Fingerprint: fingerprint(p.box), Again: true}, true, nil
}

func (p place) open() error {
	switch {
	case p.state != StateOpen:
		return ErrTooLate
	case !p.phones:
		return ErrPaperOnly
	case p.paper:
		return ErrHasPaper
	case !p.mayCast:
		return ErrNoVote
	}
	return nil
}

// Before answers a request that came before with its receipt, without looking at what it
// says. done is false for one that may be sealed and put into the box. Errors: ErrTooLate,
// ErrPaperOnly, ErrStranger, ErrNoVote, ErrHasPaper, ErrCast.
func Before(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64, op string) (r Receipt, done bool, err error) {
	p, err := placeOf(ctx, q, ref, membershipID)
	if err != nil {
		return r, false, err
	}
	if r, done, err = p.answers(op); done || err != nil {
		return r, done, err
	}
	return r, false, p.open()
}

// Put puts a sealed ballot into the box of an open vote. op is made on the device: the same op
// again gets the same answer. Errors: those of Before.
func Put(ctx context.Context, tx *db.Tx, ref ident.Ref, b Ballot, op string) (Receipt, error) {
	r, done, err := Before(ctx, tx, ref, b.membership, op)
	if done || err != nil {
		return r, err
	}
	_, err = tx.Exec(ctx, castSQL, ref.Part, ref.ID, b.membership, op, b.box)
	return Receipt{Fingerprint: fingerprint(b.box)}, err
}

// Cast is Before, Seal and Put in one transaction.
func Cast(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64, m Marks, op string) (Receipt, error) {
	r, done, err := Before(ctx, tx, ref, membershipID, op)
	if done || err != nil {
		return r, err
	}
	v, err := Blank(ctx, tx, ref)
	if err != nil {
		return r, err
	}
	b, err := v.Seal(membershipID, m)
	if err != nil {
		return r, err
	}
	return Put(ctx, tx, ref, b, op)
}

// ReceiptOf gives the receipt of a ballot that is in the box, for who reloads the page.
func ReceiptOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (string, error) {
	p, err := placeOf(ctx, q, ref, membershipID)
	if err != nil || p.box == "" {
		return "", err
	}
	return fingerprint(p.box), nil
}
