package notify

// Who may see and do what, in words:
//
//   - A notice is read by the person it is sent to, and by nobody else: no lead, no
//     officer and no administrator reads somebody's notices.
//   - Only that person marks it as read, and follows it; an id that belongs to somebody
//     else is answered like one that does not exist.
//   - A notice goes with the person, whoever changes cell; who has no record in the
//     register has none.
//   - What a notice says is a kind and values, never what a unit keeps from above: the
//     page it leads to asks for rights of its own.
//
// There is no grant for any of this: the queries name the person.
