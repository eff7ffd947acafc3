package db

import (
	"slices"
	"strconv"
	"strings"
)

// What a statement reads and writes, as far as its text says so. Texts are constants of
// the portable subset (sqlcheck): no triggers, no views, no data-changing WITH, nothing
// that depends on the time. What is not understood counts as more, never as less.

// tok is a word or a sign of a statement.
type tok struct {
	s     string // a word in lower case; ' for a text
	group int    // the parentheses in which it stands; 0 outside of all
	word  bool
}

// statement is a text cut into its words.
type statement struct {
	toks []tok
	open []int // of each group where its ( stands; -1 for the outermost
	shut []int // and where its ) stands; the end for the outermost
	odd  bool  // it has something that is not understood
}

func cut(query string) statement {
	p := statement{open: []int{-1}, shut: []int{0}}
	groups := []int{0}
	for i := 0; i < len(query); {
		top := groups[len(groups)-1]
		if n := quoted(query[i:]); n > 0 {
			p.odd = p.odd || query[i] == '"'
			if query[i] == '\'' {
				p.toks = append(p.toks, tok{s: "'", group: top})
			}
			i += n
			continue
		}
		switch c := query[i]; {
		case c == '(':
			p.toks = append(p.toks, tok{s: "(", group: top})
			p.open, p.shut = append(p.open, len(p.toks)-1), append(p.shut, 0)
			groups = append(groups, len(p.open)-1)
			i++
		case c == ')':
			if len(groups) > 1 {
				groups = groups[:len(groups)-1]
			}
			p.shut[top] = len(p.toks)
			p.toks = append(p.toks, tok{s: ")", group: groups[len(groups)-1]})
			i++
		case inWord(c):
			end := i + 1
			for end < len(query) && inWord(query[end]) {
				end++
			}
			p.toks = append(p.toks, tok{s: strings.ToLower(query[i:end]), group: top, word: true})
			i = end
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
		default:
			n := 1
			if i+1 < len(query) && strings.Contains("<= >= <> || != ->", query[i:i+2]) && query[i+1] != ' ' {
				n = 2
			}
			p.toks = append(p.toks, tok{s: query[i : i+n], group: top})
			i += n
		}
	}
	p.odd = p.odd || len(groups) > 1
	p.shut[0] = len(p.toks)
	return p
}

func inWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$' || c >= 0x80
}

// at gives a word or sign, "" outside of the statement.
func (p statement) at(i int) string {
	if i < 0 || i >= len(p.toks) {
		return ""
	}
	return p.toks[i].s
}

// param gives the number of a parameter, 0 for anything else.
func param(s string) int {
	if !strings.HasPrefix(s, "$") {
		return 0
	}
	n, err := strconv.Atoi(s[1:])
	if err != nil {
		return 0
	}
	return n
}

// ends says whether a conjunct may end before the word.
func ends(s string) bool {
	switch s {
	case "", ")", "and", "where", "join", "left", "inner", "cross", "group", "order", "limit", "union", "except", "intersect", "having":
		return true
	}
	return false
}

// clause is where a conjunct stands.
type clause struct {
	on   int  // the word ON; 0 in a WHERE
	left bool // of a LEFT JOIN
	join int  // the word JOIN of on
}

// conjunct says in which clause the words from i to j (both inside) are a condition that
// must hold for every row; false when they may not be one.
func (p statement) conjunct(i, j int) (c clause, ok bool) {
	before, g := p.at(i-1), p.toks[i].group
	if before != "where" && before != "on" && before != "and" || !ends(p.at(j+1)) {
		return c, false
	}
	start, ok := p.back(i-1, g)
	if !ok || !p.pure(j+1, g) {
		return c, false
	}
	if p.at(start) == "where" {
		return c, true
	}
	c.on = start
	for k := start - 1; k > p.open[g]; k-- {
		if p.toks[k].group == g && p.at(k) == "join" {
			c.join, c.left = k, p.at(k-1) == "left" || p.at(k-1) == "outer"
			return c, true
		}
	}
	return c, false
}

// back gives the WHERE or ON of the clause that goes on at i, with no other way to fulfil
// it in between.
func (p statement) back(i, g int) (int, bool) {
	cases := 0
	for k := i; k > p.open[g]; k-- {
		if p.toks[k].group != g {
			continue
		}
		switch s := p.at(k); {
		case s == "end":
			cases++
		case s == "case" && cases > 0:
			cases--
		case cases > 0:
		case s == "where", s == "on":
			return k, true
		case slices.Contains([]string{"or", "case", "when", "then", "else", "select", "from", "set"}, s):
			return 0, false
		}
	}
	return 0, false
}

// pure says whether no OR comes from i on to the end of the clause.
func (p statement) pure(i, g int) bool {
	cases := 0
	for k := i; k < p.shut[g]; k++ {
		if p.toks[k].group != g {
			continue
		}
		switch s := p.at(k); {
		case s == "case":
			cases++
		case s == "end" && cases > 0:
			cases--
		case cases > 0, s == ")", s == "and":
		case s == "or":
			return false
		case ends(s):
			return true
		}
	}
	return true
}

// writing is what a statement writes.
type writing struct {
	table string // "": nothing
	all   bool   // it changes more than the rows of one table
	parts []int  // parameters that are the parts of all rows it writes; nil: not known
}

// writingOf says what a statement writes.
func writingOf(query string) writing {
	p := cut(query)
	switch p.at(0) {
	case "select", "with", "savepoint", "release", "rollback", "begin", "commit", "pragma", "set", "analyze", "vacuum", "values", "explain", "":
		return writing{}
	case "insert":
		if p.at(1) == "into" && !p.odd {
			return writing{table: p.at(2), parts: p.inserted()}
		}
	case "update":
		if !p.odd {
			return writing{table: p.at(1), parts: p.chosen(p.at(1))}
		}
	case "delete":
		if p.at(1) == "from" && !p.odd {
			return writing{table: p.at(2), parts: p.chosen(p.at(2))}
		}
	}
	return writing{all: true}
}

// inserted gives the parameters that are part_id in the rows of an INSERT … VALUES.
func (p statement) inserted() (parts []int) {
	if p.at(3) != "(" {
		return nil
	}
	column, at := -1, 0
	i := 4
	for ; i < len(p.toks) && p.at(i) != ")"; i++ {
		switch p.at(i) {
		case ",":
			at++
		case "part_id":
			column = at
		}
	}
	if column < 0 || p.at(i+1) != "values" {
		return nil
	}
	for i += 2; p.at(i) == "("; i += 2 { // over the comma between rows
		g := p.toks[i+1].group
		n := p.value(g, column)
		if n == 0 {
			return nil
		}
		parts, i = append(parts, n), p.shut[g]
		if p.at(i+1) != "," {
			break
		}
	}
	return parts
}

// value gives the parameter that is one of the values of a row in parentheses; 0: it is
// something else.
func (p statement) value(g, column int) (n int) {
	at, words := 0, 0
	for k := p.open[g] + 1; k < p.shut[g]; k++ {
		switch {
		case p.at(k) == "," && p.toks[k].group == g:
			at++
		case at == column:
			n = param(p.at(k))
			words++
		}
	}
	if words != 1 {
		return 0
	}
	return n
}

// chosen gives the parameter to which an UPDATE or DELETE binds the part of its rows.
func (p statement) chosen(table string) []int {
	for i := range p.toks {
		if p.at(i) != "part_id" || p.toks[i].group != 0 || p.at(i+1) != "=" || param(p.at(i+2)) == 0 {
			continue
		}
		from := i
		if p.at(i-1) == "." {
			if from = i - 2; p.at(from) != table {
				continue
			}
		}
		if c, ok := p.conjunct(from, i+2); ok && c.on == 0 {
			return []int{param(p.at(i + 2))}
		}
	}
	return nil
}
