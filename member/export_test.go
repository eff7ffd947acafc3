package member

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// FindWide is Find by full text, whatever the size of the scope.
func FindWide(ctx context.Context, q db.Q, scope access.Scope, in Query) (Found, error) {
	typed := FindWords(in.Text)
	if len(typed) == 0 {
		return Found{}, nil
	}
	if in.Limit == 0 {
		in.Limit = findLimit
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return Found{}, err
	}
	return find(ctx, q, scope, span, in, typed, 0)
}

// Wide gives the same list by the way of many cells, whatever their number.
func (t Then) Wide() Then {
	t.few = -1
	return t
}
