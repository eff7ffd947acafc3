package ballot

// Who may do what in a vote, in words:
//
//   - An official member who is in the room casts, as does an exempt member or one
//     introduced elsewhere who came (rules.md 2.28).
//   - An official member who is not in the room is in the base and does not cast (2.29).
//   - A reserve member does not cast, and may keep an own opinion beside the result
//     (2.19, 2.30).
//   - A guest, and who is suspended or interrupted, neither casts nor keeps an opinion
//     here (2.30, 5.01).
//   - Who is not on the roll of the meeting has no part in it, whatever rights the
//     account holds: no officer above casts in a cell.
//
// Opening, counting hands and closing are acts of the meeting around the vote, which
// asks access; so is who sees the result.
