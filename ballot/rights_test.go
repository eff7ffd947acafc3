package ballot_test

import (
	"context"
	"errors"
	"testing"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/rulebook"
)

// The prose of access.go, for every kind of person on a roll, and for one who is not
// on it.
func TestWhoCastsAndWhoKeepsAnOpinion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cases := []struct {
			who             string
			person          ballot.Person
			casts, reserves error
		}{
			{"an official member in the room", ballot.Person{MembershipID: 101, Official: true, Standing: "official", Present: true}, nil, nil},
			{"an official member who is away for work and came", ballot.Person{MembershipID: 102, Official: true, Standing: "away", Present: true}, nil, nil},
			{"an exempt member who came", ballot.Person{MembershipID: 103, Official: true, Standing: "exempt", Present: true}, nil, nil},
			{"one introduced elsewhere who came", ballot.Person{MembershipID: 104, Official: true, Standing: "temp_out", Present: true}, nil, nil},
			{"an official member who is not there", ballot.Person{MembershipID: 105, Official: true, Standing: "official"}, ballot.ErrAbsent, nil},
			{"an exempt member who is not there", ballot.Person{MembershipID: 106, Official: true, Standing: "exempt"}, ballot.ErrAbsent, nil},
			{"a reserve member", ballot.Person{MembershipID: 107, Standing: "reserve", Present: true}, ballot.ErrReserve, nil},
			{"a guest", ballot.Person{MembershipID: 108, Official: true, Standing: "guest", Present: true}, ballot.ErrNoRight, ballot.ErrNoRight},
			{"a suspended member", ballot.Person{MembershipID: 109, Official: true, Standing: "suspended", Present: true}, ballot.ErrNoRight, ballot.ErrNoRight},
			{"an interrupted member", ballot.Person{MembershipID: 110, Official: true, Standing: "interrupted", Present: true}, ballot.ErrNoRight, ballot.ErrNoRight},
		}
		people := twelve()
		for _, c := range cases {
			people = append(people, c.person)
		}
		v := open(t, d, people, rulebook.VoteOrdinary)
		reserve := func(id int64) error {
			return try(d, func(ctx context.Context, tx *db.Tx) error {
				return ballot.Reserve(ctx, tx, v.Ref, id, "Ý kiến riêng")
			})
		}
		for _, c := range cases {
			if _, err := cast(d, v.Ref, c.person.MembershipID, ballot.Yes); !errors.Is(err, c.casts) {
				t.Errorf("%s casts: %v, want %v", c.who, err, c.casts)
			}
			if err := reserve(c.person.MembershipID); !errors.Is(err, c.reserves) {
				t.Errorf("%s keeps an opinion: %v, want %v", c.who, err, c.reserves)
			}
		}
		if _, err := cast(d, v.Ref, 999, ballot.Yes); !errors.Is(err, ballot.ErrStranger) {
			t.Errorf("who is not on the roll casts: %v", err)
		}
		if err := reserve(999); !errors.Is(err, ballot.ErrStranger) {
			t.Errorf("who is not on the roll keeps an opinion: %v", err)
		}
	})
}
