package web

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"reflect"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/i18n"
	"chibo/internal/ident"
)

// funcs are what templates may call, bound to a language.
func (k *Kit) funcs(l *i18n.Lang) template.FuncMap {
	return template.FuncMap{
		"t":        l.T,
		"lang":     l.Code,
		"int":      func(v any) (string, error) { n, err := toInt(v); return l.Int(n), err },
		"pct":      func(num, den any) (string, error) { return percent(l, num, den) },
		"tenths":   func(v any) (string, error) { return tenths(l, v) },
		"date":     func(v any) (string, error) { d, err := toDate(v); return l.Date(d), err },
		"datelong": func(v any) (string, error) { d, err := toDate(v); return l.DateLong(d), err },
		"weekday":  func(v any) (string, error) { return weekday(l, v) },
		"month":    func(v any) (string, error) { return month(l, v) },
		"time":     func(v time.Time) string { return l.Time(v) },
		"datetime": func(v time.Time) string { return l.DateTime(v) },
		"millis":   func(v time.Time) int64 { return v.UnixMilli() },
		"iso":      func(v time.Time) string { return v.In(clock.Zone()).Format(time.RFC3339) },
		"dict":     dict,
		"list":     func(v ...any) []any { return v },
		"add":      func(a, b any) (int, error) { return sum(a, b, 1) },
		"sub":      func(a, b any) (int, error) { return sum(a, b, -1) },
		"seq":      seq,
		"asset":    k.assets.url,
		"icon":     icon,
		"part":     newPart(l),
		"share":    share,
		"field":    field,
		"opt":      func(value, label any) Option { return Option{Value: fmt.Sprint(value), Label: fmt.Sprint(label)} },
		"op":       op,
	}
}

// op writes a hidden field with a fresh random id, by which a handler knows a
// form that was sent twice.
func op() template.HTML {
	return template.HTML(`<input type="hidden" name="op" data-op value="` + ident.NewDevice() + `">`) //nolint:gosec // hex digits
}

func toInt(v any) (int, error) {
	rv := reflect.ValueOf(v)
	switch {
	case rv.CanInt():
		return int(rv.Int()), nil
	case rv.CanUint():
		return int(rv.Uint()), nil //nolint:gosec // counts are far below the limit
	}
	return 0, fmt.Errorf("web: %T is not a whole number", v)
}

func toDate(v any) (civil.Date, error) {
	switch d := v.(type) {
	case civil.Date:
		return d, nil
	case time.Time:
		if d.IsZero() {
			return civil.Date{}, nil
		}
		return civil.From(d), nil
	}
	return civil.Date{}, fmt.Errorf("web: %T is not a day", v)
}

func percent(l *i18n.Lang, num, den any) (string, error) {
	n, err1 := toInt(num)
	d, err2 := toInt(den)
	return l.Percent(n, d), errors.Join(err1, err2)
}

// tenths writes a whole number of tenths (a score of 85 is "8,5") without a
// needless zero.
func tenths(l *i18n.Lang, v any) (string, error) {
	n, err := toInt(v)
	if n%10 == 0 {
		return l.Int(n / 10), err
	}
	sign, point := "", ","
	if n < 0 {
		sign, n = "-", -n
	}
	if l.Code() != i18n.Default {
		point = "."
	}
	return fmt.Sprintf("%s%s%s%d", sign, l.Int(n/10), point, n%10), err
}

func weekday(l *i18n.Lang, v any) (string, error) {
	d, err := toDate(v)
	if err != nil || !d.IsDay() {
		return "", err
	}
	return l.Weekday(d), nil
}

func month(l *i18n.Lang, v any) (string, error) {
	switch m := v.(type) {
	case civil.Month:
		return l.Month(m), nil
	case civil.Date:
		return l.Month(m.Month()), nil
	}
	return "", fmt.Errorf("web: %T is not a month", v)
}

// dict makes a map of name, value pairs, to hand several things to a partial.
func dict(args ...any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("web: dict wants name, value pairs")
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("web: dict name %v is not a text", args[i])
		}
		m[name] = args[i+1]
	}
	return m, nil
}

// field makes the dot of a field partial: its name and label, value and error
// from the form (nil for a form that has none), and further pairs such as Hint.
func field(f *Form, name, label string, more ...any) (map[string]any, error) {
	m, err := dict(more...)
	if err != nil {
		return nil, err
	}
	m["Name"], m["Label"], m["Err"] = name, label, f.Err(name)
	if _, given := m["Value"]; !given {
		m["Value"] = f.Value(name)
	}
	if list, ok := m["Options"].([]any); ok {
		options := make([]Option, 0, len(list))
		for _, o := range list {
			if option, ok := o.(Option); ok {
				options = append(options, option)
			}
		}
		m["Options"] = options
	}
	return m, nil
}

// Option is one choice of a select or a group of choices.
type Option struct {
	Value, Label string
	Hint         string // a second line, in groups of choices
	Disabled     bool
}

func sum(a, b any, sign int) (int, error) {
	x, err1 := toInt(a)
	y, err2 := toInt(b)
	return x + sign*y, errors.Join(err1, err2)
}

// seq counts from..to, both included; at most a thousand.
func seq(from, to any) ([]int, error) {
	a, err1 := toInt(from)
	b, err2 := toInt(to)
	var list []int
	for i := a; i <= b && len(list) < 1000; i++ {
		list = append(list, i)
	}
	return list, errors.Join(err1, err2)
}

// tenth rounds to one decimal for attributes of drawings.
func tenth(x float64) float64 { return math.Round(x*10) / 10 }
