package bench

import (
	"strings"

	"central/fleet"
)

var scanScript = siteScript("scan")

// scanned is where benches made by hand are looked for, and one level below.
var scanned = []string{"/home/*", "/opt/*", "/srv/*"}

// Scan looks for benches that somebody made by hand, and changes nothing. It runs as root, for they belong to
// others; ParseScan reads its answer.
func Scan() Command { return script(scanScript, "", "look for benches", scanned...) }

// How much of what a server says is believed.
const (
	mostFound = 5000
	longest   = 500 // bytes of one text
)

// ParseScan reads the answer to Scan. Texts are cleaned, for they are shown to people and kept. It errs with
// CodeCommandFailed when there is no answer in it.
func ParseScan(stdout []byte) (fleet.ScanFound, error) {
	var found fleet.ScanFound
	if err := lastJSON(stdout, &found); err != nil {
		return found, err
	}
	found.DatabaseVersion = plainText(found.DatabaseVersion)
	found.Web.Names, found.Web.TLSNames = plainTexts(found.Web.Names), plainTexts(found.Web.TLSNames)
	found.Web.Addresses = plainTexts(found.Web.Addresses)
	found.Ports = firstOf(found.Ports)
	found.Benches = firstOf(found.Benches)
	for i := range found.Benches {
		cleanBench(&found.Benches[i])
	}
	return found, nil
}

func cleanBench(b *fleet.FoundBench) {
	for _, text := range []*string{&b.Path, &b.Owner, &b.Group, &b.Python} {
		*text = plainText(*text)
	}
	b.Settings, b.Processes, b.Apps, b.Sites = plainTexts(b.Settings), firstOf(b.Processes), firstOf(b.Apps), firstOf(b.Sites)
	for i := range b.Processes {
		b.Processes[i].Unit = plainText(b.Processes[i].Unit)
	}
	for i := range b.Apps {
		a := &b.Apps[i]
		for _, text := range []*string{&a.App, &a.Version, &a.Commit, &a.Branch, &a.Remote} {
			*text = plainText(*text)
		}
		if fleet.ValidCommit(a.Commit) != nil {
			a.Commit = ""
		}
	}
	for i := range b.Sites {
		s := &b.Sites[i]
		for _, text := range []*string{&s.Name, &s.Database, &s.DatabaseType, &s.DatabaseHost, &s.Redirect} {
			*text = plainText(*text)
		}
		s.Apps, s.OtherNames = plainTexts(s.Apps), plainTexts(s.OtherNames)
	}
}

// plainText is a text without control characters and line breaks, and not longer than a line may be.
func plainText(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}

func plainTexts(texts []string) []string {
	list := []string{}
	for _, text := range firstOf(texts) {
		list = append(list, plainText(text))
	}
	return list
}

// firstOf is a list that is never nil and never endless.
func firstOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list[:min(len(list), mostFound)]
}
