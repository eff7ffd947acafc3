package document

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeDocumentRead = `INSERT INTO document_read (part_id, document_id, person_id, at)
SELECT CAST($3 AS bigint), t.document_id, t.person_id, t.at
  FROM document_read t WHERE t.part_id = $2 AND t.document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`
	dropDocumentRead = `DELETE FROM document_read WHERE part_id = $2 AND document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`

	rehomeDocumentVersion = `INSERT INTO document_version (part_id, document_id, version, model, model_hash, pdf_hash, docx_hash, reason, signer, issued_at, issued_by, op)
SELECT CAST($3 AS bigint), t.document_id, t.version, t.model, t.model_hash, t.pdf_hash, t.docx_hash, t.reason, t.signer, t.issued_at, t.issued_by, t.op
  FROM document_version t WHERE t.part_id = $2 AND t.document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`
	dropDocumentVersion = `DELETE FROM document_version WHERE part_id = $2 AND document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`

	rehomeDocumentAddressee = `INSERT INTO document_addressee (part_id, document_id, seq, kind, unit_id, person_id, name)
SELECT CAST($3 AS bigint), t.document_id, t.seq, t.kind, t.unit_id, t.person_id, t.name
  FROM document_addressee t WHERE t.part_id = $2 AND t.document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`
	dropDocumentAddressee = `DELETE FROM document_addressee WHERE part_id = $2 AND document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`

	rehomeDocumentAck = `INSERT INTO document_ack (part_id, document_id, version, person_id, at, by_account, by_name, note)
SELECT CAST($3 AS bigint), t.document_id, t.version, t.person_id, t.at, t.by_account, t.by_name, t.note
  FROM document_ack t WHERE t.part_id = $2 AND t.document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`
	dropDocumentAck = `DELETE FROM document_ack WHERE part_id = $2 AND document_id IN (SELECT d.id FROM document d WHERE d.part_id = $2 AND d.org_id = $1)`

	rehomeDocumentNumber = `INSERT INTO document_number (part_id, org_id, term_id, kind, last)
SELECT CAST($3 AS bigint), t.org_id, t.term_id, t.kind, t.last
  FROM document_number t WHERE t.part_id = $2 AND t.org_id = $1`
	dropDocumentNumber = `DELETE FROM document_number WHERE part_id = $2 AND org_id = $1`

	rehomeDocument = `INSERT INTO document (part_id, id, org_id, term_id, kind, number, symbol, subject, issued_on, owner, owner_id, model, model_hash, pdf_hash,
  docx_hash, issued_at, issued_by, op, version, words)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.term_id, t.kind, t.number, t.symbol, t.subject, t.issued_on, t.owner, t.owner_id, t.model,
  t.model_hash, t.pdf_hash, t.docx_hash, t.issued_at, t.issued_by, t.op, t.version, t.words
  FROM document t WHERE t.part_id = $2 AND t.org_id = $1`
	dropDocument = `DELETE FROM document WHERE part_id = $2 AND org_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeDocumentRead, Delete: dropDocumentRead},
		{Insert: rehomeDocumentVersion, Delete: dropDocumentVersion},
		{Insert: rehomeDocumentAddressee, Delete: dropDocumentAddressee},
		{Insert: rehomeDocumentAck, Delete: dropDocumentAck},
		{Insert: rehomeDocumentNumber, Delete: dropDocumentNumber},
		{Insert: rehomeDocument, Delete: dropDocument},
	}
}

// Rehome takes the papers of a unit and their numbers to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
