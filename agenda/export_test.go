package agenda

// QuartilesOf gives those of a list, which it sorts.
func QuartilesOf(list []int) Quartiles { return quartiles(list) }

// RoundTrip writes shares as they are stored and reads them back.
func RoundTrip(list []Share) []Share { return decode(encode(list)) }
