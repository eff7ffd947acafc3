package ical

import (
	"bytes"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Type is the media type of a calendar file.
const Type = "text/calendar; charset=utf-8"

// Calendar is a file of events.
type Calendar struct {
	Name   string    // shown by programs that subscribe; empty: none
	Stamp  time.Time // when the file was made
	Events []Event
}

// Event is one entry. UID, Start and End are required.
type Event struct {
	UID       string
	Seq       int // of the state of the event, rising
	Start     time.Time
	End       time.Time
	Summary   string
	Place     string // may be empty
	Text      string // may be empty
	Cancelled bool
}

// Write gives the bytes of the file. A file of one cancelled event asks calendars to
// cancel it.
func Write(c Calendar) ([]byte, error) {
	cal := ics.NewCalendarFor("chibo")
	cal.SetMethod(ics.MethodPublish)
	if len(c.Events) == 1 && c.Events[0].Cancelled {
		cal.SetMethod(ics.MethodCancel)
	}
	if c.Name != "" {
		cal.SetName(clean(c.Name))
		cal.SetXWRCalName(clean(c.Name))
	}
	for _, e := range c.Events {
		v := cal.AddEvent(e.UID)
		v.SetDtStampTime(c.Stamp)
		v.SetSequence(e.Seq)
		v.SetStartAt(e.Start)
		v.SetEndAt(e.End)
		v.SetSummary(clean(e.Summary))
		if e.Place != "" {
			v.SetLocation(clean(e.Place))
		}
		if e.Text != "" {
			v.SetDescription(clean(e.Text))
		}
		v.SetStatus(ics.ObjectStatusConfirmed)
		if e.Cancelled {
			v.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	var b bytes.Buffer
	err := cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

// clean keeps line breaks as the one kind that is escaped and drops other controls,
// which no calendar may hold.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
