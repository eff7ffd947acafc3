package meeting

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
	"chibo/workplan"
)

// templateFor gives the agenda template that holds for the cell on the meeting's day
// (rules.md 1.34, 2.15-2.17): that of the nearest committee that made one, else the
// rulebook's.
func templateFor(ctx context.Context, q db.Q, set rulebook.Set, u org.Unit, m Meeting) (agenda.Template, error) {
	return agenda.For(ctx, q, set, u.Path, u.Type, templateKind(set, m), m.Day)
}

func templateKind(set rulebook.Set, m Meeting) string {
	if m.Body == BodyCommittee {
		return agenda.CellCommittee
	}
	kind, _ := set.MeetingKind(m.Kind)
	return kind.Agenda
}

// templateItems makes items of those of a template.
func templateItems(tx *db.Tx, list []agenda.Item, m Meeting, o officers) []Item {
	items := make([]Item, len(list))
	for i, t := range list {
		items[i] = Item{
			ID: tx.ID(), Seq: i + 1, Title: t.Title, Content: t.Content, Minutes: t.Minutes, SpeakerID: o.speaker(t.Speaker, m), Code: t.Code,
		}
	}
	return items
}

// Planning is what stands beside a meeting's plan while it is made.
type Planning struct {
	Template agenda.Template             // that holds for the meeting's day
	Made     agenda.Template             // that the agenda was made from; ID 0: the rulebook's
	Missing  []agenda.Item               // of Template, that the agenda does not have
	Guidance []agenda.Guidance           // in force on the day, taken up by no meeting of the cell
	Of       map[int64]agenda.Guidance   // on the agenda, by item
	Spread   agenda.Spread               // of other cells of the type
	Work     workplan.Offer              // of the cell's plans of the year, for its committee
	WorkOn   map[int64]workplan.OnAgenda // of these plans, on the agenda, by item
}

// Planning gives it for a meeting that the actor may read.
func (s *Service) Planning(ctx context.Context, actor access.Actor, ref ident.Ref) (p Planning, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		if p.Template, err = templateFor(ctx, q, h.set, h.unit, h.Meeting); err != nil {
			return err
		}
		if p.Made = p.Template; h.TemplateID != 0 && h.TemplateID != p.Template.ID {
			if p.Made, err = agenda.ByID(ctx, q, h.TemplateID); err != nil {
				return err
			}
		} else if h.TemplateID == 0 {
			p.Made = agenda.Template{Rule: h.set.Agenda(h.unit.Type, templateKind(h.set, h.Meeting)).Rule}
		}
		items, err := itemsOf(ctx, q, ref)
		if err != nil {
			return err
		}
		p.Missing = missing(p.Template, items)
		if p.Guidance, err = agenda.Open(ctx, q, h.unit, h.Day); err != nil {
			return err
		}
		if p.Of, err = agenda.OfMeeting(ctx, q, ref); err != nil {
			return err
		}
		if h.Body == BodyCell && actor.Quiet().Can(access.Prepare, h.unit.Access()) {
			if p.Work, err = workplan.OfferTo(ctx, q, h.unit, h.Day.Month()); err != nil {
				return err
			}
			if p.WorkOn, err = workplan.OfMeeting(ctx, q, ref); err != nil {
				return err
			}
		}
		p.Spread, err = agenda.SpreadFor(ctx, q, h.set, h.unit, h.Kind, h.Month)
		return err
	})
	return p, err
}

func missing(t agenda.Template, items []Item) []agenda.Item {
	codes, titles := make([]string, len(items)), make([]string, len(items))
	for i, it := range items {
		codes[i], titles[i] = it.Code, it.Title
	}
	return t.Missing(codes, titles)
}

// AllMissing in Plan.PutBack stands for every item of the template that is missing.
const AllMissing = "*"

// add puts into the plan what its buttons ask for beside what stands in it: items of the
// template that are missing, a guidance, and what the plan of the year offers.
func (p *Plan) add(ctx context.Context, tx *db.Tx, actor access.Actor, h held) error {
	if p.PutBack == "" && p.TakeUp == 0 && p.TakeWork == 0 && p.TakeYear == 0 && p.GiveWork == 0 {
		return nil
	}
	t, err := templateFor(ctx, tx, h.set, h.unit, h.Meeting)
	if err != nil {
		return err
	}
	had, err := itemsOf(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	for i := range p.Items { // the form does not say from where an item came
		if k := slices.IndexFunc(had, func(it Item) bool { return it.ID == p.Items[i].ID }); k >= 0 {
			p.Items[i].Code = had[k].Code
		}
	}
	if err := p.putBack(ctx, tx, h, t); err != nil {
		return err
	}
	if err := p.addWork(ctx, tx, h, t); err != nil || p.TakeUp == 0 {
		return err
	}
	id := tx.ID()
	g, err := agenda.Take(ctx, tx, actor, p.TakeUp, h.unit, h.Ref, id, h.Day)
	if err != nil {
		return err
	}
	p.insert(t, Item{ID: id, Title: g.Title, Content: g.Content, Minutes: g.Minutes, made: true})
	return nil
}

func (p *Plan) putBack(ctx context.Context, tx *db.Tx, h held, t agenda.Template) error {
	if p.PutBack == "" {
		return nil
	}
	o, err := officersOf(ctx, tx, h.unit, h.Day)
	if err != nil {
		return err
	}
	for _, it := range missing(t, p.Items) {
		if p.PutBack != AllMissing && p.PutBack != it.Code {
			continue
		}
		made := templateItems(tx, []agenda.Item{it}, h.Meeting, o)[0]
		made.made = true
		p.insert(t, made)
	}
	return nil
}

// insert puts an item where the template has it.
func (p *Plan) insert(t agenda.Template, it Item) {
	codes := make([]string, len(p.Items))
	for i, x := range p.Items {
		codes[i] = x.Code
	}
	p.Items = slices.Insert(p.Items, t.Place(it.Code, codes), it)
}

// Shares gives the minutes of the items by kind of content, planned and spent, in the
// rulebook's order; a kind without minutes is left out.
func (f Full) Shares() []agenda.Share {
	return shares(f.Set, f.Items, func(it Item) int { return it.Spent(f.Now) })
}

func shares(set rulebook.Set, items []Item, spent func(Item) int) []agenda.Share {
	var out []agenda.Share
	for _, k := range set.ContentKinds() {
		s := agenda.Share{Content: k.Code}
		for _, it := range items {
			if it.Content == k.Code {
				s.Planned += it.Minutes
				s.Spent += spent(it)
			}
		}
		if s.Planned > 0 || s.Spent > 0 {
			out = append(out, s)
		}
	}
	return out
}

// BalanceOf gives what a meeting that was closed spent its minutes on.
func BalanceOf(m Meeting, set rulebook.Set, cellType string, items []Item) agenda.Balance {
	return agenda.Balance{
		Meeting: m.Ref, CellID: m.OrgID, CellType: cellType, Kind: m.Kind, Month: m.Month,
		Shares: shares(set, items, func(it Item) int { return it.Spent(m.ClosedAt) }),
	}
}

// putBalance keeps it, and which guidance the meeting dealt with.
func (p proceedings) putBalance(ctx context.Context, tx *db.Tx) error {
	var begun []int64
	for _, it := range p.items {
		if !it.StartedAt.IsZero() {
			begun = append(begun, it.ID)
		}
	}
	if err := agenda.Dealt(ctx, tx, p.Ref, p.Day, begun); err != nil {
		return err
	}
	if err := workplan.Dealt(ctx, tx, p.Ref, p.Day, begun); err != nil {
		return err
	}
	return agenda.PutBalance(ctx, tx, BalanceOf(p.Meeting, p.set, p.unit.Type, p.items))
}
