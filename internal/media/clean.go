package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"

	"chibo/internal/fault"
)

// ErrBroken says that a photograph ends too early or is not what it claims to be.
var ErrBroken = fault.New(fault.Invalid, "err.media_broken")

// Clean copies the file to out without what a photograph tells beside its picture.
// Other kinds are copied as they are.
func Clean(k Kind, f File, out io.Writer) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch k.Type {
	case "image/jpeg":
		return cleanJPEG(bufio.NewReader(f), out)
	case "image/png":
		return cleanPNG(bufio.NewReader(f), out)
	case "image/webp":
		return cleanWebP(f, out)
	}
	_, err := io.Copy(out, f)
	return err
}

// Markers of a JPEG.
const (
	jpegSOI  = 0xd8
	jpegSOS  = 0xda
	jpegEOI  = 0xd9
	jpegAPP0 = 0xe0 // JFIF
	jpegAPP1 = 0xe1 // Exif, XMP
	jpegAPP2 = 0xe2 // colour profile
	jpegAPPE = 0xee // Adobe: how colours are coded
	jpegAPPF = 0xef
	jpegCOM  = 0xfe
)

// cleanJPEG leaves out the application segments but those that the picture needs, and
// comments; the direction of the picture is written anew.
func cleanJPEG(in *bufio.Reader, out io.Writer) error {
	head := make([]byte, 2)
	if _, err := io.ReadFull(in, head); err != nil || head[1] != jpegSOI {
		return ErrBroken
	}
	if _, err := out.Write(head); err != nil {
		return err
	}
	turned := false
	for {
		marker, body, err := jpegSegment(in)
		if err != nil {
			return err
		}
		switch {
		case marker == jpegSOS:
			if err := putSegment(out, marker, body); err != nil {
				return err
			}
			_, err := io.Copy(out, in) // the picture itself
			return err
		case marker == jpegEOI:
			return ErrBroken // no picture
		case marker == jpegAPP1:
			if o := direction(body); o > 1 && !turned {
				turned = true
				if err := putSegment(out, jpegAPP1, exifOf(o)); err != nil {
					return err
				}
			}
			continue
		case marker >= jpegAPP0 && marker <= jpegAPPF && marker != jpegAPP0 && marker != jpegAPP2 && marker != jpegAPPE, marker == jpegCOM:
			continue
		}
		if err := putSegment(out, marker, body); err != nil {
			return err
		}
	}
}

func jpegSegment(in *bufio.Reader) (marker byte, body []byte, err error) {
	b, err := in.ReadByte()
	for err == nil && b == 0xff { // a marker may be padded
		if b, err = in.ReadByte(); err == nil && b != 0xff {
			break
		}
	}
	if err != nil || b == 0 {
		return 0, nil, ErrBroken
	}
	if b == jpegEOI {
		return b, nil, nil
	}
	var size [2]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return 0, nil, ErrBroken
	}
	n := int(binary.BigEndian.Uint16(size[:])) - 2
	if n < 0 {
		return 0, nil, ErrBroken
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(in, body); err != nil {
		return 0, nil, ErrBroken
	}
	return b, body, nil
}

func putSegment(out io.Writer, marker byte, body []byte) error {
	n := len(body) + 2
	if _, err := out.Write([]byte{0xff, marker, byte(n >> 8), byte(n)}); err != nil {
		return err
	}
	_, err := out.Write(body)
	return err
}

// exifHead begins an Exif segment.
const exifHead = "Exif\x00\x00"

// tagDirection is the Exif tag of the direction, a short number from 1 to 8.
const tagDirection = 0x0112

// direction gives in which direction a picture is shown (1 to 8), 0 when the segment
// does not say.
func direction(body []byte) int {
	if !bytes.HasPrefix(body, []byte(exifHead)) {
		return 0
	}
	t := body[len(exifHead):]
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(t, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(t) < 8 {
		return 0
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 0
	}
	n := int(order.Uint16(t[at:]))
	for i := range n {
		e := at + 2 + i*12
		if e+12 > len(t) {
			return 0
		}
		if order.Uint16(t[e:]) == tagDirection {
			if d := int(order.Uint16(t[e+8:])); d >= 1 && d <= 8 {
				return d
			}
		}
	}
	return 0
}

// exifOf makes a segment that says the direction and nothing else.
func exifOf(direction int) []byte {
	var b bytes.Buffer
	b.WriteString(exifHead + "MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	b.Write([]byte{tagDirection >> 8, tagDirection & 0xff, 0, 3, 0, 0, 0, 1, 0, byte(direction), 0, 0, 0, 0, 0, 0})
	return b.Bytes()
}

// pngKept are the chunks that a picture needs to look as it does.
const pngKept = "IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs acTL fcTL fdAT"

func cleanPNG(in *bufio.Reader, out io.Writer) error {
	head := make([]byte, 8)
	if _, err := io.ReadFull(in, head); err != nil {
		return ErrBroken
	}
	if _, err := out.Write(head); err != nil {
		return err
	}
	for {
		var h [8]byte
		if _, err := io.ReadFull(in, h[:]); err != nil {
			return ErrBroken
		}
		rest := int64(binary.BigEndian.Uint32(h[:4])) + 4 // with its sum
		kept := bytes.Contains([]byte(pngKept), h[4:])
		to := io.Writer(io.Discard)
		if kept {
			to = out
			if _, err := out.Write(h[:]); err != nil {
				return err
			}
		}
		if n, err := io.CopyN(to, in, rest); err != nil && n < rest {
			return ErrBroken
		}
		if string(h[4:]) == "IEND" {
			return nil
		}
	}
}

// cleanWebP leaves out the chunks EXIF and XMP and takes back the flags that announce
// them.
func cleanWebP(f io.Reader, out io.Writer) error {
	all, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	if len(all) < 12 {
		return ErrBroken
	}
	kept := append([]byte{}, all[:12]...)
	for rest := all[12:]; len(rest) >= 8; {
		n := int(binary.LittleEndian.Uint32(rest[4:8]))
		end := 8 + n + n%2
		if n < 0 || end > len(rest)+1 {
			return ErrBroken
		}
		end = min(end, len(rest))
		piece := append([]byte{}, rest[:end]...)
		switch name := string(rest[:4]); {
		case name == "EXIF" || name == "XMP ":
			piece = nil
		case name == "VP8X" && n > 0:
			piece[8] &^= 0x0c
		}
		kept, rest = append(kept, piece...), rest[end:]
	}
	binary.LittleEndian.PutUint32(kept[4:8], uint32(len(kept)-8))
	_, err = out.Write(kept)
	return err
}
