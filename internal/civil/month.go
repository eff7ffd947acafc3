package civil

import (
	"database/sql/driver"
	"fmt"
)

// Month is a calendar month as the integer yyyymm, 202611. Zero is "none".
type Month int

// Num gives the month's number 1-12.
func (m Month) Num() int { return int(m) % 100 }

// Year gives the year.
func (m Month) Year() int { return int(m) / 100 }

// Add moves by n months.
func (m Month) Add(n int) Month {
	k := m.Year()*12 + m.Num() - 1 + n
	return Month(k/12*100 + k%12 + 1)
}

// Sub gives the months from e to m.
func (m Month) Sub(e Month) int {
	return (m.Year()-e.Year())*12 + m.Num() - e.Num()
}

// First gives the month's first day.
func (m Month) First() Date { return Of(m.Year(), m.Num(), 1) }

// Last gives the month's last day.
func (m Month) Last() Date { return Of(m.Year(), m.Num()+1, 0) }

// Quarter gives 1-4.
func (m Month) Quarter() int { return (m.Num() + 2) / 3 }

// QuarterFirst gives the first month of m's quarter.
func (m Month) QuarterFirst() Month { return Month(m.Year()*100 + (m.Quarter()-1)*3 + 1) }

// QuarterLast gives the last month of m's quarter.
func (m Month) QuarterLast() Month { return m.QuarterFirst().Add(2) }

// Vi gives 11/2026.
func (m Month) Vi() string { return fmt.Sprintf("%02d/%d", m.Num(), m.Year()) }

// Value stores the month as an integer.
func (m Month) Value() (driver.Value, error) { return int64(m), nil }
