package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/internal/viet"
)

// Why a person may be the one who is being entered.
const (
	AlikeCard  = "card"
	AlikeIDNo  = "idno"  // the same identity number
	AlikeBirth = "birth" // the same name and birth
	AlikeName  = "name"  // the same name, and a birth that does not contradict
)

// Lookalike is a person of the register who may be the one being entered. Ref, Cell and
// Standing are filled for who may read there; of others only the name that was typed
// is known.
type Lookalike struct {
	Why   string
	Name  string
	Birth civil.Date
	Ref   ident.Ref // of the latest membership
	Cell  string
	In    bool // is in that cell today
	Mine  bool // the reader may see the cell's list
}

const (
	alikeColumns = `SELECT p.part_id, p.id, p.name, p.birth, p.card, p.idno_mac FROM person p WHERE p.merged_into = 0 AND `
	alikeSQL     = alikeColumns + `p.fold = $1 UNION ` + alikeColumns + `p.card <> '' AND p.card = $2 UNION ` + alikeColumns + `p.idno_mac <> '' AND p.idno_mac = $3`
)

// lookalikeMost bounds what is looked at: some names are very common.
const lookalikeMost = 500

const lastOfPersonSQL = `SELECT m.part_id, m.id, m.to_day, c.name, c.path FROM membership m JOIN org c ON c.id = m.cell_id
 WHERE m.person_id = $1 AND m.from_day <= $2 ORDER BY CASE WHEN m.to_day = '' THEN 0 ELSE 1 END, m.kind DESC, m.to_day DESC LIMIT 1`

// alike finds who may be the person: the same card or identity number; the same folded
// name with a birth that agrees as far as both are known.
func alike(ctx context.Context, q db.Q, actor access.Actor, p Person, today civil.Date) ([]Lookalike, error) {
	type found struct {
		part, id int64
		name     string
		birth    civil.Date
		card     string
		mac      string
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (f found, err error) {
		return f, s.Scan(&f.part, &f.id, &f.name, &f.birth, &f.card, &f.mac)
	}, alikeSQL, viet.Fold(p.Name), p.Card, p.mac)
	if err != nil {
		return nil, err
	}
	var out []Lookalike
	for _, f := range list[:min(len(list), lookalikeMost)] {
		why := sameBirth(f.birth, p.Birth)
		switch {
		case p.Card != "" && f.card == p.Card:
			why = AlikeCard
		case p.mac != "" && f.mac == p.mac:
			why = AlikeIDNo
		}
		if why == "" {
			continue
		}
		a := Lookalike{Why: why, Name: f.name, Birth: f.birth}
		if err := a.place(ctx, q, actor, f.id, today); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// place finds the cell, for who may see its list.
func (a *Lookalike) place(ctx context.Context, q db.Q, actor access.Actor, personID int64, today civil.Date) error {
	var to civil.Date
	var cell, path string
	var ref ident.Ref
	err := q.QueryRow(ctx, lastOfPersonSQL, personID, today).Scan(&ref.Part, &ref.ID, &to, &cell, &path)
	if db.NoRows(err) {
		return nil
	}
	a.In = err == nil && (to.IsZero() || to.After(today))
	if a.Mine = actor.Can(access.MemberList, access.Unit{Path: tree.Path(path)}); a.Mine {
		a.Ref, a.Cell = ref, cell
	} else {
		a.Birth = civil.Date{}
	}
	return err
}

// sameBirth compares births as far as both are known, "" when they differ.
func sameBirth(a, b civil.Date) string {
	switch {
	case a.IsZero() || b.IsZero():
		return AlikeName
	case a == b && a.IsDay():
		return AlikeBirth
	case a.Year() != b.Year(),
		a.MonthNum() != 0 && b.MonthNum() != 0 && a.MonthNum() != b.MonthNum(),
		a.IsDay() && b.IsDay() && a.Day() != b.Day():
		return ""
	}
	return AlikeName
}
