package paper

import "strings"

// Style is the look of a paper: every measure and every fixed word, as dated data from the rulebook
// (rules.md 7.01-7.15). Lengths named "mm" are millimetres, "pt" points (1/72 inch); a line pitch is the
// exact distance of two baselines. Nothing of it has a default: see [Style.Validate].
type Style struct {
	// Name identifies the style in the rulebook, for people who read the stored JSON.
	Name string `json:"name,omitempty"`

	Page   PageStyle   `json:"page"`
	Body   BodyStyle   `json:"body"`
	Head   HeadStyle   `json:"head"`
	Table  TableStyle  `json:"table"`
	Sign   SignStyle   `json:"sign"`
	Number NumberStyle `json:"page_number"`
	Water  WaterStyle  `json:"watermark"`
}

// PageStyle is the sheet (rules.md 7.01).
type PageStyle struct {
	Width  float64 `json:"width"`  // mm, 210 for A4
	Height float64 `json:"height"` // mm, 297 for A4
	Top    float64 `json:"top"`    // margin, mm
	Bottom float64 `json:"bottom"` // margin, mm
	Left   float64 `json:"left"`   // margin, mm
	Right  float64 `json:"right"`  // margin, mm
}

// BodyStyle is the running text (rules.md 7.02).
type BodyStyle struct {
	Font      string  `json:"font"`       // family named in DOCX, "Times New Roman"; PDF uses its metric twin
	Size      float64 `json:"size"`       // pt
	Pitch     float64 `json:"pitch"`      // exact line distance, pt
	FirstLine float64 `json:"first_line"` // first-line indent, mm
	After     float64 `json:"after"`      // space after a paragraph, pt
	MinLines  int     `json:"min_lines"`  // widow and orphan control: lines kept together at a page break, usually 2
	ItemMark  string  `json:"item_mark"`  // "-", a space follows
}

// HeadStyle is the top of the first page, down to the dashes (rules.md 7.04, 7.05, 7.10, 7.11).
type HeadStyle struct {
	Mark        string  `json:"mark"`         // "ĐẢNG CỘNG SẢN VIỆT NAM"; empty prints neither mark nor rule
	LeftWidth   float64 `json:"left_width"`   // width of the left column, mm; the right one takes the rest
	Pitch       float64 `json:"pitch"`        // line distance in both columns, pt
	UpperSize   float64 `json:"upper_size"`   // pt
	IssuerSize  float64 `json:"issuer_size"`  // pt
	Star        string  `json:"star"`         // "*" under the issuer; empty leaves the line out
	NumberSize  float64 `json:"number_size"`  // pt, also of the star
	MarkSize    float64 `json:"mark_size"`    // pt
	RuleWidth   float64 `json:"rule_width"`   // thickness of the rule under the mark, pt
	RuleGap     float64 `json:"rule_gap"`     // from the mark's line to the rule, pt
	DateGap     float64 `json:"date_gap"`     // from the rule to the place and date line, pt
	DateSize    float64 `json:"date_size"`    // pt
	LetterSize  float64 `json:"letter_size"`  // subject of a letter without kind, pt (12)
	KindBefore  float64 `json:"kind_before"`  // space above the kind (or the body, when there is none), pt
	KindSize    float64 `json:"kind_size"`    // pt
	SubjectSize float64 `json:"subject_size"` // pt
	Dashes      string  `json:"dashes"`       // "-----"
	DashesAfter float64 `json:"dashes_after"` // space under the dashes, pt
}

// TableStyle is a ruled table in the body.
type TableStyle struct {
	Size   float64 `json:"size"`   // pt
	Pitch  float64 `json:"pitch"`  // pt
	PadX   float64 `json:"pad_x"`  // left and right padding of a cell, mm
	PadY   float64 `json:"pad_y"`  // upper and lower padding of a cell, pt
	Border float64 `json:"border"` // thickness of the lines, pt
	After  float64 `json:"after"`  // space after the table, pt
}

// SignStyle is the end of the paper: signatures and recipients (rules.md 7.14-7.16).
type SignStyle struct {
	Before        float64 `json:"before"`         // space above the block, pt
	RightWidth    float64 `json:"right_width"`    // width of the right column, mm; the left one takes the rest
	Size          float64 `json:"size"`           // of authority, post and name, pt
	Pitch         float64 `json:"pitch"`          // pt
	AuthorityBold bool    `json:"authority_bold"` // weight of "T/M CHI BỘ"
	PostBold      bool    `json:"post_bold"`      // weight of the post under an authority; without one the post takes the authority's weight
	Space         float64 `json:"space"`          // free area for the signature, mm

	RecipientsTitle     string  `json:"recipients_title"`      // "Nơi nhận:", printed underlined
	RecipientsTitleSize float64 `json:"recipients_title_size"` // pt
	RecipientsSize      float64 `json:"recipients_size"`       // pt
	RecipientsPitch     float64 `json:"recipients_pitch"`      // pt
}

// NumberStyle is the page number, centred at the top (rules.md 7.03).
type NumberStyle struct {
	From int     `json:"from"` // first page that shows its number, 1 or 2; 0 prints none
	Top  float64 `json:"top"`  // from the edge of the sheet to the line of the number, mm; less where the margin has no room
	Size float64 `json:"size"` // pt
}

// WaterStyle is the look of [Document.Watermark].
type WaterStyle struct {
	Size  float64 `json:"size"`  // pt
	Gray  int     `json:"gray"`  // 0 black to 255 white
	Angle float64 `json:"angle"` // degrees, counter-clockwise
}

// postBold is the weight of a signature's post.
func (s SignStyle) postBold(sig Signature) bool {
	if strings.TrimSpace(sig.Authority) == "" {
		return s.AuthorityBold
	}
	return s.PostBold
}
