package paper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// DOCX writes the document as an Office Open XML text (ECMA-376, transitional) that Word and LibreOffice break
// into the same lines and pages as [PDF], and that people can go on editing. The same document gives the same
// bytes. The error is that of [Document.Validate] or of w.
func DOCX(w io.Writer, d Document) error {
	if err := d.Validate(); err != nil {
		return err
	}
	f := build(d.normal())
	f.paginate()
	at, err := f.doc.date()
	if err != nil {
		return err
	}
	files := []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"docProps/core.xml", f.coreXML(at)},
		{"docProps/app.xml", appXML},
		{"word/document.xml", f.documentXML()},
		{"word/styles.xml", f.stylesXML()},
		{"word/settings.xml", settingsXML},
		{"word/fontTable.xml", f.fontTableXML()},
		{"word/header1.xml", f.headerXML(true)},
		{"word/header2.xml", f.headerXML(false)},
		{"word/_rels/document.xml.rels", documentRels},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range files {
		// The zip format has no zone: the day's noon is written as it is.
		out, err := z.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: at})
		if err == nil {
			_, err = io.WriteString(out, xmlDecl+file.body)
		}
		if err != nil {
			return fmt.Errorf("paper: docx: %s: %w", file.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("paper: docx: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

const (
	xmlDecl = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

	nsWord = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	nsRel  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	nsVML  = `xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" ` +
		`xmlns:w10="urn:schemas-microsoft-com:office:word"`

	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>` +
		`<Override PartName="/word/header2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>` +
		`</Types>`

	packageRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/>` +
		`</Relationships>`

	documentRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/>` +
		`<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/>` +
		`<Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header2.xml"/>` +
		`</Relationships>`

	appXML = `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">` +
		`<Application>chibo</Application></Properties>`

	// Mode 14 is deliberate: from mode 15 on Word squeezes the spaces of a justified line to take in one more
	// word, by a rule nobody has published, and the lines would differ from the PDF's.
	settingsXML = `<w:settings ` + nsWord + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>` +
		`<w:characterSpacingControl w:val="doNotCompress"/><w:compat>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="14"/>` +
		`</w:compat></w:settings>`
)

// coreXML is title, author, language and dates.
func (f *flow) coreXML(at time.Time) string {
	var x xmlText
	stamp := at.UTC().Format("2006-01-02T15:04:05Z")
	x.raw(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ` +
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	x.text(f.doc.title())
	x.raw(`</dc:title><dc:creator>`)
	x.text(strings.ReplaceAll(f.doc.Header.Issuer, "\n", " "))
	x.raw(`</dc:creator><dc:language>`)
	x.text(f.doc.language())
	x.rawf(`</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created>`, stamp)
	x.rawf(`<dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified></cp:coreProperties>`, stamp)
	return x.String()
}

func (f *flow) fontTableXML() string {
	var x xmlText
	x.raw(`<w:fonts ` + nsWord + `><w:font w:name="`)
	x.text(f.style.Body.Font)
	x.raw(`"><w:altName w:val="Liberation Serif"/><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>`)
	return x.String()
}

// headerXML is the page number (with number true) and the watermark.
func (f *flow) headerXML(number bool) string {
	var x xmlText
	n := f.style.Number
	x.raw(`<w:hdr ` + nsWord + ` ` + nsRel + ` ` + nsVML + `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>`)
	if f.doc.Watermark != "" {
		f.watermarkXML(&x, number)
	}
	if number && n.From > 0 {
		x.raw(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`)
	}
	x.raw(`</w:p></w:hdr>`)
	return x.String()
}

// watermarkXML is Word's own kind of text watermark, so that its "remove watermark" finds it.
func (f *flow) watermarkXML(x *xmlText, number bool) {
	text, size := f.watermark()
	s := f.style.Water
	id := 1
	if number {
		id = 2
	}
	angle := int(-s.Angle)
	if angle < 0 {
		angle += 360
	}
	x.raw(`<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">` +
		`<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>` +
		`<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>` +
		`<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>` +
		`<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>` +
		`<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>` +
		`<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>`)
	x.rawf(`<v:shape id="PowerPlusWaterMarkObject%d" o:spid="_x0000_s%d" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;`+
		`width:%.1fpt;height:%.1fpt;rotation:%d;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;`+
		`mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#%02x%02x%02x" stroked="f">`,
		id, 2048+id, points(bold.width(text, size)), size, angle, s.Gray, s.Gray, s.Gray)
	x.raw(`<v:textpath style="font-family:&quot;`)
	x.text(f.style.Body.Font)
	x.raw(`&quot;;font-size:1pt;font-weight:bold" string="`)
	x.text(text)
	x.raw(`"/><w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>`)
}
