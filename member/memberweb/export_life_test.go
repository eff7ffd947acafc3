package memberweb

// lifeDots gives the data of the pages about transfers, spells, fee and leaving.
func lifeDots() map[string]any {
	return map[string]any{
		"life.html": lifeData{}, "transfers.html": transfersData{}, "transfer.html": transferData{}, "move.html": moveData{},
		"expect.html": expectData{}, "enter.html": enterData{}, "restore.html": restoreData{}, "spell.html": spellData{},
		"away.html": awayData{}, "fees.html": feeData{}, "leave.html": leaveData{}, "leaving.html": leavingData{},
		"leavings.html": leavingsData{}, "registers.html": registersData{},
	}
}
