package evening

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Person is a member of a cell who is signed in.
type Person struct {
	Name       string
	ID         int64
	Membership int64
	Account    int64
	Official   bool
	Token      string // of the session
}

// Room is a meeting of a cell that is announced for today.
type Room struct {
	Cell    org.Unit
	Ref     ident.Ref
	Items   []int64
	Chair   *Person   // secretary of the cell
	Members []*Person // in the order of names, the chair among them
}

// Href is the address of the meeting.
func (r Room) Href() string { return meeting.Href(r.Ref) }

// Stager prepares evenings in a database that no other process has open.
type Stager struct {
	DB       *db.DB
	Book     *rulebook.Book
	meetings *meeting.Service
	accounts *account.Service
	sessions *account.Sessions
	people   map[int64]*Person // by membership: one session for all meetings
}

// NewStager makes a Stager.
func NewStager(d *db.DB) (*Stager, error) {
	book, err := rulebook.New()
	if err != nil {
		return nil, err
	}
	accounts, err := account.New(account.Config{DB: d, Clock: clock.System(), Book: book})
	return &Stager{
		DB: d, Book: book, accounts: accounts, sessions: account.NewSessions(d), people: map[int64]*Person{},
		meetings: &meeting.Service{DB: d, Book: book, Documents: &document.Service{DB: d, Book: book}},
	}, err
}

// Cells gives the living cells below the top of the tree, at most so many.
func (s *Stager) Cells(ctx context.Context, most int) (out []org.Unit, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		top, err := org.Top(ctx, q)
		if err != nil {
			return err
		}
		all, err := org.Living(ctx, q, tree.Path(top.Path))
		for _, u := range all {
			if u.IsCell() && len(out) < most {
				out = append(out, u)
			}
		}
		return err
	})
	return out, err
}

// Stage announces a meeting of the kind for today in each cell and signs everybody in.
func (s *Stager) Stage(ctx context.Context, cells []org.Unit, kind string) ([]*Room, error) {
	rooms := make([]*Room, len(cells))
	for i, u := range cells {
		r, err := s.room(ctx, u, kind)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.Name, err)
		}
		rooms[i] = r
	}
	return rooms, s.signIn(ctx, rooms)
}

func (s *Stager) room(ctx context.Context, u org.Unit, kind string) (*Room, error) {
	now := s.DB.Clock().Now()
	day := civil.From(now)
	r := &Room{Cell: u}
	ref, err := s.meetings.Convene(ctx, access.System(), meeting.ConveneIn{CellID: u.ID, Kind: kind, Day: day, Hour: 19, Minute: 30, Theme: themeOf(kind)})
	if err != nil {
		return nil, err
	}
	r.Ref = ref
	if kind != meeting.Extraordinary {
		if err := s.agree(ctx, u, ref, day); err != nil {
			return nil, err
		}
	}
	if err := s.meetings.Invite(ctx, access.System(), ref); err != nil {
		return nil, err
	}
	f, err := s.meetings.Get(ctx, access.System(), ref)
	if err != nil {
		return nil, err
	}
	for _, it := range f.Items {
		r.Items = append(r.Items, it.ID)
	}
	for _, row := range f.Roll {
		p := s.people[row.MembershipID]
		if p == nil {
			p = &Person{Name: row.Name, ID: row.PersonID, Membership: row.MembershipID, Official: row.Official && row.Standing == member.StandingOfficial}
			s.people[row.MembershipID] = p
		}
		r.Members = append(r.Members, p)
		if row.MembershipID == f.ChairID {
			r.Chair = p
		}
	}
	if r.Chair == nil {
		return nil, fmt.Errorf("nobody chairs the meeting of %s", u.Name)
	}
	return r, nil
}

func themeOf(kind string) string {
	if kind == meeting.Thematic {
		return "Chuyên đề của buổi tối"
	}
	return ""
}

func (s *Stager) agree(ctx context.Context, u org.Unit, ref ident.Ref, day civil.Date) error {
	in := meeting.AgreeIn{}
	err := s.DB.Read(ctx, func(q db.Q) error {
		people, err := office.Committee(ctx, q, ref.Part, u.ID, day)
		for _, p := range people {
			in.PresentIDs = append(in.PresentIDs, p.MembershipID)
		}
		return err
	})
	if err == nil {
		_, err = s.meetings.Agree(ctx, access.System(), ref, in)
	}
	return err
}

// signedFor is how long the sessions last.
const signedFor = 24 * time.Hour

// signIn gives everybody without one an account and a session.
func (s *Stager) signIn(ctx context.Context, rooms []*Room) error {
	hash, err := s.accounts.Hash(ctx, "not typed by anybody")
	if err != nil {
		return err
	}
	var fresh []*Person
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		fresh = nil
		for _, r := range rooms {
			for _, p := range r.Members {
				if p.Token != "" || p.ID == 0 {
					continue
				}
				if err := s.account(ctx, tx, r.Ref.Part, p, hash); err != nil {
					return err
				}
				fresh = append(fresh, p)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.open(ctx, fresh)
}

func (s *Stager) account(ctx context.Context, tx *db.Tx, part int64, p *Person, hash string) error {
	a, err := account.ByPerson(ctx, tx, p.ID)
	if fault.KindOf(err) == fault.NotFound {
		a, err = s.accounts.Create(ctx, tx, account.NewAccount{
			Login: fmt.Sprintf("toi.%d", p.ID), Hash: hash, PersonID: p.ID, PartID: part, Name: p.Name,
		})
	}
	p.Account = a.ID
	return err
}

// opening is how many sessions are written at the same time: they share commits.
const opening = 200

func (s *Stager) open(ctx context.Context, people []*Person) error {
	var wg sync.WaitGroup
	failed := make(chan error, opening)
	for k := range opening {
		wg.Go(func() {
			for i := k; i < len(people); i += opening {
				if err := s.session(ctx, people[i]); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

func (s *Stager) session(ctx context.Context, p *Person) error {
	until := clock.System().Now().Add(signedFor)
	data, err := account.Codec{}.Encode(until, map[string]any{account.AccountKey: p.Account})
	if err != nil {
		return err
	}
	p.Token = rand.Text()
	return s.sessions.CommitCtx(account.WithDevice(ctx, ident.NewDevice()), p.Token, data, until)
}
