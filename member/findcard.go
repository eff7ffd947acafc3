package member

import (
	"context"
	"fmt"
	"strings"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
)

// A search by Party card (rules.md 5.29) wants at least so many digits, the last ones
// of the number or all of it, and an account may search so often within the time: a
// masked number is not to be found digit by digit.
const (
	cardLeast  = 6
	cardMax    = 30
	cardWindow = time.Hour
)

// CardDigits gives the digits of a text that is the number of a Party card or its end:
// at least six, and nothing else but signs between them.
func CardDigits(text string) (digits string, ok bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune(" .-\u00a0", r):
			return "", false
		}
	}
	return b.String(), b.Len() >= cardLeast && b.Len() <= findRunes
}

// Cards looks for Party cards; make it with NewCards. It lives as long as the program:
// it counts who searches how often.
type Cards struct {
	db      *db.DB
	limiter *account.Limiter
}

// NewCards makes the search by card.
func NewCards(d *db.DB) *Cards {
	return &Cards{db: d, limiter: account.NewLimiter(cardMax, cardWindow, d.Clock())}
}

const findCardSQL = `SELECT ` + personTexts + `, f.card FROM person f
 WHERE substr(f.card, length(f.card) - 5) = $1 AND f.card <> '' AND f.merged_into = 0
   AND f.part_id IN (SELECT p.id FROM org p WHERE p.id = p.part_id AND p.path >= $2 AND p.path < $3)
 ORDER BY f.sort, f.id LIMIT $4`

// Find gives those members of the unit and below whose card has this number or ends so,
// for who may open their records; others get access.ErrForbidden. Each search is in the
// reading log, with the person when it is but one. After too many within an hour the
// error is Invalid with a field error at "q".
func (c *Cards) Find(ctx context.Context, actor access.Actor, u org.Unit, digits string, day civil.Date) (Found, error) {
	scope, err := access.For(actor, access.MemberRead, u.Access())
	if err != nil {
		return Found{}, err
	}
	done, wait, err := c.limiter.Try(ctx, fmt.Sprint(actor.AccountID))
	if err != nil {
		return Found{}, err
	}
	if wait > 0 {
		var bad fault.Fields
		bad.Add("q", "member.err.card_limit", "Most", cardMax, "Minutes", int((wait+time.Minute-1)/time.Minute))
		return Found{}, bad.Err()
	}
	defer done(false) // every search counts
	if len(digits) < cardLeast {
		return Found{}, nil
	}
	var found Found
	err = c.db.Read(ctx, func(q db.Q) (err error) {
		found, err = byCard(ctx, q, scope, digits, day)
		return err
	})
	if err != nil {
		return Found{}, err
	}
	reading := audit.Reading{
		Part: u.PartID, Account: actor.AccountID, Reader: actor.Name, OrgID: u.ID, What: audit.ReadFind, Rows: len(found.Hits),
	}
	if len(found.Hits) == 1 {
		h := found.Hits[0]
		reading.Part, reading.PersonID, reading.OrgID = h.Ref.Part, h.PersonID, h.CellID
	}
	return found, c.db.WriteGrouped(ctx, func(tx *db.Tx) error { return audit.RecordReading(ctx, tx, reading) })
}

func byCard(ctx context.Context, q db.Q, scope access.Scope, digits string, day civil.Date) (Found, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return Found{}, err
	}
	s := &search{q: q, scope: scope, span: span, in: Query{Day: day, Limit: findLimit}}
	type card struct {
		candidate
		number string
	}
	list, err := db.List(ctx, q, func(sc db.Scanner) (card, error) {
		out := card{candidate: candidate{text: &texts{fit: viet.Fit{OK: true}}}}
		err := sc.Scan(&out.part, &out.person, &out.text.name, &out.text.other, &out.text.sort, &out.number)
		return out, err
	}, findCardSQL, digits[len(digits)-cardLeast:], span.PartLo, span.PartHi, findCap)
	if err != nil {
		return Found{}, err
	}
	for _, one := range list {
		if strings.HasSuffix(one.number, digits) {
			s.list = append(s.list, one.candidate)
		}
	}
	return s.open(ctx)
}
