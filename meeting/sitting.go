package meeting

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Held says who was at a meeting and who led it, for the paper of another feature that it
// decided; nothing of what was said. It checks no right: who calls it may read the act that
// was decided.
func (s *Service) Held(ctx context.Context, q db.Q, ref ident.Ref) (f HeldFacts, err error) {
	h, err := s.load(ctx, q, ref)
	if err != nil {
		return f, err
	}
	body, err := bodyOf(ctx, q, h.Meeting)
	if err != nil {
		return f, err
	}
	roll, err := rollOf(ctx, q, h.Meeting, body)
	if err != nil {
		return f, err
	}
	o, err := officersOf(ctx, q, h.unit, h.Day)
	if err != nil {
		return f, err
	}
	f.Attendance = Count(roll)
	for _, r := range roll {
		switch r.MembershipID {
		case h.ChairID:
			f.Chair = o.person(h.set, r.MembershipID, r.Name)
		case h.ClerkID:
			f.Clerk = o.person(h.set, r.MembershipID, r.Name)
		}
	}
	return f, nil
}

// Named gives "đồng chí Võ Đình Khải, Bí thư Chi bộ", empty for nobody.
func (p PersonFacts) Named() string {
	if p.Name == "" {
		return ""
	}
	return p.named()
}
