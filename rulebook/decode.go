package rulebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// decode reads a value by the shape of its key, and checks that it can be meant.
func decode(k Key, raw json.RawMessage) (any, error) {
	switch k.Shape {
	case "int":
		return checked(raw, func(n int) error { return when(n < 0, "a number below 0") })
	case "ints":
		return checked(raw, func(n []int) error {
			return when(len(n) == 0 || slices.Min(n) < 0, "an empty list or a number below 0")
		})
	case "ratio":
		return checked(raw, func(r Ratio) error { return when(r.Num <= 0 || r.Den <= 0 || r.Num > r.Den, "not a fraction of 1") })
	case "range":
		return checked(raw, func(r Range) error { return when(r.Min > r.Max || r.Min < 0, "not a span") })
	case "code":
		return checked(raw, func(s string) error {
			return when(s == "" || (k.Choices != nil && !slices.Contains(k.Choices, s)), "not one of the choices")
		})
	case "codes":
		return checked(raw, func(s []string) error { return unique(s, func(c string) string { return c }) })
	case "choices":
		return checked(raw, func(l []Choice) error {
			return titled(l, func(c Choice) (string, Text) { return c.Code, c.Title })
		})
	case "bands":
		return checked(raw, checkBands)
	case "vote_base":
		return checked(raw, func(v VoteBase) error { return unique(v.OutWhenAbsent, func(c string) string { return c }) })
	}
	if v, ok, err := decodeAdmission(k, raw); ok {
		return v, err
	}
	return decodeForm(k, raw)
}

// decodeForm reads the larger shapes.
func decodeForm(k Key, raw json.RawMessage) (any, error) {
	switch k.Shape {
	case "sheet":
		return checked(raw, func(s Sheet) error { return s.Check().Err() })
	case "year_rule":
		return checked(raw, checkYearRule)
	case "agenda":
		return checked(raw, checkAgenda)
	case "wording":
		return checked(raw, checkWording)
	case "content_kinds":
		return checked(raw, func(l []ContentKind) error {
			return titled(l, func(c ContentKind) (string, Text) { return c.Code, c.Title })
		})
	case "burden":
		return checked(raw, func(l []ActWork) error {
			return titled(l, func(w ActWork) (string, Text) { return w.Act, w.Title })
		})
	case "occasions":
		return checked(raw, checkOccasions)
	case "path":
		return checked(raw, checkPath)
	case "meeting_kinds":
		return checked(raw, checkMeetingKinds)
	case "org_kinds":
		return checked(raw, checkOrgKinds)
	case "offices":
		return checked(raw, checkOffices)
	case "issuers":
		return checked(raw, func(m map[string]issuer) error {
			for kind, by := range m {
				if by.Suffix == "" || by.Kinds == "" {
					return fmt.Errorf("issuer %q lacks its suffix or kinds", kind)
				}
			}
			return nil
		})
	case "words":
		return checked(raw, func(w Words) error {
			return when(w.NumberPrefix == "" || w.End == "" || len(w.Authority) == 0 || len(w.Posts) == 0, "a word is missing")
		})
	case "style":
		return checked(raw, func(m map[string]any) error { return when(len(m) == 0, "an empty style") })
	}
	return nil, fmt.Errorf("key %q has the unknown shape %q", k.Key, k.Shape)
}

func checked[T any](raw json.RawMessage, check func(T) error) (any, error) {
	var v T
	if len(raw) == 0 || string(raw) == "null" {
		return nil, errors.New("no value")
	}
	if err := strict(raw, &v); err != nil {
		return nil, err
	}
	if err := check(v); err != nil {
		return nil, err
	}
	return v, nil
}

func when(bad bool, msg string) error {
	if bad {
		return errors.New(msg)
	}
	return nil
}

func unique[T any](list []T, code func(T) string) error {
	seen := map[string]bool{}
	for _, x := range list {
		c := code(x)
		if c == "" || seen[c] {
			return fmt.Errorf("code %q is empty or stands twice", c)
		}
		seen[c] = true
	}
	return nil
}

// titled asks for a unique code and a title in both languages.
func titled[T any](list []T, get func(T) (string, Text)) error {
	if len(list) == 0 {
		return errors.New("an empty list")
	}
	for _, x := range list {
		if code, title := get(x); title.Vi == "" || title.En == "" {
			return fmt.Errorf("%q lacks a title", code)
		}
	}
	return unique(list, func(x T) string {
		code, _ := get(x)
		return code
	})
}

func checkBands(bands []Band) error {
	for i := 1; i < len(bands); i++ {
		if bands[i].From >= bands[i-1].From {
			return errors.New("bands do not fall")
		}
	}
	if len(bands) == 0 || bands[len(bands)-1].From != 0 {
		return errors.New("the last band does not begin at 0")
	}
	return titled(bands, func(b Band) (string, Text) { return b.Code, b.Title })
}

func checkAgenda(a Agenda) error {
	sections := []string{"opening", "main", "closing"}
	last := 0
	for _, it := range a.Items {
		at := slices.Index(sections, it.Section)
		if at < last {
			return fmt.Errorf("item %q: section %q is out of order", it.Code, it.Section)
		}
		last = at
		if it.Minutes < 1 || it.Content == "" || it.Speaker == "" {
			return fmt.Errorf("item %q lacks minutes, content or speaker", it.Code)
		}
	}
	return titled(a.Items, func(it AgendaItem) (string, Text) { return it.Code, it.Title })
}

func checkPath(steps []Step) error {
	for _, s := range steps {
		if !factID.MatchString(s.Fact) || (s.Key != "" && s.Sign != 1 && s.Sign != -1) || s.Action.Vi == "" || s.Action.En == "" {
			return fmt.Errorf("step %q lacks its rule, sign or action", s.Code)
		}
	}
	return titled(steps, func(s Step) (string, Text) { return s.Code, s.Title })
}

func checkMeetingKinds(kinds []MeetingKind) error {
	known := map[string]bool{"": true}
	for _, k := range kinds {
		known[k.Code] = true
	}
	for _, k := range kinds {
		if !known[k.NotInstead] || k.Agenda == "" || k.Hint.Vi == "" || k.Hint.En == "" || !factID.MatchString(k.Fact) {
			return fmt.Errorf("kind %q lacks its agenda, hint or rule, or names a kind that is none", k.Code)
		}
	}
	return titled(kinds, func(k MeetingKind) (string, Text) { return k.Code, k.Title })
}

func checkOrgKinds(kinds []OrgKind) error {
	known := map[string]bool{"": true}
	for _, k := range kinds {
		known[k.Code] = true
	}
	for _, k := range kinds {
		if !k.ValidFrom.IsZero() && (!factID.MatchString(k.Fact) || k.Source == "" || k.Status == "") {
			return fmt.Errorf("kind %q has a day of its own and lacks rule, source or status", k.Code)
		}
		for shape, parents := range k.Parents {
			if shape != ShapeDistrict && shape != ShapeCommune {
				return fmt.Errorf("kind %q: shape %q", k.Code, shape)
			}
			for _, p := range parents {
				if !known[p] {
					return fmt.Errorf("kind %q may not sit under the unknown %q", k.Code, p)
				}
			}
		}
	}
	return titled(kinds, func(k OrgKind) (string, Text) { return k.Code, k.Title })
}

func checkOffices(list []Office) error {
	seen := map[string]bool{}
	for _, o := range list {
		if !factID.MatchString(o.Fact) || len(o.Kinds) == 0 || o.Body == "" || o.Title.Vi == "" || o.Title.En == "" {
			return fmt.Errorf("office %q lacks its rule, kinds, body or title", o.Code)
		}
		for _, k := range o.Kinds {
			if seen[o.Code+" "+k] {
				return fmt.Errorf("office %q of %q stands twice", o.Code, k)
			}
			seen[o.Code+" "+k] = true
		}
	}
	return when(len(list) == 0, "an empty list")
}
