package member

import (
	"strconv"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Kinds of membership.
const (
	KindHome  = "home"
	KindGuest = "guest" // temporary activity here, rules.md 5.12
)

// Kinds of spell. Each is also the standing of a member during it.
const (
	SpellExempt    = "exempt"
	SpellTempOut   = "temp_out"
	SpellAway      = "away"
	SpellSuspended = "suspended"
)

// Standings that are no spell.
const (
	StandingOfficial = "official"
	StandingReserve  = "reserve"
	StandingGuest    = "guest"
)

// How a membership began.
const (
	OriginAdmission = "admission"
	OriginTransfer  = "transfer"
	OriginFounded   = "founded" // was a member when the records began
)

// ErrNotFound says that there is no such member in the scope.
var ErrNotFound = fault.New(fault.NotFound, "member.err.not_found")

// Person is a person of the register.
type Person struct {
	Part      int64 // of the home cell; moves with it
	ID        int64
	Name      string
	OtherName string     // name in daily use or in the past; "" none
	Sex       string     // "f" or "m"
	Birth     civil.Date // to the day, the month or the year
	Phone     string
	Card      string // Party card: 12 digits, or an older number (rules.md 5.29)
	Version   int

	// IDNo is the personal identity number as typed. It is set only by who writes it,
	// who then calls Sealed; what is read from the register has it sealed.
	IDNo string

	box, mac string // IDNo, sealed, and its keyed hash
	merged   int64  // the person this one was merged into; 0 none
}

// Membership is a person in a cell for a time.
type Membership struct {
	Part       int64
	ID         int64
	PersonID   int64
	CellID     int64
	Kind       string // KindHome or KindGuest
	Name       string // as it was then
	From       civil.Date
	To         civil.Date // first day outside; zero: still in
	Origin     string
	Ending     string     // transfer, death, removal, resignation, expulsion; "" while in
	AdmittedOn civil.Date // decision of admission, rules.md 5.02
	OfficialOn civil.Date // zero: reserve
}

// Ref names the membership.
func (m Membership) Ref() ident.Ref { return ident.Ref{Part: m.Part, ID: m.ID} }

// OfficialAt says whether the member is official on the day.
func (m Membership) OfficialAt(day civil.Date) bool {
	return !m.OfficialOn.IsZero() && m.OfficialOn.Compare(day) <= 0
}

// Spell is a time in which a member's rights or duties differ.
type Spell struct {
	Part         int64
	ID           int64
	MembershipID int64
	Kind         string
	From         civil.Date
	To           civil.Date // first day after; zero: open
	Reason       string
	Place        string
}

// OnDay is a member of a cell as he or she stands on one day.
type OnDay struct {
	MembershipID int64
	PersonID     int64
	Name         string
	Sort         string
	Official     bool   // also while exempt, out, suspended or a guest
	Standing     string // official, reserve, exempt, temp_out, away, suspended, guest
}

// Row is a line of a list of members. Phone is masked.
type Row struct {
	Ref        ident.Ref // of the membership
	PersonID   int64
	CellID     int64
	CellShort  string
	UnitID     int64 // the part: grassroots organisation or commune
	UnitShort  string
	Kind       string
	Name       string
	Sort       string
	Sex        string
	Birth      civil.Date
	Phone      string // "09•• ••• 123"
	Official   bool
	Standing   string
	From       civil.Date
	To         civil.Date
	AdmittedOn civil.Date
	OfficialOn civil.Date
}

// Cursor marks the row's place in List.
func (r Row) Cursor() string { return r.Sort + "." + strconv.FormatInt(r.Ref.ID, 10) }

// AdmittedCursor marks the row's place in Admitted.
func (r Row) AdmittedCursor() string {
	return r.AdmittedOn.String() + "." + strconv.FormatInt(r.Ref.ID, 10)
}

func parseCursor(s string) (key string, id int64, err error) {
	if s == "" {
		return "", 0, nil
	}
	key, num, ok := strings.Cut(s, ".")
	id, err = strconv.ParseInt(num, 10, 64)
	if !ok || err != nil {
		return "", 0, fault.New(fault.NotFound, "err.not_found")
	}
	return key, id, nil
}

// MaskPhone hides the middle of a number: the first two and the last three digits
// stay, "09•• ••• 123". A number too short to hide is hidden whole.
func MaskPhone(phone string) string {
	var digits []rune
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			digits = append(digits, r)
		}
	}
	if len(digits) == 0 {
		return ""
	}
	if len(digits) < 7 {
		return "•••"
	}
	n := len(digits)
	return string(digits[:2]) + "•• ••• " + string(digits[n-3:])
}

func standing(kind, spell string, official bool) string {
	switch {
	case spell != "":
		return spell
	case kind == KindGuest:
		return StandingGuest
	case official:
		return StandingOfficial
	}
	return StandingReserve
}
