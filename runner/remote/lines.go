package remote

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxLine is how many bytes of one line are kept unless a LineSplitter says otherwise.
const MaxLine = 16 << 10

// Line is one line of a command's output, valid UTF-8 without its line end. Escape sequences are kept.
type Line struct {
	Text   string
	Redraw bool  // the line is still being redrawn (a progress bar); the next Line takes its place
	End    int64 // offset in the output just past this line; where to go on reading when Redraw is false
}

// LineSplitter cuts a stream of bytes into lines. \n and \r\n end a line. A lone \r starts the line over, as a
// progress bar does: the line that is finally ended holds only its last state, and after each Write the state at
// that moment is given out as a Redraw when it has changed. However fast a bar is redrawn, there is at most one
// Redraw for a Write.
//
// Memory is bounded: of a longer line the first Max bytes are kept, with a note of how many were left out.
// Invalid UTF-8 becomes U+FFFD. It is not safe for concurrent use.
type LineSplitter struct {
	Max int // bytes kept of one line

	emit      func(Line)
	offset    int64  // of the next byte
	line      []byte // what the terminal would show of the current line
	cut       int64  // bytes of it that were left out
	returned  bool   // the last byte was \r
	redrawing bool   // a \r was seen in this line
	shown     string // the last state that was given out as a Redraw
}

// NewLineSplitter starts at offset of the output and gives lines to emit, which may keep them.
func NewLineSplitter(offset int64, emit func(Line)) *LineSplitter {
	return &LineSplitter{Max: MaxLine, emit: emit, offset: offset}
}

// Write takes the next bytes; it never errs.
func (s *LineSplitter) Write(p []byte) (int, error) {
	for _, b := range p {
		s.offset++
		s.take(b)
	}
	if s.redrawing && len(s.line) > 0 {
		if text := s.text(); text != s.shown {
			s.shown = text
			s.emit(Line{Text: text, Redraw: true, End: s.offset})
		}
	}
	return len(p), nil
}

// Flush gives out a last line that no \n ended.
func (s *LineSplitter) Flush() {
	if len(s.line) > 0 {
		s.end()
	}
}

func (s *LineSplitter) take(b byte) {
	switch b {
	case '\n':
		s.end()
		return
	case '\r':
		s.returned, s.redrawing = true, true
		return
	}
	if s.returned { // the first byte after \r: the line starts over
		s.returned = false
		s.line, s.cut = s.line[:0], 0
	}
	if len(s.line) < s.Max {
		s.line = append(s.line, b)
	} else {
		s.cut++
	}
}

func (s *LineSplitter) end() {
	s.emit(Line{Text: s.text(), End: s.offset})
	s.line, s.cut = s.line[:0], 0
	s.returned, s.redrawing, s.shown = false, false, ""
}

func (s *LineSplitter) text() string {
	line := s.line
	if s.cut > 0 { // do not turn a character that was cut in two into an invalid one
		for n := 0; n < utf8.UTFMax && len(line) > 0; n++ {
			if r, size := utf8.DecodeLastRune(line); r != utf8.RuneError || size != 1 {
				break
			}
			line = line[:len(line)-1]
		}
	}
	text := strings.ToValidUTF8(string(line), "\uFFFD")
	if s.cut > 0 {
		text += fmt.Sprintf("… (%d more bytes)", s.cut+int64(len(s.line)-len(line)))
	}
	return text
}

// plain makes text from a server fit for a sentence: valid UTF-8, no escape sequences or other control
// characters, at most 2000 bytes.
func plain(text string) string {
	if len(text) > 2000 {
		text = text[:2000] + "…"
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0):
			return -1
		}
		return r
	}, text))
}
