package meeting

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Held says how a meeting went, for the paper of another feature that it decided. It checks
// no right: who calls it may read the act that was decided.
func (s *Service) Held(ctx context.Context, q db.Q, ref ident.Ref) (HeldFacts, error) {
	h, err := s.load(ctx, q, ref)
	if err != nil {
		return HeldFacts{}, err
	}
	p, err := s.read(ctx, q, h)
	if err != nil {
		return HeldFacts{}, err
	}
	return p.heldFacts(), nil
}

// Named gives "đồng chí Võ Đình Khải, Bí thư Chi bộ", empty for nobody.
func (p PersonFacts) Named() string {
	if p.Name == "" {
		return ""
	}
	return p.named()
}
