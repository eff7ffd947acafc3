package org

import "chibo/rulebook"

// SizeNotice says that a unit's size and its kind need the consent of the committee
// directly above, or another kind. It is shown, never a block.
type SizeNotice struct {
	Key   string // translation key: "org.size.…"
	Limit int    // members
	Rule  rulebook.Rule
}

// CheckSize compares the number of members (official and reserve together, rules.md
// 14.22) with what the rules say of the kind: rules.md 1.18 for cells, 1.19 for
// grassroots organisations, 1.20 for those that need consent. officials matters for
// cells only.
func CheckSize(set rulebook.Set, kind string, officials, members int) []SizeNotice {
	var out []SizeNotice
	add := func(broken bool, rule, key string) {
		if set.Has(rule) && broken {
			out = append(out, SizeNotice{Key: key, Limit: set.Int(rule), Rule: set.Rule(rule)})
		}
	}
	switch kind {
	case KindGrassrootsParty:
		add(members < set.Int(rulebook.OrgDangBoMinMembers), rulebook.OrgDangBoMinMembers, "org.size.party_small")
	case KindGrassrootsCell:
		add(members >= set.Int(rulebook.OrgDangBoMinMembers), rulebook.OrgDangBoMinMembers, "org.size.cell_to_party")
	case KindCell:
		add(members > set.Int(rulebook.CellConsentAboveMembers), rulebook.CellConsentAboveMembers, "org.size.cell_large")
	}
	if kind == KindCell || kind == KindGrassrootsCell {
		add(officials < set.Int(rulebook.CellMinOfficial), rulebook.CellMinOfficial, "org.size.cell_small")
	}
	return out
}
