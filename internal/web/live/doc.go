// Package live pushes small facts to open pages by server-sent events: that a
// vote was opened, that the count changed. A page that hears of one fetches what
// it shows again, so an event never carries personal data.
//
// Invariants: publishing never waits for a listener; a slow listener misses
// intermediate events of a name and gets the latest; a stream ends when its
// reader leaves or the hub closes.
//
//	hub := live.NewHub()
//	hub.Publish("meeting:7-12", live.Event{Name: "roll", Data: map[string]int{"present": 23}})
//	kit.Handle("GET /meetings/{ref}/live", func(w http.ResponseWriter, r *http.Request) error {
//		return hub.Serve(w, r, nil, "meeting:"+ref.String())
//	})
package live
