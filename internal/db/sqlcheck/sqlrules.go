package sqlcheck

import (
	"regexp"
	"strings"
)

// rule is a word of SQL that the house does not use.
type rule struct {
	find  *regexp.Regexp
	why   string
	allow []string // packages that may
}

func rules() []rule {
	word := func(pattern, why string, allow ...string) rule {
		return rule{find: regexp.MustCompile(`\b(?:` + pattern + `)`), why: why, allow: allow}
	}
	return []rule{
		word(`now ?\(|current_(?:timestamp|date|time)\b|localtime`, "the time comes from tx.Now"),
		word(`(?:date|datetime|strftime|julianday|unixepoch|to_char|to_date|date_trunc|extract|age) ?\(`, "days are computed in Go"),
		word(`(?:lower|upper|initcap) ?\(|(?:ilike|similar to|collate nocase)\b`, "text is folded in Go and stored"),
		word(`round ?\(`, "rounding is done in Go"),
		word(`(?:random|randomblob|gen_random_uuid|nextval) ?\(`, "ids and chance come from Go; Citus wants no volatile functions"),
		word(`for (?:no key )?(?:update|share)\b`, "locks are for the queue and the leases only", dbPath, "chibo/internal/job"),
		word(`select (?:distinct )?(?:\w+\.)?\*|, ?\w+\.\*`, "name the columns: a new one must not change the result"),
		word(`lateral|grouping sets|cube|rollup|merge into`, "not on both engines, or not with distribution"),
		word(`as (?:not )?(?:materialized )?\( ?(?:insert|update|delete)\b`, "no data-changing WITH: SQLite has none"),
		word(`insert or|replace into|returning \*`, "write ON CONFLICT and columns"),
		word(`autoincrement|serial\b|create trigger`, "ids are made by the program; no triggers"),
		word(`limit -?\d+, ?\d`, "write LIMIT n OFFSET m"),
	}
}

// CheckText gives what is wrong with the text of a statement, nothing when it is well.
func CheckText(s Statement) []string {
	text := plain(s.SQL)
	var bad []string
	for _, r := range rules() {
		if allowed(r.allow, s.Pkg) {
			continue
		}
		if m := r.find.FindString(text); m != "" {
			bad = append(bad, "«"+m+"»: "+r.why)
		}
	}
	// A folded text has no % _ or \ in it (viet.Fold).
	likes := strings.Count(text, " like ") - strings.Count(text, "fold like ")
	if likes > strings.Count(text, " escape ") {
		bad = append(bad, "LIKE without ESCAPE: the engines differ in what a backslash means")
	}
	if strings.Contains(text, "::") {
		bad = append(bad, "«::»: write CAST(x AS type)")
	}
	return bad
}

func allowed(pkgs []string, pkg string) bool {
	for _, p := range pkgs {
		if p == pkg {
			return true
		}
	}
	return false
}

// plain gives a statement in lower case with single spaces, without comments and with
// its strings empty.
func plain(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		end := i + 1
		switch {
		case sql[i] == '\'':
			end = after(sql, i+1, "'")
			b.WriteString("''")
		case strings.HasPrefix(sql[i:], "--"):
			end = after(sql, i, "\n")
			b.WriteByte(' ')
		case strings.HasPrefix(sql[i:], "/*"):
			end = after(sql, i, "*/")
			b.WriteByte(' ')
		default:
			b.WriteByte(sql[i])
		}
		i = end
	}
	return strings.ToLower(strings.Join(strings.Fields(b.String()), " "))
}

func after(s string, from int, what string) int {
	n := strings.Index(s[from:], what)
	if n < 0 {
		return len(s)
	}
	return from + n + len(what)
}
