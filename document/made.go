package document

import (
	"context"

	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/paper"
)

// Made are files of papers that were made before the transaction in which the papers are
// issued, by the hash of their content: drawing the pages takes longer than everything
// else, and whoever writes meanwhile need not wait for it. A content that came out
// otherwise, since another paper took its number or a minute has passed, is drawn then.
type Made map[string]map[Format][]byte

// Foresee composes a paper with the number it would get now, for Draw. It gives no number
// and checks no right.
func (s *Service) Foresee(ctx context.Context, q db.Q, in IssueIn) (symbol string, content paper.Document, err error) {
	kind, term, err := s.series(ctx, q, in)
	if err != nil {
		return "", content, err
	}
	n := 0
	err = q.QueryRow(ctx, lastSQL, in.Unit.PartID, in.Unit.ID, term.ID, in.Kind).Scan(&n)
	if err != nil && !db.NoRows(err) {
		return "", content, err
	}
	symbol = kind.Symbol(n + 1)
	content, err = in.Build(symbol)
	return symbol, content, err
}

// Draw makes the files of contents that were foreseen, when its turn comes: so many at a
// time as Drawing has room for, so that the pages of others go on meanwhile.
func (s *Service) Draw(ctx context.Context, contents ...paper.Document) (made Made, err error) {
	err = s.turn(ctx, func() error {
		made, err = draw(contents...)
		return err
	})
	return made, err
}

// turn runs a piece of drawing when there is room for it.
func (s *Service) turn(ctx context.Context, run func() error) error {
	if s.Drawing == nil {
		return run()
	}
	select {
	case s.Drawing <- struct{}{}:
		defer func() { <-s.Drawing }()
		return run()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func draw(contents ...paper.Document) (Made, error) {
	made := Made{}
	for _, c := range contents {
		model, err := c.JSON()
		if err != nil {
			return nil, err
		}
		files := map[Format][]byte{}
		for _, f := range []Format{PDF, DOCX} {
			if files[f], err = render(c, f); err != nil {
				return nil, err
			}
		}
		made[blob.Hash(model)] = files
	}
	return made, nil
}

// of gives the files of a content: those made before, else made now.
func (m Made) of(hash string, content paper.Document) (map[Format][]byte, error) {
	if files, ok := m[hash]; ok {
		return files, nil
	}
	now, err := draw(content)
	return now[hash], err
}
