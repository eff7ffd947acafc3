package evening

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/org"
	"chibo/secret"
)

// teamSize is how many people count, each with a slip.
const teamSize = secret.Slips

// Box is a secret vote that is open in a room.
type Box struct {
	*Room
	Vote  int64
	Codes [secret.Slips]secret.Code
}

// At is the address of the vote.
func (b Box) At() string { return b.Href() + "/secret/" + strconv.FormatInt(b.Vote, 10) }

// Allow records the decision of the committee above all that lets cells vote secretly on
// phones.
func (s *Stager) Allow(ctx context.Context) error {
	var top org.Unit
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		top, err = org.Top(ctx, q)
		return err
	})
	if err != nil {
		return err
	}
	return secret.Allow(ctx, s.DB, access.System(), top.ID, "Quyết định cho buổi tối", civil.From(s.DB.Clock().Now()))
}

// Gather opens the meeting of a room with everybody present.
func (s *Stager) Gather(ctx context.Context, r *Room) error {
	if err := s.meetings.OpenMeeting(ctx, access.System(), r.Ref); err != nil {
		return err
	}
	_, err := s.meetings.MarkRestPresent(ctx, access.System(), r.Ref)
	return err
}

// Open opens a secret vote on phones in a room that has gathered. Its team are the first of
// the roll.
func (s *Stager) Open(ctx context.Context, r *Room) (*Box, error) {
	in := meeting.SecretIn{Subject: "Việc của buổi tối", Purpose: secret.AnyOther, Kind: secret.Question, Phones: true, Guarded: true}
	for _, p := range r.Members[:min(teamSize, len(r.Members))] {
		in.Team = append(in.Team, p.Membership)
	}
	vote, codes, err := s.meetings.OpenSecret(ctx, access.System(), r.Ref, in)
	return &Box{r, vote.ID, codes}, err
}
