package workday

import (
	"fmt"
	"math"

	"chibo/internal/civil"
)

// The lunar calendar of Viet Nam: a month begins on the day of the new moon in
// Ha Noi's time, the month that holds the winter solstice is the eleventh, and a
// month without a principal term is a leap month. Positions of moon and sun after
// J. Meeus, Astronomical Algorithms, chapters 25 and 49, with the terms that
// matter at a precision of minutes.

const (
	zone       = 7.0 / 24          // Ha Noi, in days
	synodic    = 29.530588853      // mean month
	moonEpoch  = 2415021.076998695 // a mean new moon, julian day
	unixEpoch  = 2440588           // julian day number of 1970-01-01
	dayOf1900  = 2415021           // of 1900-01-01
	solarTerms = 12                // principal terms of a year
)

func julian(d civil.Date) int { return unixEpoch + d.Sub(civil.Of(1970, 1, 1)) }

func fromJulian(j int) civil.Date { return civil.Of(1970, 1, 1).AddDays(j - unixEpoch) }

// Lunar gives the day in the lunar calendar: day 1-30, month 1-12, the year by the
// solar year in which it begins, and whether the month is a leap one. All are 0 for
// a date that is not known to the day. Meant for the years 1900 to 2100.
func Lunar(d civil.Date) (day, month, year int, leap bool) {
	if !d.IsDay() {
		return 0, 0, 0, false
	}
	j := julian(d)
	k := int(math.Floor((float64(j)-moonEpoch)/synodic)) + 1
	start := newMoon(k)
	for ; start > j; start = newMoon(k) { // the mean moon may be a day from the true one
		k--
	}
	a11, b11 := eleventh(d.Year()), 0
	if a11 >= start {
		year = d.Year()
		a11, b11 = eleventh(d.Year()-1), a11
	} else {
		year = d.Year() + 1
		b11 = eleventh(d.Year() + 1)
	}
	day = j - start + 1
	diff := (start - a11) / 29
	month = diff + 11
	if b11-a11 > 365 {
		at := leapOffset(a11)
		if diff >= at {
			month = diff + 10
			leap = diff == at
		}
	}
	if month > 12 {
		month -= 12
	}
	if month >= 11 && diff < 4 {
		year--
	}
	return day, month, year, leap
}

// solar gives the day of a lunar date that is not in a leap month.
func solar(day, month, year int) civil.Date {
	a11, b11 := eleventh(year-1), eleventh(year)
	if month >= 11 {
		a11, b11 = eleventh(year), eleventh(year+1)
	}
	off := month - 11
	if off < 0 {
		off += 12
	}
	if b11-a11 > 365 && off >= leapOffset(a11) {
		off++
	}
	k := int(math.Floor(0.5 + (float64(a11)-moonEpoch)/synodic))
	return fromJulian(newMoon(k+off) + day - 1)
}

// newMoon gives the julian day number, in Ha Noi, of the k-th new moon since 1900.
func newMoon(k int) int {
	n := float64(k)
	t := n / 1236.85
	t2, t3 := t*t, t*t*t
	rad := math.Pi / 180
	mean := 2415020.75933 + 29.53058868*n + 0.0001178*t2 - 0.000000155*t3 +
		0.00033*math.Sin((166.56+132.87*t-0.009173*t2)*rad)
	sun := (359.2242 + 29.10535608*n - 0.0000333*t2 - 0.00000347*t3) * rad
	moon := (306.0253 + 385.81691806*n + 0.0107306*t2 + 0.00001236*t3) * rad
	node := (21.2964 + 390.67050646*n - 0.0016528*t2 - 0.00000239*t3) * rad
	c := (0.1734-0.000393*t)*math.Sin(sun) + 0.0021*math.Sin(2*sun) -
		0.4068*math.Sin(moon) + 0.0161*math.Sin(2*moon) - 0.0004*math.Sin(3*moon) +
		0.0104*math.Sin(2*node) - 0.0051*math.Sin(sun+moon) - 0.0074*math.Sin(sun-moon) +
		0.0004*math.Sin(2*node+sun) - 0.0004*math.Sin(2*node-sun) -
		0.0006*math.Sin(2*node+moon) + 0.0010*math.Sin(2*node-moon) + 0.0005*math.Sin(2*moon+sun)
	delta := -0.000278 + 0.000265*t + 0.000262*t2 // dynamical minus universal time
	return int(math.Floor(mean + c - delta + 0.5 + zone))
}

// term gives which of the twelve principal terms the sun is in at the start of the
// day in Ha Noi; 9 begins at the winter solstice.
func term(j int) int {
	t := (float64(j) - 0.5 - zone - 2451545) / 36525
	t2 := t * t
	rad := math.Pi / 180
	m := (357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2) * rad
	l := 280.46645 + 36000.76983*t + 0.0003032*t2 +
		(1.914600-0.004817*t-0.000014*t2)*math.Sin(m) + (0.019993-0.000101*t)*math.Sin(2*m) + 0.000290*math.Sin(3*m)
	return int(math.Floor(math.Mod(math.Mod(l, 360)+360, 360) / (360 / solarTerms)))
}

// eleventh gives the first day of the eleventh month, which holds the winter
// solstice of the year.
func eleventh(year int) int {
	k := int(math.Floor(float64(julian(civil.Of(year, 12, 31))-dayOf1900) / synodic))
	if j := newMoon(k); term(j) < 9 {
		return j
	}
	return newMoon(k - 1)
}

// leapOffset gives how many months after the eleventh one the leap month comes: the
// first in which the sun enters no new term.
func leapOffset(a11 int) int {
	k := int(math.Floor((float64(a11)-moonEpoch)/synodic + 0.5))
	last, i := 0, 1
	arc := term(newMoon(k + i))
	for {
		last = arc
		i++
		arc = term(newMoon(k + i))
		if arc == last || i >= 14 {
			return i - 1
		}
	}
}

// YearName gives the name of a lunar year in the cycle of sixty: 2026 is "Bính Ngọ".
func YearName(year int) string {
	stems := []string{"Canh", "Tân", "Nhâm", "Quý", "Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ"}
	branches := []string{"Thân", "Dậu", "Tuất", "Hợi", "Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi"}
	return stems[(year%10+10)%10] + " " + branches[(year%12+12)%12]
}

// LunarVi gives the short form beside a solar date: "15/9 Bính Ngọ", with "nhuận"
// in a leap month. Empty when the date is not known to the day.
func LunarVi(d civil.Date) string {
	day, month, year, leap := Lunar(d)
	if day == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d%s %s", day, month, leapWord(leap), YearName(year))
}

// LunarLong gives the form of a sentence: "mồng 3 tháng 10 âm lịch", with the names
// of the first and last month: "ngày 23 tháng Chạp âm lịch".
func LunarLong(d civil.Date) string {
	day, month, _, leap := Lunar(d)
	if day == 0 {
		return ""
	}
	word := "ngày"
	if day <= 10 {
		word = "mồng"
	}
	name := fmt.Sprint(month)
	switch month {
	case 1:
		name = "Giêng"
	case 12:
		name = "Chạp"
	}
	return fmt.Sprintf("%s %d tháng %s%s âm lịch", word, day, name, leapWord(leap))
}

func leapWord(leap bool) string {
	if leap {
		return " nhuận"
	}
	return ""
}
