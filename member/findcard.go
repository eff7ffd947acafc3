package member

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// cardEnd is how many last digits of a card the index of cards holds. The rules may ask
// for more of a search, not for fewer.
const cardEnd = 6

// CardLeast gives how many digits, the last ones or all, a search by Party card wants
// (rules.md 5.29): a masked number is not to be found digit by digit.
func CardLeast(set rulebook.Set) int { return max(cardEnd, set.Int(rulebook.CardSearchDigits)) }

// CardNumber gives the digits of a text that is the number of a Party card or its end:
// at least so many, and nothing else but signs between them.
func CardNumber(text string, least int) (digits string, ok bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune(" .-\u00a0", r):
			return "", false
		}
	}
	return b.String(), b.Len() >= least && b.Len() <= findRunes
}

const findCardSQL = `SELECT ` + personTexts + `, f.card FROM person f
 WHERE substr(f.card, length(f.card) - 5) = $1 AND f.card <> '' AND f.merged_into = 0
   AND f.part_id IN (SELECT p.id FROM org p WHERE p.id = p.part_id AND p.path >= $2 AND p.path < $3)
 ORDER BY f.sort, f.id LIMIT $4`

// Cards gives those members of the unit and below whose card has this number or ends
// so, for who may open their records; others get access.ErrForbidden. Each search is in
// the reading log, with the person when it is but one. After as many within an hour as
// the rules allow, the error is Invalid with a field error at "q".
func (s *Service) Cards(ctx context.Context, actor access.Actor, u org.Unit, digits string, day civil.Date) (found Found, err error) {
	scope, err := access.For(actor, access.MemberRead, u.Access())
	if err != nil {
		return Found{}, err
	}
	set := s.Book.At(s.today(), u.Path)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		found = Found{}
		if err := limitCards(ctx, tx, actor.AccountID, set.Int(rulebook.CardSearchPerHour)); err != nil {
			return err
		}
		if len(digits) < CardLeast(set) {
			return nil
		}
		if found, err = byCard(ctx, tx, scope, digits, day); err != nil {
			return err
		}
		r := reading(actor, access.MemberRead, u, audit.Reading{What: audit.ReadFindCard, Rows: len(found.Hits)})
		if len(found.Hits) == 1 {
			h := found.Hits[0]
			r.Part, r.PersonID, r.OrgID = h.Ref.Part, h.PersonID, h.CellID
		}
		return audit.RecordReading(ctx, tx, r)
	})
	return found, err
}

// limitCards refuses a search when the account has made as many within the hour.
func limitCards(ctx context.Context, tx *db.Tx, account int64, most int) error {
	since := tx.Now().Add(-time.Hour)
	n, first, err := audit.CountBy(ctx, tx, account, audit.ReadFindCard, since)
	if err != nil || n < most {
		return err
	}
	var bad fault.Fields
	bad.Add("q", "member.err.card_limit", "Most", most, "Minutes", int((first.Sub(since)+time.Minute-1)/time.Minute))
	return bad.Err()
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
	}, findCardSQL, digits[len(digits)-cardEnd:], span.PartLo, span.PartHi, findCap)
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
