package bench

import (
	"strconv"
	"strings"
)

var usage = pythonScript("usage")

// Usage answers with what each of these sites of one server uses, which ParseUsage reads. It reads the sizes of all their
// files, which takes its time, and yields to other work meanwhile.
func Usage(sites []Site) Command {
	lines := make([]string, len(sites))
	for i, site := range sites {
		lines[i] = site.String() + " " + site.Dir() + "\n"
	}
	command := script(usage, "", "collect what its sites use")
	command.Stdin = []byte(strings.Join(lines, ""))
	return command
}

// Used is what one site uses.
type Used struct {
	DatabaseBytes int64
	FilesBytes    int64
	Users         *int // nil when the site could not tell
}

// ParseUsage reads the answer to Usage, by host name. Lines that make no sense are passed over.
func ParseUsage(stdout []byte) map[string]Used {
	found := map[string]Used{}
	for line := range strings.Lines(string(stdout)) {
		rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "usage=")
		fields := strings.Fields(rest)
		if !ok || len(fields) != 4 {
			continue
		}
		database, err := strconv.ParseInt(fields[1], 10, 64)
		files, err2 := strconv.ParseInt(fields[2], 10, 64)
		if err != nil || err2 != nil || database < 0 || files < 0 {
			continue
		}
		used := Used{DatabaseBytes: database, FilesBytes: files}
		if n, err := strconv.ParseInt(fields[3], 10, 32); err == nil && n >= 0 {
			users := int(n)
			used.Users = &users
		}
		found[fields[0]] = used
	}
	return found
}
