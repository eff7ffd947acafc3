package member

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

// Query is a search for members by name.
type Query struct {
	Text     string     // as typed: beginnings of words of a name, in any order, with or without marks
	Day      civil.Date // required: members as of this day
	Standing string     // one standing; "": all
	Left     bool       // also who has left
	Past     bool       // Day is before today: also who has left, or changed the name, since
	Limit    int        // zero: 20
}

// Hit is a member found. To is set for who has left.
type Hit struct {
	Row
	OtherName string
}

// Found is what a search gave: first those whose marks fit exactly, then those with
// whole words, then in the order of names.
type Found struct {
	Hits []Hit
	More bool // there are more than the limit
	Cut  bool // more than Cap names fit; Hits are the best of some of them
	Cap  int  // how many names this search compared at most
	// Units are the units by whose names the search was narrowed ("khai hòa bình"),
	// when nobody's name has all words.
	Units []org.Unit
}

// findCap is how many names a search compares at most, and findCapShort when but a
// letter or two are typed: whoever does so has not finished.
const (
	findCap      = 1000
	findCapShort = 300
	shortLetters = 2
)

const (
	findLimit = 20
	findWords = 8   // words of a search that count
	findRunes = 200 // characters of a search that are read
)

// search is one run of Find.
type search struct {
	q       db.Q
	scope   access.Scope
	then    *Then // by the tree of the day; nil: by today's
	span    org.Span
	whole   bool // the scope is the whole tree
	in      Query
	typed   []viet.Word
	finder  *viet.Finder
	few     int                // parts
	most    int                // names to compare
	ways    ways               // of PostgreSQL, as last told
	seen    map[candidate]bool // by part, person and membership alone
	list    []candidate
	ready   map[int64][]Row // of persons, read at once
	members map[int64][]Row // the same by membership
	cut     bool
}

// candidate is a person, or one membership of a person, whose name may fit.
type candidate struct {
	part, person, membership int64  // membership 0: the person's home membership
	text                     *texts // nil in keys
}

type texts struct {
	name, then, other, sort string
	fit                     viet.Fit
}

// FindWords gives the words of a search that Find compares; none means that the text
// holds nothing to find.
func FindWords(text string) []viet.Word {
	if r := []rune(text); len(r) > findRunes {
		text = string(r[:findRunes])
	}
	typed := viet.Words(text)
	return typed[:min(len(typed), findWords)]
}

// Find gives the members of the scope whose name, or other name, has for each word
// typed a word that begins so. The work is bounded whatever is typed, see Found.Cut.
func Find(ctx context.Context, q db.Q, scope access.Scope, in Query) (Found, error) {
	typed := FindWords(in.Text)
	if len(typed) == 0 {
		return Found{}, nil
	}
	if in.Limit <= 0 {
		in.Limit = findLimit
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return Found{}, err
	}
	found, err := find(ctx, q, scope, span, in, typed, fewParts(q))
	if err != nil || len(typed) < 2 || found.Cut || len(found.Hits) > 0 {
		return found, err
	}
	return narrowed(ctx, today{q, scope, in}, in.Limit, typed)
}

// isTop says whether the scope is the whole tree.
func isTop(scope access.Scope) bool { return scope.Unit().Path.Depth() <= 1 }

// find compares names one by one in up to few parts, and asks the full text for more.
func find(ctx context.Context, q db.Q, scope access.Scope, span org.Span, in Query, typed []viet.Word, few int) (Found, error) {
	s := newSearch(q, scope, in, typed)
	s.span, s.few = span, few
	if err := s.gather(ctx); err != nil {
		return Found{}, err
	}
	return s.best(ctx)
}

func newSearch(q db.Q, scope access.Scope, in Query, typed []viet.Word) *search {
	return &search{
		q: q, scope: scope, whole: isTop(scope), in: in, typed: typed,
		finder: viet.NewFinder(typed), seen: map[candidate]bool{}, most: capOf(typed), ways: anyWay(),
	}
}

// best opens those of the candidates that fit best.
func (s *search) best(ctx context.Context) (Found, error) {
	slices.SortFunc(s.list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.text.fit.Score, b.text.fit.Score), cmp.Compare(a.text.sort, b.text.sort),
			cmp.Compare(a.person, b.person), cmp.Compare(a.membership, b.membership))
	})
	return s.open(ctx)
}

func capOf(typed []viet.Word) int {
	letters := 0
	for _, w := range typed {
		letters += utf8.RuneCountInString(w.Fold)
	}
	if letters <= shortLetters {
		return findCapShort
	}
	return findCap
}

// add keeps those candidates whose names fit, each once.
func (s *search) add(list []candidate) {
	for _, c := range list {
		key := c
		key.text = nil
		if s.seen[key] {
			continue
		}
		s.seen[key] = true
		if c.text.fit = s.finder.Fit(c.text.name, c.text.then, c.text.other); c.text.fit.OK {
			s.list = append(s.list, c)
		}
	}
}

// enough says whether as many candidates fit at least so well as are asked for.
func (s *search) enough(good func(viet.Fit) bool) bool {
	n := 0
	for _, c := range s.list {
		if good(c.text.fit) {
			n++
		}
	}
	return n > s.in.Limit
}

// open reads the memberships of the best candidates, as many as are asked for. A
// person may have none in the scope, or another standing.
func (s *search) open(ctx context.Context) (Found, error) {
	out := Found{Cut: s.cut, Cap: s.most}
	here, shown := map[int64]bool{}, map[int64]bool{} // persons; memberships
	if err := s.prepare(ctx); err != nil {
		return out, err
	}
	for _, c := range s.list {
		read := s.home
		if c.membership != 0 {
			read = s.byMembership
		}
		rows, err := read(ctx, c)
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			gone := !r.To.IsZero() && !s.in.Day.Before(r.To)
			if shown[r.Ref.ID] || gone && here[r.PersonID] {
				continue
			}
			if len(out.Hits) == s.in.Limit {
				out.More = true
				return out, nil
			}
			shown[r.Ref.ID], here[r.PersonID] = true, true
			out.Hits = append(out.Hits, Hit{r, c.text.other})
		}
	}
	out.More = out.Cut
	return out, nil
}
