// Package civil has days and months as people write them, without a time or a
// zone. A Date may be known only to its month or its year, as many dates in an
// old member's record are.
//
// Shapes: a Date is stored as text "2006-01-02", "2006-01" or "2006"; a Month as
// the integer yyyymm. The empty text is the zero Date, "not known". Plain text
// order is the order in time for dates of one precision.
//
//	d, err := civil.ParseVi("03/11/2026")
//	d.Long() // "ngày 03 tháng 11 năm 2026"
package civil
