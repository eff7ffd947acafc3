package app

import (
	"context"
	"encoding/json"
	"errors"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/job"
	"chibo/meeting"
)

// lookBackJob looks back on a meeting after it has closed or gone up: what many months
// show, and what it cost. On an evening hundreds of meetings close within minutes, each in
// a transaction beside which nobody else writes, so nothing is read in it that can be read
// a moment later.
const lookBackJob = "meeting.look_back"

// lookBack is what a job of the kind is about.
type lookBack struct {
	Part    int64 `json:"part"`
	Meeting int64 `json:"meeting"`
	Sent    bool  `json:"sent,omitempty"` // it has gone up; otherwise it has closed
}

// toLookBack has a meeting looked back on once the transaction has committed, for
// meeting.Service.OnClosed and OnSent.
func toLookBack(ctx context.Context, tx *db.Tx, m meeting.Meeting) error {
	return job.Enqueue(ctx, tx, lookBackJob, lookBack{m.Ref.Part, m.Ref.ID, m.State == meeting.Sent})
}

// lookBack does the job. A meeting whose cell has moved to another part meanwhile is
// counted there when it is next touched.
func (a *App) lookBack(ctx context.Context, payload []byte) error {
	var on lookBack
	if err := json.Unmarshal(payload, &on); err != nil {
		return err
	}
	var m meeting.Meeting
	err := a.cfg.DB.Read(ctx, func(q db.Q) (err error) {
		m, err = meeting.ByRef(ctx, q, ident.Ref{Part: on.Part, ID: on.Meeting})
		return err
	})
	if errors.Is(err, meeting.ErrNotFound) {
		return nil
	}
	if err == nil && !on.Sent {
		err = a.Insights.Closed(ctx, m)
	}
	if err != nil {
		return err
	}
	return a.Burdens.Counted(ctx, m)
}

// plainly tells a handler that a meeting has closed which asks for none of its facts.
func plainly(told func(context.Context, *db.Tx, meeting.Meeting) error) func(context.Context, *db.Tx, meeting.Meeting, meeting.EvidenceFacts) error {
	return func(ctx context.Context, tx *db.Tx, m meeting.Meeting, _ meeting.EvidenceFacts) error {
		return told(ctx, tx, m)
	}
}
