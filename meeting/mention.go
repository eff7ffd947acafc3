package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Kinds of a mention by name (rules.md 2.16).
const (
	Praise = "praise"
	Remind = "remind"
)

// Mention is praise or a reminder of one member, for the resolution and the minutes.
type Mention struct {
	ID           int64
	MembershipID int64
	Name         string
	Kind         string // Praise, Remind
	Text         string
	At           time.Time
}

const (
	mentionsSQL = `SELECT id, membership_id, kind, text, at FROM mention WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`

	insertMentionSQL = `INSERT INTO mention (part_id, id, meeting_id, membership_id, kind, text, at, by_account, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	mentionOpSQL   = `SELECT id FROM mention WHERE part_id = $1 AND meeting_id = $2 AND op = $3`
	dropMentionSQL = `DELETE FROM mention WHERE part_id = $1 AND meeting_id = $2 AND id = $3`
)

func scanMention(s db.Scanner) (m Mention, err error) {
	var at int64
	err = s.Scan(&m.ID, &m.MembershipID, &m.Kind, &m.Text, &at)
	m.At = instant(at)
	return m, err
}

func mentionsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Mention, error) {
	return db.List(ctx, q, scanMention, mentionsSQL, ref.Part, ref.ID)
}

// MentionIn is new praise or a new reminder.
type MentionIn struct {
	MembershipID int64
	Kind         string // Praise, Remind
	Text         string
	Op           string // made on the device; sent twice, kept once
}

// AddMention keeps praise or a reminder of a member, as long as the draft may still be
// changed. Field errors: who, kind, why (empty, too long). ErrAdopted.
func (s *Service) AddMention(ctx context.Context, actor access.Actor, ref ident.Ref, in MentionIn) (id int64, err error) {
	in.Text = strings.TrimSpace(in.Text)
	_, err = s.piece(ctx, actor, ref, "mention", map[string]any{"kind": in.Kind}, func(tx *db.Tx, h *held) error {
		if in.Op == "" {
			in.Op = ident.NewDevice()
		}
		if id, err = one64(ctx, tx, mentionOpSQL, ref.Part, ref.ID, in.Op); err != nil || id != 0 {
			return err
		}
		body, err := cellBody(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		var f fault.Fields
		if !body[in.MembershipID] {
			f.Add("who", "meeting.err.person")
		}
		if in.Kind != Praise && in.Kind != Remind {
			f.Add("kind", "meeting.err.mention_kind")
		}
		if in.Text == "" {
			f.Add("why", "meeting.err.mention_why")
		}
		fits(&f, "why", in.Text, maxOpinion)
		if err := f.Err(); err != nil {
			return err
		}
		if err := draftOpen(ctx, tx, ref); err != nil {
			return err
		}
		id = tx.ID()
		_, err = tx.Exec(ctx, insertMentionSQL, ref.Part, id, ref.ID, in.MembershipID, in.Kind, in.Text, tx.NowMS(), actor.AccountID, in.Op)
		return err
	})
	return id, err
}

// RemoveMention takes praise or a reminder back, as long as the draft may still be
// changed. Errors: ErrNotFound, ErrAdopted.
func (s *Service) RemoveMention(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	_, err := s.piece(ctx, actor, ref, "mention.remove", nil, func(tx *db.Tx, _ *held) error {
		if err := draftOpen(ctx, tx, ref); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, dropMentionSQL, ref.Part, ref.ID, id)
		return one(res, err, ErrNotFound)
	})
	return err
}

// Mentioned is a mention with its meeting, for the member's year.
type Mentioned struct {
	Mention
	Meeting ident.Ref
	Day     civil.Date
}

const mentionedSQL = `SELECT n.id, n.membership_id, n.kind, n.text, n.at, m.id, m.day
  FROM mention n JOIN meeting m ON m.part_id = n.part_id AND m.id = n.meeting_id
 WHERE n.part_id = $1 AND n.membership_id = $2 AND m.closed_at > 0 AND m.day >= $3 AND m.day < $4 ORDER BY m.day, n.id`

// MentionedIn gives the praise and the reminders of a member in the meetings of a year:
// proposals for the yearly review, no verdict. It checks no right: the caller does.
func MentionedIn(ctx context.Context, q db.Q, membership ident.Ref, year int) ([]Mentioned, error) {
	return db.List(ctx, q, func(s db.Scanner) (m Mentioned, err error) {
		var at int64
		m.Meeting.Part = membership.Part
		err = s.Scan(&m.ID, &m.MembershipID, &m.Kind, &m.Text, &at, &m.Meeting.ID, &m.Day)
		m.At = instant(at)
		return m, err
	}, mentionedSQL, membership.Part, membership.ID, civil.Of(year, 1, 1), civil.Of(year+1, 1, 1))
}
