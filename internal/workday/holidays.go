package workday

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"chibo/internal/civil"
)

//go:embed data/*.json
var data embed.FS

// rules is data/rules.json: the holidays of the labour law.
type rules struct {
	Source   string `json:"source"`
	Holidays []struct {
		Name   string `json:"name"`
		Month  int    `json:"month"`
		Day    int    `json:"day"`
		Lunar  bool   `json:"lunar"`  // month and day of the lunar calendar
		Before int    `json:"before"` // days off before it
		After  int    `json:"after"`  // days off after it
		From   int    `json:"from"`   // first year
		To     int    `json:"to"`     // first year without; 0: still in force
	} `json:"holidays"`
}

// announced is data/<year>.json: the whole list of a year as it was announced.
type announced struct {
	Year   int    `json:"year"`
	Source string `json:"source"`
	Off    []struct {
		Name string       `json:"name"`
		Days []civil.Date `json:"days"`
	} `json:"off"`
	Work []civil.Date `json:"work"` // Saturdays worked in exchange
}

func (c *Calendar) fill() error {
	var law rules
	if err := read("data/rules.json", &law); err != nil {
		return err
	}
	names, err := fs.Glob(data, "data/2*.json")
	if err != nil {
		return err
	}
	known := map[int]bool{}
	for _, name := range names {
		var list announced
		if err := read(name, &list); err != nil {
			return err
		}
		if name != fmt.Sprintf("data/%d.json", list.Year) || list.Source == "" {
			return fmt.Errorf("workday: %s: wrong year or no source", name)
		}
		known[list.Year] = true
		c.announce(list)
	}
	if law.Source == "" {
		return errors.New("workday: data/rules.json has no source")
	}
	for year := First; year <= Last; year++ {
		if !known[year] {
			c.compute(year, law)
		}
	}
	return nil
}

func read(name string, into any) error {
	text, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("workday: %s: %w", name, err)
	}
	return nil
}

func (c *Calendar) announce(list announced) {
	c.srcs[list.Year] = list.Source
	for _, h := range list.Off {
		for _, d := range h.Days {
			c.off[d] = h.Name
		}
	}
	for _, d := range list.Work {
		c.work[d] = true
	}
}

// compute gives a year the holidays of the law; one on a weekend is made good on
// the next day of work.
func (c *Calendar) compute(year int, law rules) {
	c.srcs[year] = law.Source
	var days []civil.Date
	for _, h := range law.Holidays {
		if year < h.From || (h.To != 0 && year >= h.To) {
			continue
		}
		d := civil.Of(year, h.Month, h.Day)
		if h.Lunar {
			d = solar(h.Day, h.Month, year)
		}
		for i := -h.Before; i <= h.After; i++ {
			if _, twice := c.off[d.AddDays(i)]; twice {
				continue
			}
			c.off[d.AddDays(i)] = h.Name
			days = append(days, d.AddDays(i))
		}
	}
	slices.SortFunc(days, civil.Date.Compare)
	for _, d := range days {
		if !weekend(d) {
			continue
		}
		name := "Nghỉ bù " + c.off[d]
		for !c.isWorkday(d) {
			d = d.AddDays(1)
		}
		c.off[d] = name
	}
}
