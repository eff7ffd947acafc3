// Package attachment keeps the files and photographs that belong to a meeting, a task
// or a decision.
//
// Words. An owner is what a file belongs to; the feature of the owner says who may see
// it and who may add to it (Owner), so that a file is never served to anybody who may
// not see what it belongs to. Keeping is by the hash of the content: the same
// photograph sent twice lies once.
//
// Invariants: the type of a file is found in its content (internal/media), never
// believed; what runs is refused; photographs lose the place and device they were
// taken with. Bytes are written before the row in one transaction, so an acknowledged
// file is there. A file that is taken away keeps its row: who did it and when.
//
//	f, err := files.Add(ctx, actor, attachment.Of{Owner: attachment.Meeting, Ref: ref}, name, note, op, upload)
package attachment
