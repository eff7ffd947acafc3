package db

import "iter"

// InSize is how many values InList has room for.
const InSize = 32

// InList asks for one of up to InSize values, the first parameters of a query: a constant
// text for any number of them, asked lot by lot (In).
const InList = ` IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
  $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)`

// In gives the values in lots for InList, each followed by rest, the parameters from $33 on.
// The last lot is filled up with the zero value, which must be nobody's.
func In[T any](list []T, rest ...any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for from := 0; from < len(list); from += InSize {
			args := make([]any, 0, InSize+len(rest))
			for i := range InSize {
				var v T
				if from+i < len(list) {
					v = list[from+i]
				}
				args = append(args, v)
			}
			if !yield(append(args, rest...)) {
				return
			}
		}
	}
}
