// Package account lets people in: logins, passwords, sessions, and the first
// administrator of an empty database.
//
// Words. An account belongs to a person of the register, or to nobody there (an
// administrator outside it, person 0, who holds the administrator's role over
// everything). A session is one browser that signed in; its owner sees and ends
// it. A sample account is offered on the demo's sign-in page. A first password is given
// on a slip or in person; its owner replaces it before anything else. A direct right is
// one that an administrator gives without a post.
//
// Invariants:
//
//   - Passwords are kept as argon2id (19 MiB, t=2, p=1) in the PHC form, and at
//     most two are computed at once, so that a full hall signing in cannot take
//     the machine's memory.
//   - A sign-in never says which of login and password was wrong, and takes the
//     same work for a login that does not exist.
//   - Wrong tries are counted by account before anything else, because a whole
//     hall shares one address.
//   - The database knows only the SHA-256 of what a browser holds, so a copy of
//     the database opens no session.
//   - A first password stands in plain in the one answer that gives it, never in the
//     database, and lapses. It is given only by who gives passwords wherever its receiver
//     holds a right (docs/adr/0016).
//   - A browser keeps a random mark when somebody signs out; which accounts it had is kept for
//     a day, for acts that nobody may do for another (HandOf).
//   - One administrator of the whole always stays.
//   - Logins and names never enter the log or the audit's details.
//
// Example:
//
//	hash, err := accounts.Hash(ctx, "một mật khẩu")
//	err = d.Write(ctx, func(tx *db.Tx) error {
//		_, err := accounts.Create(ctx, tx, account.NewAccount{Login: "lan.bt", Hash: hash, PersonID: p, PartID: part, Name: name})
//		return err
//	})
package account
