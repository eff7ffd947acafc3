package member

import (
	"slices"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/seal"
	"chibo/org"
)

// The fields of a record that can be corrected.
const (
	FieldName       = "name"
	FieldOtherName  = "other_name"
	FieldSex        = "sex"
	FieldBirth      = "birth"
	FieldPhone      = "phone"
	FieldCard       = "card"
	FieldIDNo       = "idno"
	FieldAdmittedOn = "admitted_on"
	FieldOfficialOn = "official_on"
)

// Fields gives the fields of a record that can be corrected, as pages list them.
func Fields() []string {
	return []string{
		FieldName, FieldOtherName, FieldSex, FieldBirth, FieldPhone, FieldCard, FieldIDNo, FieldAdmittedOn, FieldOfficialOn,
	}
}

// MayDecide says whether the actor decides on a field of the record of a member of
// the cell, by proposal or directly; personID is the member.
func MayDecide(actor access.Actor, cell org.Unit, personID int64, field string) bool {
	if !actor.Can(access.RegisterKeep, cell.Access()) {
		return false
	}
	if field == FieldPhone || field == FieldOtherName {
		return true
	}
	own := actor.PersonID != 0 && actor.PersonID == personID
	return !own && actor.Can(access.Reveal, cell.Access())
}

// MayKeepRecord says whether the actor decides on any field.
func MayKeepRecord(actor access.Actor, cell org.Unit, personID int64) bool {
	return MayDecide(actor, cell, personID, FieldPhone)
}

// Values is what the fields of a record hold. Numbers are whole.
type Values struct {
	Name       string
	OtherName  string
	Sex        string
	Birth      civil.Date
	Phone      string
	Card       string
	IDNo       string
	AdmittedOn civil.Date
	OfficialOn civil.Date
}

// Get gives a field as text, dates as they are stored.
func (v Values) Get(field string) string {
	switch field {
	case FieldName:
		return v.Name
	case FieldOtherName:
		return v.OtherName
	case FieldSex:
		return v.Sex
	case FieldBirth:
		return v.Birth.String()
	case FieldPhone:
		return v.Phone
	case FieldCard:
		return v.Card
	case FieldIDNo:
		return v.IDNo
	case FieldAdmittedOn:
		return v.AdmittedOn.String()
	case FieldOfficialOn:
		return v.OfficialOn.String()
	}
	return ""
}

// Set puts a text that Get gave back into a field.
func (v *Values) Set(field, text string) (err error) {
	switch field {
	case FieldName:
		v.Name = text
	case FieldOtherName:
		v.OtherName = text
	case FieldSex:
		v.Sex = text
	case FieldBirth:
		v.Birth, err = civil.Parse(text)
	case FieldPhone:
		v.Phone = text
	case FieldCard:
		v.Card = text
	case FieldIDNo:
		v.IDNo = text
	case FieldAdmittedOn:
		v.AdmittedOn, err = civil.Parse(text)
	case FieldOfficialOn:
		v.OfficialOn, err = civil.Parse(text)
	}
	return err
}

// maxText is how long a name or a telephone number may be, in characters.
const maxText = 200

// Check gives the field errors of values as of a day.
func (v Values) Check(today civil.Date, l Limits) error {
	_, err := v.check(today, l)
	return err
}

// check is Check with the values as they are stored.
func (v Values) check(today civil.Date, l Limits) (Values, error) {
	p := v.person(Person{}).clean()
	v.Name, v.OtherName, v.Phone, v.Card, v.IDNo = p.Name, p.OtherName, p.Phone, p.Card, p.IDNo
	f := fault.FieldsOf(p.Check(l))
	if utf8.RuneCountInString(v.Phone) > maxText {
		f.Add(FieldPhone, "member.err.too_long", "Most", maxText)
	}
	for _, field := range []string{FieldBirth, FieldAdmittedOn, FieldOfficialOn} {
		if d, _ := civil.Parse(v.Get(field)); earliest(d).After(today) {
			f.Add(field, "member.err.future")
		}
	}
	if !v.AdmittedOn.IsZero() && !v.Birth.IsZero() && !v.Birth.Before(v.AdmittedOn) {
		f.Add(FieldAdmittedOn, "member.err.admitted_before_birth")
	}
	if !v.OfficialOn.IsZero() && !v.AdmittedOn.IsZero() && v.OfficialOn.Before(v.AdmittedOn) {
		f.Add(FieldOfficialOn, "member.err.official_before_admitted")
	}
	return v, f.Err()
}

func (v Values) person(p Person) Person {
	p.Name, p.OtherName, p.Sex, p.Birth, p.Phone, p.Card, p.IDNo = v.Name, v.OtherName, v.Sex, v.Birth, v.Phone, v.Card, v.IDNo
	return p
}

// values gives what a record holds now, numbers whole.
func (r Record) values(keys *seal.Ring) (Values, error) {
	idno, err := r.person.OpenIDNo(keys)
	return Values{
		Name: r.person.Name, OtherName: r.person.OtherName, Sex: r.person.Sex, Birth: r.person.Birth, Phone: r.person.Phone,
		Card: r.person.Card, IDNo: idno, AdmittedOn: r.AdmittedOn, OfficialOn: r.OfficialOn,
	}, err
}

// differ gives the fields in which two values differ.
func differ(a, b Values) []string {
	return slices.DeleteFunc(Fields(), func(f string) bool { return a.Get(f) == b.Get(f) })
}
