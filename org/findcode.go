package org

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/rulebook"
)

const findCodeSQL = `SELECT ` + columns + `, COALESCE(p.short, ''), o.fold FROM org o LEFT JOIN org p ON p.id = o.parent_id
 WHERE o.code <> '' AND o.code >= $3 AND o.code < $4 AND o.path >= $1 AND o.path < $2 ORDER BY o.code, o.id LIMIT $5`

// FindTyped gives the units of the scope that a text typed by a person means: its
// beginning of a national code (rules.md 1.38), with dots or without, or else words of
// a name, see Find. Units that have ended come last. A zero limit is 20.
func FindTyped(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set, typed string, limit int) (Found, error) {
	if limit <= 0 {
		limit = findLimit
	}
	if prefix := codePrefix(set, typed); prefix != "" {
		lo, hi := scope.Range()
		list, err := db.List(ctx, q, scanFound, findCodeSQL, lo, hi, prefix, prefix+"~", limit+1)
		if err != nil || len(list) > 0 {
			return Found{Units: list[:min(len(list), limit)], More: len(list) > limit}, err
		}
	}
	return Find(ctx, q, scope, Query{Words: viet.Words(typed), Limit: limit, Ended: true})
}

// codeDigits is from how many digits on a number is taken for a code, not for that of
// a village.
const codeDigits = 4

// codePrefix gives how the kept codes begin that a typed number may mean; "" for what
// is no number.
func codePrefix(set rulebook.Set, typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' || r == '-' {
			return -1
		}
		return r
	}, viet.Clean(typed))
	if len(digits) < codeDigits || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return strings.Join(cut(digits, set.Ints(rulebook.OrgCodeGroups)), ".")
}
