// Package job does later, outside of the transaction, what must not be lost: mail,
// files, long calculations. Enqueue writes a row in the caller's transaction; a Runner
// of any node claims it and calls the handler of its kind.
//
// Invariants:
//
//   - A job runs at least once: a node that dies in the middle loses its claim after
//     Runner.Lease and the job runs again. So handlers are idempotent.
//   - Two runners never have one job at the same time: a claim is one statement.
//   - What fails is tried again after 10 s, 20 s, 40 s ... up to 6 h, each a little
//     random, and is dead after its last attempt; Status counts the dead, Revive brings
//     them back.
//   - With a Key, a job is done once: the same key is refused silently, also for
//     30 days after it was done.
//   - Payloads hold ids, not names or texts; errors are kept as kinds and keys only.
//
// Example:
//
//	err := job.Enqueue(ctx, tx, "notify.mail", mail{ID: id}, job.Key("mail:7"))
//	r := &job.Runner{DB: d}
//	r.Register("notify.mail", func(ctx context.Context, payload []byte) error { ... })
//	err = r.Run(ctx) // until ctx ends
package job
