package db

// need is a table that a statement reads.
type need struct {
	table string
	from  []source // where the parts of all rows that count lie; nil: anywhere
}

// source is a set of parts: those of the units of a range of paths, or the one that is an
// argument.
type source struct{ lo, hi, arg int } // numbers of parameters; 0: not so

// tree is the one table that is not laid out by part: every change of it counts.
const tree = "org"

// item is a table in a FROM.
type item struct {
	table string
	group int
}

// bindings is what ties the rows of each alias to parts.
type bindings struct {
	p     statement
	items map[string]item
	whole map[string]bool     // tables of which any row may count
	edges map[string][]string // column → columns that are the same in all rows that count
	known map[string]source
	lo    map[string]int
	hi    map[string]int
}

// needsOf says which of the tables a SELECT reads, and of which parts. ok is false for
// what is no plain SELECT.
//
// The rows of an alias are bound to parts when a condition that holds for every row ties
// its part_id to a parameter, or to that of a unit whose path lies between two of them. A
// condition of a LEFT JOIN ties only the table that it joins, one of a subquery only the
// tables of that subquery.
func needsOf(query string, tables map[string]bool) (needs []need, ok bool) {
	p := cut(query)
	if s := p.at(0); p.odd || s != "select" && s != "with" {
		return nil, false
	}
	b := bindings{
		p: p, items: map[string]item{}, whole: map[string]bool{}, edges: map[string][]string{}, known: map[string]source{},
		lo: map[string]int{}, hi: map[string]int{},
	}
	b.from(tables)
	only := b.only()
	for i := range p.toks {
		b.path(i)
		b.equal(i)
		b.bare(i, only)
	}
	for alias, lo := range b.lo {
		if hi := b.hi[alias]; hi != 0 {
			b.known[alias+".part_id"] = source{lo: lo, hi: hi}
		}
	}
	b.spread()
	return b.needs(), true
}

// from lists the tables with their aliases; a name that is used twice binds nothing.
func (b *bindings) from(tables map[string]bool) {
	twice := map[string]bool{}
	for i, t := range b.p.toks {
		if !t.word || b.p.at(i-1) == "." && tables[t.s] {
			continue
		}
		switch t.s {
		case "right", "full", "natural", "using":
			b.p.odd = true // joins that are not understood: see needs
		}
		if !tables[t.s] || b.p.at(i+1) == "." {
			continue
		}
		if s := b.p.at(i - 1); s != "from" && s != "join" {
			b.whole[t.s] = true
			continue
		}
		alias := b.aliasOf(i)
		if had, known := b.items[alias]; known {
			twice[alias] = true
			b.whole[had.table], b.whole[t.s] = true, true
		}
		b.items[alias] = item{t.s, t.group}
	}
	for alias := range twice {
		delete(b.items, alias)
	}
}

// aliasOf gives the name by which the statement calls the table that stands at i.
func (b *bindings) aliasOf(i int) string {
	n := i + 1
	if b.p.at(n) == "as" {
		n++
	}
	if n < len(b.p.toks) && b.p.toks[n].word && b.p.toks[n].group == b.p.toks[i].group && !ends(b.p.at(n)) && b.p.at(n) != "on" {
		return b.p.at(n)
	}
	return b.p.at(i)
}

// binds says whether a condition of a clause in a group may bind the alias.
func (b *bindings) binds(alias string, g int, c clause) bool {
	it, ok := b.items[alias]
	return ok && it.group == g && (!c.left || c.join+1 < len(b.p.toks) && b.aliasOf(c.join+1) == alias)
}

// path takes a bound of the paths of a unit.
func (b *bindings) path(i int) {
	p := b.p
	alias := p.at(i)
	if b.items[alias].table != tree || p.at(i+1) != "." || p.at(i+2) != "path" || param(p.at(i+4)) == 0 {
		return
	}
	c, ok := p.conjunct(i, i+4)
	if !ok || c.left || !b.binds(alias, p.toks[i].group, c) {
		return
	}
	switch p.at(i + 3) {
	case ">=", ">":
		b.lo[alias] = param(p.at(i + 4))
	case "<":
		b.hi[alias] = param(p.at(i + 4))
	}
}

// equal takes an equation of a part.
func (b *bindings) equal(i int) {
	p := b.p
	left, ok := b.column(i)
	if !ok || p.at(i+3) != "=" {
		return
	}
	alias, g := p.at(i), p.toks[i].group
	if n := param(p.at(i + 4)); n > 0 {
		if c, ok := p.conjunct(i, i+4); ok && b.binds(alias, g, c) {
			b.known[left] = source{arg: n}
		}
		return
	}
	right, ok := b.column(i + 4)
	if !ok {
		return
	}
	c, ok := p.conjunct(i, i+6)
	if !ok {
		return
	}
	if b.binds(alias, g, c) {
		b.edges[right] = append(b.edges[right], left)
	}
	if b.binds(p.at(i+4), g, c) {
		b.edges[left] = append(b.edges[left], right)
	}
}

// only gives the alias of the one table of a statement that reads no other; "" else.
func (b *bindings) only() string {
	for i := range b.p.toks {
		if b.p.at(i) != "from" {
			continue
		}
		alias, next := b.aliasOf(i+1), i+2
		if alias != b.p.at(i+1) {
			next++
		}
		if b.p.at(next-1) == "as" {
			next++
		}
		if s := b.p.at(next); b.p.toks[i].group == 0 && len(b.items) == 1 && len(b.whole) == 0 && (s == "where" || s == "") {
			if _, ok := b.items[alias]; ok {
				return alias
			}
		}
		return ""
	}
	return ""
}

// bare takes an equation of a part without an alias, in a statement that reads one table.
func (b *bindings) bare(i int, only string) {
	p := b.p
	if only == "" || p.at(i) != "part_id" || p.toks[i].group != 0 || p.at(i-1) == "." || p.at(i+1) != "=" || param(p.at(i+2)) == 0 {
		return
	}
	if c, ok := p.conjunct(i, i+2); ok && c.on == 0 {
		b.known[only+".part_id"] = source{arg: param(p.at(i + 2))}
	}
}

// column gives the column at i that is or may be a part.
func (b *bindings) column(i int) (string, bool) {
	p := b.p
	it, ok := b.items[p.at(i)]
	if !ok || p.at(i+1) != "." {
		return "", false
	}
	switch p.at(i + 2) {
	case "part_id":
	case "id":
		if it.table != tree {
			return "", false
		}
	default:
		return "", false
	}
	return p.at(i) + "." + p.at(i+2), true
}

// spread carries what is known along the equations.
func (b *bindings) spread() {
	var todo []string
	for c := range b.known {
		todo = append(todo, c)
	}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		for _, to := range b.edges[c] {
			if _, known := b.known[to]; !known {
				b.known[to] = b.known[c]
				todo = append(todo, to)
			}
		}
	}
}

func (b *bindings) needs() (out []need) {
	at := map[string]int{}
	add := func(table string, from ...source) {
		i, known := at[table]
		if !known {
			i = len(out)
			at[table] = i
			out = append(out, need{table: table})
		}
		out[i].from = append(out[i].from, from...)
	}
	for alias, it := range b.items {
		s, bound := b.known[alias+".part_id"]
		if b.p.odd || it.table == tree || !bound {
			b.whole[it.table] = true
		} else if !b.whole[it.table] {
			add(it.table, s)
		}
	}
	for table := range b.whole {
		add(table)
		out[at[table]].from = nil
	}
	return out
}
