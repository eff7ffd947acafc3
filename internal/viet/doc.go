// Package viet handles Vietnamese text: one normal form, folding for search,
// keys for order, and the parts of a person's name.
//
// Invariants: stored text is NFC; Fold and SortKey are computed in Go and stored
// beside the text, so that both databases find and sort alike; the same Fold is
// used for what people type to search. Names are always shown as typed.
//
//	viet.Fold("Thị trấn Đức Thọ") // "thi tran duc tho"
package viet
