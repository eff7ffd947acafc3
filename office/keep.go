package office

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// KeepIn is the decision of a unit on one kind of records.
type KeepIn struct {
	OrgID  int64
	Kind   string // access.KeptContact and its neighbours
	On     bool   // keep; false: open again
	Reason string // required to keep
}

// Decides says whether the person decides what the unit keeps: its secretary on the
// day, and nobody in the secretary's place.
func Decides(ctx context.Context, q db.Q, personID int64, unit org.Unit, day civil.Date) (bool, error) {
	h, err := HolderOf(ctx, q, unit.PartID, unit.ID, Secretary, day)
	if errors.Is(err, ErrNobody) {
		return false, nil
	}
	return err == nil && personID != 0 && h.PersonID == personID, err
}

// Keep writes that the unit keeps a kind of records from the levels above, or opens
// them again. Only its secretary decides; the secretary of the unit above is told.
// Which kinds there are is rulebook.KeptKinds of the day, so that a unit above may
// narrow them. Field errors: kind, reason.
func (s *Service) Keep(ctx context.Context, actor access.Actor, in KeepIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		unit, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		may, err := Decides(ctx, tx, actor.PersonID, unit, tx.Today())
		if err != nil {
			return err
		}
		if !may {
			return access.ErrForbidden
		}
		if err := in.check(s.Book.At(tx.Today(), unit.Path)); err != nil {
			return err
		}
		action, changed := "unit.keep", false
		if in.On {
			changed, err = access.Keep(ctx, tx, actor, unit.ID, in.Kind, strings.TrimSpace(in.Reason))
		} else {
			action = "unit.reopen"
			changed, err = access.Reopen(ctx, tx, actor, unit.ID, in.Kind)
		}
		if err != nil || !changed {
			return err
		}
		above, err := secretaryAbove(ctx, tx, unit, tx.Today())
		if err != nil {
			return err
		}
		n := notify.Notice{Kind: action, Href: keptHref(unit.ID), Args: map[string]any{"Unit": unit.Name}}
		if err := notify.Send(ctx, tx, n, above); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: unit.PartID, Account: actor.AccountID, Action: action, Target: "org", TargetID: unit.ID,
			Detail: map[string]any{"kind": in.Kind},
		})
	})
}

func (in KeepIn) check(set rulebook.Set) error {
	var f fault.Fields
	known := slices.ContainsFunc(set.Choices(rulebook.KeptKinds), func(c rulebook.Choice) bool { return c.Code == in.Kind })
	if in.On && !known {
		f.Add("kind", "office.err.kept_kind")
	}
	switch n := len([]rune(strings.TrimSpace(in.Reason))); {
	case in.On && n == 0:
		f.Add("reason", "office.err.reason_empty")
	case n > reasonMax:
		f.Add("reason", "office.err.reason_long", "Max", reasonMax)
	}
	return f.Err()
}

func keptHref(orgID int64) string { return "/units/" + strconv.FormatInt(orgID, 10) + "/kept" }
